"""Hands mails to the server, and says what its answer means for each of them."""

from pathlib import Path

from anyio import to_thread

from tactful.runtime.ports import Accepted, Message, Refused, Retry, SendOutcome, Unknown
from tactful_smtp.compose import CannotCompose, Composer, Mail
from tactful_smtp.connecting import Connection, Connector, NotOpened
from tactful_smtp.dialogue import Answer, Envelope, Lost
from tactful_smtp.dkim import Signer
from tactful_smtp.layout import Layout
from tactful_smtp.pool import Pool, Resting
from tactful_smtp.replies import load_rules, meaning
from tactful_smtp.schedule import Schedule
from tactful_smtp.settings import SmtpSettings
from tactful_smtp.tokens import Tokens, kept_key


class CannotTake(Exception):
    """The server lacks what a mail needs."""


class Post:
    """Sends through one pool of connections."""

    def __init__(self, composer: Composer, pool: Pool, schedule: Schedule) -> None:
        self._composer = composer
        self._pool = pool
        self._schedule = schedule

    async def send(self, message: Message) -> SendOutcome:
        """Hand one mail over. What certainly was not sent is told so, all else is in doubt."""
        try:
            files = await to_thread.run_sync(_read_files, message) if message.attachments else ()
            mail = self._composer.compose(message, files)
        except CannotCompose as error:
            return Refused(str(error), kind="recipient" if error.address else "configuration")
        except OSError:
            return Refused("a file that goes with it is gone", kind="configuration")
        try:
            answer = await self._pool.send(lambda connection: _envelope(mail, connection))
        except CannotTake as error:
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
        return self._outcome(message, mail, answer)

    async def close(self) -> None:
        """Say goodbye to the server."""
        await self._pool.close()

    def _outcome(self, message: Message, mail: Mail, answer: Answer) -> SendOutcome:
        reply = answer.reply
        if answer.stage == "dot" and not 400 <= reply.code < 600:
            self._schedule.done(message.token)
            if 200 <= reply.code < 300:
                return Accepted(mail.message_id)
            return Unknown(f"the server's answer to the whole mail has no meaning: {reply}")
        meant = meaning(reply, answer.stage)
        reason = f"{meant.why}: {reply}"
        if meant.means == "later":
            return Retry(meant.after or self._schedule.next(message.token), reason)
        self._schedule.done(message.token)
        enhanced = reply.enhanced
        code = f"{enhanced[0]}.{enhanced[1]}" if enhanced is not None else str(reply.code)
        return Refused(reason, kind=meant.means, gone=meant.means == "recipient", code=code)


def open_post(
    settings: SmtpSettings,
    schedule: Schedule,
    *,
    data_folder: Path,
    config_folder: Path,
    unsubscribe_url: str | None,
) -> Post:
    """Read keys, layout and rules, and return what sends. Blocks. Raises `ConfigInvalid`."""
    load_rules()
    layout = Layout(settings.brand, config_folder, markdown=settings.markdown)
    composer = Composer(
        settings,
        open_tokens(settings, data_folder),
        layout=layout if settings.html else None,
        signers=[Signer(key) for key in settings.dkim],
        unsubscribe_url=unsubscribe_url,
    )
    return Post(composer, Pool(Connector(settings, config_folder), settings), schedule)


def open_tokens(settings: SmtpSettings, data_folder: Path) -> Tokens:
    """Return the tokens of a store, under the key of the settings or one that is kept. Blocks."""
    kept = kept_key(data_folder)
    secret = settings.token_secret
    return Tokens(secret.reveal().encode() if secret else kept, kept)


def _envelope(mail: Mail, connection: Connection) -> Envelope:
    """Return a mail for one server. Raises `CannotTake` when the server lacks what it needs."""
    parameters = b""
    if mail.utf8:
        if not connection.can("smtputf8"):
            raise CannotTake("an address has letters that the server cannot read (SMTPUTF8)")
        parameters += b" SMTPUTF8"
    if connection.can("size"):
        parameters += b" SIZE=%d" % len(mail.content)
    return Envelope(mail.sender.encode(), mail.recipient.encode(), mail.content, parameters)


def _read_files(message: Message) -> list[bytes]:
    return [Path(one.path).read_bytes() for one in message.attachments]
