"""The channel `smtp`: hands mails to a server, and says what that means for each of them."""

from collections.abc import Collection, Sequence
from pathlib import Path

from anyio import to_thread

from tactful.errors import TactfulError
from tactful.plugins import PluginHost
from tactful.runtime.ports import (
    Accepted,
    ChannelLimits,
    Finding,
    Message,
    Refused,
    Retry,
    SendOutcome,
    Unknown,
)
from tactful.values import MINUTE
from tactful_smtp.compose import CannotCompose, Composer, Mail
from tactful_smtp.connecting import Connection, Connector, NotOpened
from tactful_smtp.dialogue import Answer, Envelope, Lost
from tactful_smtp.dkim import Signer
from tactful_smtp.layout import Layout
from tactful_smtp.pool import Pool, Resting
from tactful_smtp.replies import load_rules, meaning
from tactful_smtp.schedule import Schedule
from tactful_smtp.senders import judge_sender
from tactful_smtp.settings import SmtpSettings
from tactful_smtp.tokens import Tokens, kept_key


class _CannotTake(Exception):
    """The server lacks what a mail needs."""


class SmtpChannel:
    """Sends e-mail. Its connections, keys and layout are made when the first mail leaves."""

    name = "smtp"
    media: Collection[str] = ("email",)
    confirms_opt_out = False

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        data_folder: Path,
        config_folder: Path,
        unsubscribe_url: str | None = None,
    ) -> None:
        """`unsubscribe_url` is the public address below which unsubscribe links lead, if any."""
        self._settings = settings
        self._data_folder = data_folder
        self._config_folder = config_folder
        self._unsubscribe_url = None if settings.unsubscribe == "never" else unsubscribe_url
        self._pool = Pool(Connector(settings, config_folder), settings)
        self._schedule = Schedule(settings.retry_after)
        self._signers = [Signer(key) for key in settings.dkim]
        self._composer: Composer | None = None

    @classmethod
    def of(cls, host: PluginHost) -> "SmtpChannel":
        """Make the channel that the configuration describes. Raises `ConfigInvalid`."""
        return cls(
            host.settings(SmtpSettings),
            data_folder=host.data_folder,
            config_folder=host.config_folder,
            unsubscribe_url=host.hook_url("unsubscribe/"),
        )

    @property
    def limits(self) -> ChannelLimits:
        """As many calls as connections; each may last as long as all of its steps together."""
        times = self._settings.timeouts
        steps = (times.greeting, times.mail, times.rcpt, times.data, times.block, times.dot)
        longest = sum(step.span for step in steps) + MINUTE
        return ChannelLimits(at_once=self._settings.connections, call_timeout=longest)

    async def send(self, message: Message) -> SendOutcome:
        """Hand one mail over. In doubt is only what had left whole and got no answer."""
        try:
            composer = self._composer or await self._make_composer()
        except TactfulError as error:
            return Refused(error.message, kind="configuration")
        try:
            files = await to_thread.run_sync(_read_files, message) if message.attachments else ()
            mail = composer.compose(message, files)
        except CannotCompose as error:
            return Refused(str(error), kind="recipient" if error.address else "configuration")
        except OSError:
            return Refused("a file that goes with it is gone", kind="configuration")
        try:
            answer = await self._pool.send(lambda connection: _envelope(mail, connection))
        except _CannotTake as error:
            return Refused(str(error), kind="configuration")
        except Resting as error:
            return Retry(max(error.rest, self._schedule.next(message.token)), str(error))
        except NotOpened as error:
            return Retry(self._schedule.next(message.token), str(error))
        except Lost as error:
            if error.doubt:
                self._schedule.done(message.token)
                return Unknown(f"the whole mail had left: {error}")
            return Retry(self._schedule.next(message.token), str(error))
        return self._outcome(message, answer)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Return None: SMTP cannot say what became of a mail."""
        return None

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge the address that mail comes from."""
        return judge_sender(sender, self._settings)

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return no price: only the provider's bill has it."""
        return None

    async def aclose(self) -> None:
        """Say goodbye to the server."""
        await self._pool.close()

    def _outcome(self, message: Message, answer: Answer) -> SendOutcome:
        reply = answer.reply
        if answer.stage == "dot" and not 400 <= reply.code < 600:
            self._schedule.done(message.token)
            if reply.good and reply.code < 300:
                return Accepted(reply.text[:200])
            return Unknown(f"the server's answer to the whole mail has no meaning: {reply}")
        meant = meaning(reply, answer.stage)
        reason = f"{meant.why}: {reply}"
        if meant.means == "later":
            return Retry(meant.after or self._schedule.next(message.token), reason)
        self._schedule.done(message.token)
        return Refused(reason, kind=meant.means)

    async def _make_composer(self) -> Composer:
        """Make what mails are made with: keys, layout. Reads files, so it has its own thread."""
        self._composer = await to_thread.run_sync(self._read_all)
        return self._composer

    def _read_all(self) -> Composer:
        load_rules()
        settings = self._settings
        kept = kept_key(self._data_folder)
        secret = settings.token_secret
        return Composer(
            settings,
            Tokens(secret.reveal().encode() if secret else kept, kept),
            layout=Layout(settings.brand, self._config_folder) if settings.html else None,
            signers=self._signers,
            unsubscribe_at=self._unsubscribe_at if self._unsubscribe_url else None,
        )

    def _unsubscribe_at(self, token: str) -> str:
        return f"{self._unsubscribe_url}{token}"


def _envelope(mail: Mail, connection: Connection) -> Envelope:
    """Return a mail for one server. Raises `_CannotTake` when the server lacks what it needs."""
    parameters = b""
    if mail.utf8:
        if not connection.can("smtputf8"):
            raise _CannotTake("an address has letters that the server cannot read (SMTPUTF8)")
        parameters += b" SMTPUTF8"
    if connection.can("size"):
        parameters += b" SIZE=%d" % len(mail.content)
    return Envelope(mail.sender.encode(), mail.recipient.encode(), mail.content, parameters)


def _read_files(message: Message) -> list[bytes]:
    return [Path(one.path).read_bytes() for one in message.attachments]
