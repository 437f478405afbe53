"""The desk: posts each hand-off and each alert, and takes the words of whoever works on it."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import anyio
import msgspec
from anyio import to_thread
from msgspec import Struct

from tactful.runtime.inbound import CaseWord, Intake, Route, SocketRoute, WebAnswer, WebRequest
from tactful.runtime.ports import Alert, Finding, HandOffCase
from tactful.values import iso
from tactful_desk_webhook.settings import WebhookSettings
from tactful_desk_webhook.signing import is_genuine, signature

if TYPE_CHECKING:
    import httpx

_SECONDS = 20.0
_LONGEST_TEXT = 10_000
_encode = msgspec.json.Encoder().encode


class NotTaken(Exception):
    """The help desk did not take a hand-off or an alert."""


class _Word(Struct, forbid_unknown_fields=True):
    """What a help desk says."""

    id: str
    case: str
    word: Literal["answer", "give back", "close"]
    text: str = ""
    who: str = ""


class WebhookDesk:
    """Passes hand-offs on to one address; `clock` gives seconds since 1970."""

    name = "desk_webhook"

    def __init__(self, settings: WebhookSettings, clock: Callable[[], float] = time.time) -> None:
        self._url = settings.url
        self._secret = settings.secret.reveal()
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._opening = anyio.Lock()

    async def open(self, case: HandOffCase) -> None:
        """Post a hand-off. Raises `NotTaken` when it is not answered with a 2xx."""
        await self._post(_encode(_told(case)))

    async def tell(self, alert: Alert) -> None:
        """Post an alert. Raises `NotTaken` when it is not answered with a 2xx."""
        await self._post(_encode({"alert": _alerted(alert)}))

    async def _post(self, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
            "Tactful-Signature": signature(self._secret, body, int(self._clock())),
        }
        status = await self._ask("POST", body, headers)
        if not 200 <= status < 300:
            raise NotTaken(f"the help desk answers {status}")

    async def _ask(self, method: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Return the status of an answer; what else it says is not read. Raises `NotTaken`."""
        client = await self._opened()
        import httpx

        asked = client.stream(method, self._url, content=body, headers=headers)
        try:
            async with asked as answer:
                return answer.status_code
        except httpx.HTTPError as error:
            raise NotTaken(f"the help desk cannot be reached ({type(error).__name__})") from error

    async def _opened(self) -> "httpx.AsyncClient":
        """Return the connections. The first call loads what makes them, in a thread: it is slow."""
        async with self._opening:
            if self._client is None:
                self._client = await to_thread.run_sync(_open)
        return self._client

    async def examine(self) -> Sequence[Finding]:
        """Ask the help desk for nothing (HEAD), and say whether anybody answers."""
        try:
            await self._ask("HEAD", b"", {})
        except NotTaken as error:
            help_ = "Look at `url` in [plugins.desk_webhook], and whether its server runs."
            return (Finding("error", "desk_webhook_unreachable", str(error), help=help_),)
        return ()

    def routes(self) -> Sequence[Route | SocketRoute]:
        """Return where the help desk says what it does with a case."""
        return (Route("word", self._word),)

    async def _word(self, request: WebRequest, intake: Intake) -> WebAnswer:
        header = request.headers.get("tactful-signature", "")
        if not is_genuine(header, self._secret, request.body, self._clock()):
            return WebAnswer(403, b"the signature is missing, old, or not ours\n")
        try:
            told = msgspec.json.decode(request.body, type=_Word)
        except msgspec.MsgspecError as error:
            return WebAnswer(400, f"{error}\n".encode())
        if told.word == "answer" and not 0 < len(told.text.strip()) <= _LONGEST_TEXT:
            return WebAnswer(400, b"an answer has a text, of at most 10,000 characters\n")
        await intake.take(
            CaseWord(case=told.case, word=told.word, dedup=told.id, text=told.text, who=told.who)
        )
        return WebAnswer(202)

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _open() -> "httpx.AsyncClient":
    import httpx

    return httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False)


def _told(case: HandOffCase) -> dict[str, object]:
    return {
        "case": case.id,
        "campaign": case.campaign,
        "launch": case.launch,
        "key": case.key,
        "queue": case.queue,
        "priority": case.priority,
        "note": _whole(case.note),
        "opened_at": iso(case.opened_at),
        "channel": case.channel,
        "address": case.address,
        "conversation": [
            {"at": iso(said.at), "by": said.by, "channel": said.channel, "text": _whole(said.text)}
            for said in case.conversation
        ],
    }


def _alerted(alert: Alert) -> dict[str, object]:
    return {
        "id": str(alert.id),
        "cause": alert.cause,
        "about": _whole(alert.about),
        "at": iso(alert.at),
        "reason": _whole(alert.reason),
        "launch": alert.launch or None,
        "campaign": alert.campaign or None,
    }


def _whole(text: str) -> str:
    """Return a text as UTF-8 can carry it: halves of characters are replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
