"""A mail server in every mood: each mail gets the right outcome, and none is sent twice or lost."""

from pathlib import Path

import pytest

from tactful.runtime.ports import Accepted, Refused, Retry, SendOutcome, Unknown
from tactful.values import MINUTE
from tests.runtime.stage import compile_flow, on_stage, person
from tests.servers.postfix import smtp_sink
from tests.servers.running import free_port
from tests.servers.smtp import channel, mail

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


MOODS: dict[str, tuple[tuple[str, ...], type[SendOutcome], int]] = {
    "well": ((), Accepted, 1),
    "without pipelining": (("-p",), Accepted, 1),
    "without any extension": (("-e",), Accepted, 1),
    "slow": (("-w", "1"), Accepted, 1),
    "greylisting": (("-r", "RCPT", "-b", "450 4.7.1 Greylisted, come again"), Retry, 0),
    "no such mailbox": (("-f", "RCPT", "-B", "550 5.1.1 No such user"), Refused, 0),
    "no such mailbox, no enhanced code": (("-f", "RCPT", "-B", "550 No such user"), Refused, 0),
    "421 at connect": (("-Q", "CONNECT"), Retry, 0),
    "hangs up at connect": (("-q", "CONNECT"), Retry, 0),
    "hangs up at EHLO": (("-q", "EHLO"), Retry, 0),
    "421 at MAIL": (("-Q", "MAIL"), Retry, 0),
    "hangs up at MAIL": (("-q", "MAIL"), Retry, 0),
    "hangs up at RCPT": (("-q", "RCPT"), Retry, 0),
    "drops in DATA": (("-q", "DATA"), Retry, 0),
    "refuses DATA for now": (("-r", "DATA"), Retry, 0),
    "refuses before the dot": (("-A", "0"), Refused, 0),
    "drops at the dot": (("-q", "."), Unknown, 1),
    "451 at the dot": (("-r", ".", "-b", "451 4.3.0 Local error"), Retry, 1),
    "421 at the dot": (("-Q", "."), Retry, 1),
    "554 at the dot": (("-f", ".", "-B", "554 5.7.1 Looks like spam"), Refused, 1),
}
"""Options of smtp-sink, the class of outcome, and how often the whole mail was seen on the wire."""


@pytest.mark.promise("ONCE", "LOSS")
@pytest.mark.parametrize("mood", MOODS)
async def test_the_outcome_says_whether_it_can_have_been_sent(mood: str, tmp_path: Path) -> None:
    options, expected, seen = MOODS[mood]
    with smtp_sink(*options) as sink:
        post = channel(tmp_path, sink.port)
        outcome = await post.send(mail())
        await post.aclose()
        assert isinstance(outcome, expected), outcome
        assert len(sink.taken()) == seen


async def test_only_what_speaks_of_the_address_blames_the_recipient(tmp_path: Path) -> None:
    kinds = {}
    for reply in ("550 5.1.1 No such user", "550 5.7.26 Unauthenticated", "554 5.7.1 Spam"):
        with smtp_sink("-f", "RCPT", "-B", reply) as sink:
            post = channel(tmp_path, sink.port)
            outcome = await post.send(mail())
            await post.aclose()
        assert isinstance(outcome, Refused)
        kinds[reply[4:10].strip()] = outcome.kind
    assert kinds == {"5.1.1": "recipient", "5.7.26": "configuration", "5.7.1": "policy"}


@pytest.mark.promise("LOSS")
async def test_where_nobody_listens_the_mail_waits(tmp_path: Path) -> None:
    post = channel(tmp_path, free_port())
    outcomes = [await post.send(mail(number)) for number in (1, 2)]
    await post.aclose()
    assert all(isinstance(one, Retry) and one.after == 5 * MINUTE for one in outcomes), outcomes


@pytest.mark.promise("ONCE")
async def test_a_server_that_is_silent_at_the_dot_leaves_the_mail_in_doubt(tmp_path: Path) -> None:
    with smtp_sink("-W", ".:60") as sink:
        post = channel(tmp_path, sink.port, timeouts={"dot": "0.3 seconds"})
        outcome = await post.send(mail())
        await post.aclose()
    assert isinstance(outcome, Unknown)
    assert "no answer within 0.3 seconds" in outcome.reason


async def test_a_server_that_is_silent_before_the_dot_has_got_nothing(tmp_path: Path) -> None:
    with smtp_sink("-w", "60") as sink:
        short = dict.fromkeys(("mail", "rcpt", "data"), "0.3 seconds")
        post = channel(tmp_path, sink.port, timeouts=short)
        outcome = await post.send(mail())
        await post.aclose()
    assert isinstance(outcome, Retry)


# ---- through the real engine --------------------------------------------------------------------

TELL = compile_flow(
    """\
journey:
  send email:
    subject "Your order"
    "Hi {{ first_name }}, your order is late."
"""
)

THROUGH_THE_ENGINE: dict[str, tuple[tuple[str, ...], str, str]] = {
    "well": ((), "accepted", "finished"),
    "no such mailbox": (("-f", "RCPT", "-B", "550 5.1.1 No such user"), "rejected", "unreachable"),
    "drops at the dot": (("-q", "."), "in doubt", "finished"),
    "greylisting for ever": (("-r", "RCPT"), "rejected", "unreachable"),
}


@pytest.mark.promise("ONCE", "LOSS")
@pytest.mark.parametrize("mood", THROUGH_THE_ENGINE)
async def test_every_recipient_of_a_campaign_ends_in_a_named_state(
    mood: str, tmp_path: Path
) -> None:
    options, state, end = THROUGH_THE_ENGINE[mood]
    with smtp_sink(*options) as sink:
        post = channel(tmp_path, sink.port)
        async with on_stage(wrap=lambda inner, clock: post) as stage:
            active = await stage.begin(TELL, [person(n) for n in range(3)])
            await stage.run(active)
            rows = await stage.ledger()
            ends = await stage.ends()
        await post.aclose()
        seen = sink.taken()
    assert {row.state for row in rows} - {"retried"} == {state}
    assert set(ends.values()) == {end}
    assert len(ends) == 3
    assert len(seen) == (3 if state in ("accepted", "in doubt") else 0)


TWICE = compile_flow(
    """\
journey:
  send email:
    subject "Your order"
    "It is late."
  send email:
    subject "Your order"
    "It is still late."
"""
)


@pytest.mark.promise("STOP")
@pytest.mark.parametrize(
    ("reply", "attempts"), [("550 5.1.1 No such user", 1), ("554 5.7.1 Looks like spam", 2)]
)
async def test_an_address_that_is_no_good_gets_nothing_more(
    reply: str, attempts: int, tmp_path: Path
) -> None:
    with smtp_sink("-f", "RCPT", "-B", reply) as sink:
        post = channel(tmp_path, sink.port)
        async with on_stage(wrap=lambda inner, clock: post) as stage:
            active = await stage.begin(TWICE, [person(1)])
            await stage.run(active)
            states = [row.state for row in await stage.ledger()]
            told = [line["kind"] for line in await stage.lines("signal")]
        await post.aclose()
    assert states.count("rejected") == attempts
    assert told == ["address gone"] * (2 - attempts)


@pytest.mark.promise("ONCE", "LOSS")
async def test_a_server_that_recovers_gets_each_mail_once(tmp_path: Path) -> None:
    port = free_port()
    post = channel(tmp_path, port, rest="0.001 seconds")
    async with on_stage(wrap=lambda inner, clock: post) as stage:
        active = await stage.begin(TELL, [person(n) for n in range(4)])
        await stage.run_until(stage.clock.now() + MINUTE)
        assert {row.state for row in await stage.ledger()} == {"retried", "queued"}
        with smtp_sink(port=port) as sink:
            await stage.run(active)
            rows = await stage.ledger()
            seen = sink.taken()
    await post.aclose()
    assert [row.state for row in rows if row.state != "retried"] == ["accepted"] * 4
    assert len(seen) == 4
    assert len({line for one in seen for line in one.splitlines() if "Message-ID" in line}) == 4
