"""The channel `smtp` as the engine sees it. What sends is loaded when the first mail leaves."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from tactful.errors import ConfigInvalid, TactfulError
from tactful.plugins import PluginHost
from tactful.runtime.inbound import Intake, Route, WebAnswer, WebRequest
from tactful.runtime.ports import ChannelLimits, Finding, Message, Retry, SendOutcome
from tactful.values import MINUTE
from tactful_smtp.schedule import Schedule
from tactful_smtp.settings import SmtpSettings

if TYPE_CHECKING:
    from tactful_smtp.inbound.unsubscribe import UnsubscribePage
    from tactful_smtp.post import Post
    from tactful_smtp.tokens import Tokens


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
        self.settings = settings
        self._folders = data_folder, config_folder
        self._unsubscribe_url = None if settings.unsubscribe == "never" else unsubscribe_url
        self._schedule = Schedule(settings.retry_after)
        self._post: Post | None = None
        self._page: UnsubscribePage | None = None
        self._opening = anyio.Lock()
        self._check_keys()

    @classmethod
    def of(cls, host: PluginHost) -> "SmtpChannel":
        """Make the channel that the configuration describes. Raises `ConfigInvalid`."""
        settings, link = host.settings(SmtpSettings), host.hook_url("unsubscribe/")
        if settings.unsubscribe == "always" and link is None:
            raise ConfigInvalid(
                "an unsubscribe link needs a public address of ours",
                help='Set public_url in [server], or take unsubscribe = "auto".',
            )
        kind = cls if settings.inbound.is_empty else HearingSmtpChannel
        return kind(
            settings,
            data_folder=host.data_folder,
            config_folder=host.config_folder,
            unsubscribe_url=link,
        )

    @property
    def limits(self) -> ChannelLimits:
        """As many calls as connections; each may last as long as all of its steps together."""
        times = self.settings.timeouts
        steps = (times.greeting, times.mail, times.rcpt, times.data, times.block, times.dot)
        longest = sum(step.span for step in steps) + MINUTE
        return ChannelLimits(at_once=self.settings.connections, call_timeout=longest)

    async def send(self, message: Message) -> SendOutcome:
        """Hand one mail over. In doubt is only what had left whole and got no answer."""
        try:
            post = self._post or await self._open_post()
        except TactfulError as error:  # a slip in a file: it must not cost anybody their message
            return Retry(self._schedule.next(message.token), error.message)
        return await post.send(message)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Return None: SMTP cannot say what became of a mail."""
        return None

    async def examine(self) -> Sequence[Finding]:
        """Try the server without sending anything, and ask the DNS about our domains."""
        examine = await to_thread.run_sync(_load_examination)
        return await examine(self.settings, self._folders[1])

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge the address that mail comes from."""
        from tactful_smtp.senders import judge_sender

        return judge_sender(sender, self.settings)

    def routes(self) -> Sequence[Route]:
        """Return what unsubscribe links lead to; also those of mails that left long ago."""
        return (Route("unsubscribe/", self._unsubscribe, ("GET", "POST")),)

    async def _unsubscribe(self, request: WebRequest, intake: Intake) -> WebAnswer:
        if self._page is None:
            self._page = await to_thread.run_sync(self._load_page)
        return await self._page.answer(request, intake)

    def _load_page(self) -> "UnsubscribePage":
        from tactful_smtp.inbound.unsubscribe import UnsubscribePage
        from tactful_smtp.post import open_tokens

        tokens = open_tokens(self.settings, self._folders[0])
        return UnsubscribePage(tokens, self.settings.brand.colour)

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return no price: only the provider's bill has it."""
        return None

    async def aclose(self) -> None:
        """Say goodbye to the server."""
        if self._post is not None:
            await self._post.close()

    def _check_keys(self) -> None:
        if self.settings.dkim:
            from tactful_smtp.dkim import Signer

            for key in self.settings.dkim:
                Signer(key)

    async def _open_post(self) -> "Post":
        async with self._opening:
            if self._post is None:
                self._post = await to_thread.run_sync(self._load_post)
        return self._post

    def _load_post(self) -> "Post":
        """Load what sends, with the files it needs. Blocks, so it has its own thread."""
        from tactful_smtp.post import open_post

        data, config = self._folders
        return open_post(
            self.settings,
            self._schedule,
            data_folder=data,
            config_folder=config,
            unsubscribe_url=self._unsubscribe_url,
        )


class HearingSmtpChannel(SmtpChannel):
    """The channel where mail comes back to us: it listens, too."""

    async def listen(self, intake: Intake) -> None:
        """Bring what bounces, complaints and answers mean, until cancelled."""
        hear, tokens = await to_thread.run_sync(self._load_hearing)
        domain = self.settings.return_path.rpartition("@")[2]
        await hear(self.settings.inbound, tokens, intake, folder=self._folders[1], domain=domain)

    def _load_hearing(self) -> "tuple[Callable[..., Awaitable[None]], Tokens]":
        from tactful_smtp.inbound.hearing import hear
        from tactful_smtp.post import open_tokens

        return hear, open_tokens(self.settings, self._folders[0])


def _load_examination() -> Callable[[SmtpSettings, Path], Awaitable[Sequence[Finding]]]:
    from tactful_smtp.examine import examine
    from tactful_smtp.replies import load_rules

    load_rules()
    return examine
