"""Whatever a server does at whatever step: no outcome says "not sent" of what was taken."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from tactful.runtime.ports import Accepted, Refused, Retry, SendOutcome, Unknown
from tactful_smtp.tokens import Tokens, kept_key
from tests.servers.smtp import channel, mail

pytestmark = [pytest.mark.anyio, pytest.mark.promise("ONCE", "LOSS")]

STEPS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "dot")
ACTS = ("refuse", "defer", "farewell", "hang up", "hang up after", "babble", "dribble", "extra")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Moody:
    """A mail server that misbehaves by chance. `taken` counts the mails that it has kept."""

    def __init__(self, chance: random.Random, *, pipelining: bool, share: float) -> None:
        self.taken: Counter[str] = Counter()
        self._chance = chance
        self._pipelining = pipelining
        self._share = share

    def _act(self) -> str:
        return self._chance.choice(ACTS) if self._chance.random() < self._share else "agree"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._answer(writer, "220 moody.example.com"):
            return
        while line := (await reader.readline()).decode():
            verb = line[:4].strip().upper()
            if verb == "QUIT":
                return
            if verb == "EHLO":
                more = "-PIPELINING\r\n250" if self._pipelining else ""
                good = await self._answer(writer, f"250-moody.example.com\r\n250{more} HELP")
            elif verb == "DATA":
                good = await self._data(reader, writer)
            else:
                good = await self._answer(writer, "250 2.0.0 Ok")
            if not good:
                return

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        told: list[str] = []
        if not await self._answer(writer, "354 Go on", told):
            return False
        if told != ["354"]:
            return True
        content = (await reader.readuntil(b"\r\n.\r\n")).decode()
        ident = next(one for one in content.splitlines() if one.startswith("Message-ID"))
        act = self._act()
        if act in ("agree", "hang up", "hang up after", "babble", "dribble", "extra"):
            self.taken[ident.partition(" ")[2]] += 1  # kept, whatever it says of that
        return await self._say(writer, "250 2.0.0 Ok", act, [])

    async def _answer(
        self, writer: asyncio.StreamWriter, good: str, told: list[str] | None = None
    ) -> bool:
        return await self._say(writer, good, self._act(), [] if told is None else told)

    async def _say(
        self, writer: asyncio.StreamWriter, good: str, act: str, told: list[str]
    ) -> bool:
        """Say yes, or what came into its mind. Returns whether it goes on."""
        says = {
            "refuse": "554 5.7.1 No",
            "defer": "451 4.3.0 Not now",
            "farewell": "421 4.3.0 Goodbye",
            "babble": "yes, please",
        }.get(act, good)
        if act == "hang up":
            return False
        if act == "extra":
            says += "\r\n421 4.4.2 And goodbye"
        data = f"{says}\r\n".encode()
        for start in range(0, len(data), 3 if act == "dribble" else len(data)):
            writer.write(data[start : start + 3] if act == "dribble" else data)
            await writer.drain()
        told.append(says[:3])
        return act in ("agree", "refuse", "defer", "dribble")


async def play(
    seed: int, folder: Path, *, pipelining: bool, share: float, count: int
) -> Counter[str]:
    moody = Moody(random.Random(seed), pipelining=pipelining, share=share)
    server = await asyncio.start_server(moody.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    post = channel(
        folder, port, connections=4, html=False, rest="0 seconds",
        timeouts=dict.fromkeys(("connect", "mail", "rcpt", "data", "dot"), "5 seconds"),
    )  # fmt: skip
    outcomes: dict[str, SendOutcome] = {}
    messages = iter([mail(number) for number in range(count)])

    async def worker() -> None:
        for message in messages:
            outcomes[message.attempt] = await post.send(message)

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(worker)
    await post.aclose()
    server.close()
    await server.wait_closed()
    tokens = Tokens(await to_thread.run_sync(kept_key, folder / "data"))
    tally: Counter[str] = Counter()
    for attempt, outcome in outcomes.items():
        ident = tokens.message_id(mail(int(attempt)).token)
        kept = moody.taken[f"<{ident}@example.com>"]
        tally[type(outcome).__name__] += 1
        if isinstance(outcome, Accepted):
            assert kept == 1, (attempt, outcome)
        elif isinstance(outcome, Refused | Retry):
            assert kept == 0, (attempt, outcome)
        else:
            assert isinstance(outcome, Unknown)
            assert kept <= 1, (attempt, outcome)
    assert len(outcomes) == count
    return tally


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("seed", range(6))
async def test_no_outcome_lies(seed: int, pipelining: bool, tmp_path: Path) -> None:
    tally = await play(seed, tmp_path, pipelining=pipelining, share=0.15, count=120)
    assert tally["Accepted"] > 10
    assert tally["Retry"] > 10
    assert tally["Unknown"] > 0
