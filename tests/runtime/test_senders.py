"""The engine keeps to how senders stand: pauses, slow paces, fall-backs, in all campaigns."""

import pytest

from tactful.guard.standing import Flag, Pause, Slow
from tactful.values import HOUR, MINUTE, Rate
from tests.runtime.stage import NINE, compile_flow, on_stage, person
from tests.runtime.watched import FLOW, PLAIN, SENDER, TWICE, Strict, accepting, another, told

pytestmark = pytest.mark.anyio


async def test_what_waits_leaves_when_the_pause_is_over_and_no_faster_than_then_said() -> None:
    strict = Strict(("paused", Pause(NINE + 3 * HOUR)), ("watched", None))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        people = [person(n) for n in range(1, 9)]
        active = await stage.begin(compile_flow(TWICE), people, live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run(active)
        assert [line[1] for line in await told(stage)][:2] == ["paused", "slowed"]
        late = sorted(row.called_at or 0 for row in await stage.ledger())[8:]
    assert [at - NINE - 3 * HOUR for at in late] == [0] * 5 + [5 * MINUTE] * 3


@pytest.mark.parametrize("outcome", ["refused", "not delivered"])
async def test_where_the_flow_says_what_to_do_instead_that_is_done_at_once(outcome: str) -> None:
    flow = (
        f"{FLOW.rstrip()}:\n    on {outcome}:\n      send email:\n"
        '        subject "Hello"\n        "Another way"\n'
    )
    strict = Strict(("flagged", Flag()))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        # Ten have left, and twelve wait for the pace when the sender is flagged.
        people = [person(n) for n in range(1, 23)]
        active = await stage.begin(compile_flow(flow), people, live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run_until(NINE + 7 * MINUTE)
        sent = [one.channel for one in stage.channel.messages]
        refused = [line["code"] for line in await stage.lines("refused")]
        assert active.stands.standings == {"sms": "flagged"}
    others = 12 if outcome == "refused" else 13  # the lost one, too
    assert (sent.count("sms"), sent.count("email")) == (10, others)
    assert refused == ["standing"] * 12


async def test_a_slowed_sender_sends_no_faster_than_it_is_told_in_all_campaigns() -> None:
    strict = Strict(("slowed", Slow(Rate.parse("2 per 10 minutes"))))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(n) for n in (1, 2, 3)], live=True)
        other = await stage.begin(another(TWICE), [person(n) for n in (4, 5)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run(active)
        await stage.run(other)
        late = sorted(row.called_at or 0 for row in await stage.ledger())[5:]
    assert [at - NINE - HOUR for at in late] == [0, 0, 10 * MINUTE, 10 * MINUTE, 20 * MINUTE]


async def test_installed_observers_watch_the_media_they_are_at_home_on_unasked() -> None:
    class AtHome(Strict):
        media = frozenset({"email"})

    strict = AtHome()
    mail = '  send email:\n    subject "Hello"\n    "Hello"\n'
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(PLAIN + mail), [person(1)], live=True)
        await stage.run(active)
    assert [(one.kind, one.medium) for one in strict.signals] == [("sent", "email")]


async def test_an_observer_of_all_senders_keeps_one_state_for_them() -> None:
    class Everywhere(Strict):
        across = True

    strict = Everywhere(("flagged", Flag()))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(1)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run(active)
        (row,) = (await stage.engine.store.open()).standings
        assert (row.sender, row.standing) == ("", "flagged")
        assert active.stands.standings == {"sms": "flagged"}
    assert [signal.sender for signal in strict.signals] == [SENDER] * 2


async def test_a_signal_tells_of_the_message_and_hides_who_got_it() -> None:
    strict = Strict(("healthy", None))
    text = FLOW.replace("Hello {{ first_name }}", "Order {{ id }} of 17 December")
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        text += "  wait 1 hour\n"
        await stage.begin(compile_flow(text), [person(1), person(2)], live=True)
        stage.raw(NINE + MINUTE, "status", send=1, name="undelivered",
                  data='{"code": "30007", "seconds": 2.5}')  # fmt: skip
        await stage.run_until(NINE + 2 * MINUTE)
    sent, other, lost = strict.signals
    assert (lost.kind, lost.code, lost.seconds, lost.sent_at) == ("undelivered", "30007", 2.5, NINE)
    assert (sent.medium, sent.sender, sent.campaign) == ("sms", SENDER, "late-order")
    assert sent.text == other.text
    assert sent.recipient == lost.recipient != other.recipient
    assert "555" not in sent.recipient
