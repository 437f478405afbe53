"""E-mails per second over SMTP, ledger on, beside a C program and a plain use of aiosmtplib.

All of them send to smtp-sink, over connections that they use again, in one run.
"""

import subprocess
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import anyio
import pytest

from tactful.graph.compile import compile_source
from tactful.graph.model import Campaign
from tactful.language import Installed, Vocabulary
from tactful.language.sources import Takes
from tactful.language.words import CORE_WORDS
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.loading import Loading
from tactful.runtime.ports import Accepted
from tactful.runtime.tuning import tune
from tactful.values import Rate
from tests.bench.measured import open_store
from tests.servers.postfix import environment, program, smtp_sink
from tests.servers.smtp import channel, mail

MAILS = 20_000
CONNECTIONS = 32
TEXT = "Hi Ana, your order is late.\nWe are sorry, and shall tell you more soon."
CEILING = Rate.parse("500 per 0.01 seconds")

FLOW = """\
campaign "Bench"
owner "care@example.com"
purpose service
throttle email 500 per 0.01 seconds because "a measurement"
quiet hours none because "a measurement"

audience from csv "people.csv":
  key id
  email email
  column first_name text

senders:
  email from "Acme <care@example.com>" through smtp

journey:
  send email:
    subject "Your order is late"
    \"\"\"
    Hi {{ first_name }}, your order is late.
    We are sorry, and shall tell you more soon.
    \"\"\"
"""


def _compiled() -> Campaign:
    compiled = compile_source(
        FLOW,
        path="bench.flow",
        vocabulary=Vocabulary({"core": tuple(CORE_WORDS)}),
        installed=Installed(
            audiences={"csv": Takes()}, channels=frozenset({"smtp"}), ceiling=CEILING
        ),
    )
    assert compiled.campaign is not None, [one.message for one in compiled.diagnostics]
    return compiled.campaign


async def _people() -> AsyncIterator[Recipient | OutRow]:
    for number in range(MAILS):
        key = f"K-{number}"
        yield Recipient(
            key, number + 1, None, f"p{number}@example.com", ("Europe/Dublin",), "en", None,
            {"id": key, "first_name": "Ana"},
        )  # fmt: skip


def _smtp_source(port: int) -> float:
    """Send with the C program of postfix; returns mails per second."""
    command = [
        *program("smtp-source"), "-d", "-s", str(CONNECTIONS), "-m", str(MAILS), "-l", "400",
        "-f", "care@example.com", "-t", "p@example.com", f"127.0.0.1:{port}",
    ]  # fmt: skip
    begun = time.perf_counter()
    subprocess.run(command, check=True, env=environment())
    return MAILS / (time.perf_counter() - begun)


async def _send_message(port: int) -> float:
    """Send as the documentation of aiosmtplib shows."""
    count = MAILS // 10
    numbers = iter(range(count))

    async def connection() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
            for number in numbers:
                message = EmailMessage()
                message["From"] = "Acme <care@example.com>"
                message["To"] = f"p{number}@example.com"
                message["Subject"] = "Your order is late"
                message.set_content(TEXT)
                await client.send_message(message)

    begun = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(CONNECTIONS):
            tasks.start_soon(connection)
    return count / (time.perf_counter() - begun)


async def _channel(folder: Path, port: int, html: bool) -> float:
    """Send through the channel alone: composing, connections, outcomes."""
    count = MAILS if not html else MAILS // 10
    post = channel(folder, port, connections=CONNECTIONS, html=html)
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            assert isinstance(await post.send(mail(number, text=TEXT)), Accepted)

    begun = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(CONNECTIONS):
            tasks.start_soon(worker)
    seconds = time.perf_counter() - begun
    await post.aclose()
    return count / seconds


async def _engine(folder: Path, port: int, campaign: Campaign) -> float:
    """Send a campaign: guard, pace, durable ledger (SQLite, synchronous FULL), event log."""
    post = channel(folder, port, connections=CONNECTIONS, html=False)
    session = await open_store(folder / "engine.db", post)
    begun = time.perf_counter()
    active = await session.begin(
        campaign, flow_path="", audience_path="", live=True, now=session.engine.clock.now()
    )
    loading = Loading(session, active)

    async def load() -> None:
        await loading.load(_people())

    session.engine.at_start(load)
    await session.engine.run(lambda: active.row.state == "finished")
    seconds = time.perf_counter() - begun
    await session.engine.store.close()
    await post.aclose()
    assert active.tally["accepted"] == MAILS
    return MAILS / seconds


@pytest.mark.bench
def test_emails_beside_smtp_source(tmp_path: Path) -> None:
    campaign = _compiled()
    tune()
    with smtp_sink("-c", keep=False) as sink:
        first = _smtp_source(sink.port)
        engine = anyio.run(_engine, tmp_path, sink.port, campaign)
        alone = anyio.run(_channel, tmp_path, sink.port, False)
        both = anyio.run(_channel, tmp_path, sink.port, True)
        usual = anyio.run(_send_message, sink.port)
        last = _smtp_source(sink.port)
    source = 2 / (1 / first + 1 / last)
    print(
        f"\nengine, ledger on: {engine:,.0f} mails/s, {engine / source:.2f} of smtp-source "
        f"({first:,.0f} and {last:,.0f}/s)\nchannel alone: {alone:,.0f}/s; with HTML: {both:,.0f}/s"
        f"\naiosmtplib send_message: {usual:,.0f}/s"
    )
