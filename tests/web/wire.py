"""A channel over HTTP, as a plugin: what tests install where a real `tactful serve` finds it.

Its webhooks are signed with `X-Wire-Signature`: HMAC-SHA256 over the address and the body. What it
does with a message stands in the message's own text, in brackets.
"""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from pathlib import Path

import anyio
import httpx

from tactful.plugins import PluginHost, hookimpl
from tactful.runtime.inbound import (
    DeliveryStatus,
    Intake,
    PersonReply,
    Route,
    SocketRoute,
    WebAnswer,
    WebRequest,
)
from tactful.runtime.ports import (
    Accepted,
    Channel,
    ChannelLimits,
    Finding,
    Message,
    SendOutcome,
    Unknown,
)

SECRET = b"wire-secret"


def signature(url: str, body: bytes) -> str:
    """Return what a webhook of this channel is signed with."""
    return hmac.new(SECRET, url.encode() + body, hashlib.sha256).hexdigest()


class Wire:
    """Keeps every message that it is given as a file, and tells statuses and replies."""

    name = "wire"
    media: Collection[str] = ("sms",)
    limits = ChannelLimits()
    confirms_opt_out = False

    def __init__(self, host: PluginHost) -> None:
        self._host = host
        self._listened = 0

    async def send(self, message: Message) -> SendOutcome:
        if "[calls back]" in message.text:
            body = f"attempt={message.attempt}&status=delivered&id=W{message.attempt}".encode()
            url = self._host.hook_url("status") or ""
            async with httpx.AsyncClient() as client:
                headers = {"X-Wire-Signature": signature(url, body)}
                answer = await client.post(url, content=body, headers=headers)
            return Unknown(f"the line broke after {answer.status_code}")
        return Accepted(f"W{message.attempt}")

    async def reconcile(self, message: Message) -> SendOutcome | None:
        return None

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        return None

    def routes(self) -> Sequence[Route | SocketRoute]:
        return (Route("status", self._status), Route("reply", self._reply))

    async def listen(self, intake: Intake) -> None:
        """Bring the replies that lie in a folder; break the first time."""
        self._listened += 1
        folder = anyio.Path(self._host.config_folder / "post")
        while await folder.is_dir():
            if self._listened == 1:
                raise ConnectionError("the post office is closed")
            async for path in folder.glob("*.txt"):
                address, _, text = (await path.read_text()).partition(" ")
                signal = PersonReply(
                    channel="sms", address=address, text=text, dedup=f"post-{path.name}"
                )
                await intake.take(signal)
                await path.unlink()
            await anyio.sleep(0.05)
        await anyio.sleep_forever()

    async def _status(self, request: WebRequest, intake: Intake) -> WebAnswer:
        if not self._is_signed(request):
            return WebAnswer(403)
        form = dict(request.form)
        name = form["status"]
        await intake.take(
            DeliveryStatus(
                attempt=form["attempt"],
                status=name,  # type: ignore[arg-type]
                dedup=form.get("dedup", f"{form['attempt']}-{name}"),
                provider_id=form.get("id"),
            )
        )
        return WebAnswer()

    async def _reply(self, request: WebRequest, intake: Intake) -> WebAnswer:
        if not self._is_signed(request):
            return WebAnswer(403)
        form = dict(request.form)
        await intake.take(
            PersonReply(channel="sms", address=form["from"], text=form["text"], dedup=form["dedup"])
        )
        return WebAnswer()

    def _is_signed(self, request: WebRequest) -> bool:
        told = request.headers.get("x-wire-signature", "")
        return hmac.compare_digest(told, signature(request.url, request.body))


@hookimpl
def tactful_channels(host: PluginHost) -> Sequence[Channel]:
    return (Wire(host),)


def install(folder: Path) -> None:
    """Install this module as a plugin into a folder of the module path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wire.py").write_text(Path(__file__).read_text())
    info = folder / "tactful_wire-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tactful-wire\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[tactful]\nwire = wire\n")
