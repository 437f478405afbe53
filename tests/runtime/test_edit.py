"""Live change: nobody is stranded, nobody is sent anything again, guards count at once."""

import pytest

from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.values import DAY, HOUR, MINUTE
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

OLD = """\
journey:
  send sms "Old one"
  wait 1 hour
  send sms "Old two"
"""
NEW = """\
journey:
  send email:
    subject "New"
    "New one"
  wait 1 hour
  send email:
    subject "New"
    "New two"
"""


@pytest.mark.promise("EDIT")
async def test_journeys_under_way_finish_on_their_revision(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(OLD), [person(1), person(2)])
        await stage.run_until(NINE + 10 * MINUTE)
        await stage.begin(compile_flow(NEW), [])
        await stage.run(active)
        revisions = {line["revision"] for line in await stage.lines() if "revision" in line}
    texts = sorted((m.key, m.text) for m in stage.channel.messages)
    assert texts == [("P-1", "Old one"), ("P-1", "Old two"), ("P-2", "Old one"), ("P-2", "Old two")]
    assert compile_flow(OLD).graph.revision in revisions


@pytest.mark.promise("EDIT")
async def test_a_restart_with_a_changed_file_strands_and_resends_nobody(tmp_path: object) -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(OLD), [person(n) for n in range(15)])
        await stage.run_until(NINE + MINUTE)
        before = [(m.key, m.text) for m in stage.channel.messages]
    async with on_stage(store, start=NINE + 2 * MINUTE) as stage:
        active = await stage.begin(compile_flow(NEW), [])
        await stage.run(active)
        ends = await stage.ends()
        after = [(m.key, m.text) for m in stage.channel.messages]
    assert len(set(before + after)) == len(before + after) == 30
    assert set(ends.values()) == {"finished"}
    assert len(ends) == 15


@pytest.mark.promise("EDIT")
async def test_who_joins_after_the_change_takes_the_new_way() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(OLD), [person(1)])
        await stage.run_until(NINE + MINUTE)
        await stage.begin(compile_flow(NEW), [])
        await stage.join(active, [person(1), person(2)])
        await stage.run(active)
        texts = [m.text for m in stage.channel.messages if m.key == "P-2"]
        ends = await stage.ends()
    assert texts == ["New one", "New two"]
    assert ends == {"P-1": "finished", "P-2": "finished"}


@pytest.mark.promise("EDIT", "HOURS")
async def test_quiet_hours_of_the_newest_file_count_for_everybody() -> None:
    quiet = "quiet hours 09:30 to 12:00 recipient time\n"
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(OLD), [person(1)])
        await stage.run_until(NINE + MINUTE)
        await stage.begin(compile_flow(quiet + OLD), [])
        await stage.run(active)
        called = [row.called_at for row in await stage.ledger()]
    assert called == [NINE, NINE + 3 * HOUR]


@pytest.mark.promise("EDIT", "LATE")
async def test_a_shorter_expiry_ends_journeys_that_wait(store: Store) -> None:
    waiting = 'journey:\n  wait 3 days\n  send sms "Late"\n'
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(waiting), [person(1)])
        await stage.run_until(NINE + HOUR)
        await stage.begin(compile_flow("expires after 2 hours\n" + waiting), [])
        await stage.run(active)
        (ended,) = await stage.lines("ended")
    assert (ended["state"], ended["at"]) == ("expired", "2026-12-01T11:00:00.000Z")


@pytest.mark.promise("EDIT")
async def test_a_longer_expiry_lets_journeys_go_on(store: Store) -> None:
    waiting = 'journey:\n  wait 3 days\n  send sms "Late"\n'
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow("expires after 2 hours\n" + waiting), [person(1)])
        await stage.run_until(NINE + HOUR)
        await stage.begin(compile_flow(waiting), [])
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}
    assert stage.clock.now() == NINE + 3 * DAY


@pytest.mark.promise("EDIT")
async def test_a_consent_line_counts_for_what_was_not_sent_yet() -> None:
    consent = HEAD.replace("senders:", "  column sms_ok yes/no\n\nsenders:").replace(
        "\n\n  column", "\n  column"
    )
    flow = "consent for sms when sms_ok\n" + OLD
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(OLD, consent), [person(1, sms_ok=False), person(2, sms_ok=True)]
        )
        await stage.run_until(NINE + MINUTE)
        await stage.begin(compile_flow(flow, consent), [])
        await stage.run(active)
        (refused,) = await stage.lines("refused")
    assert (refused["recipient"], refused["code"]) == ("P-1", "no_consent")
    assert refused["line"] == consent.count("\n") + 1
