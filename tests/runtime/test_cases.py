"""Cases: what people at a desk do with conversations, and how hand-offs are passed on."""

from collections.abc import Mapping
from pathlib import Path

import anyio
import msgspec
import pytest

from tactful.plugins.config import DesksFor
from tactful.plugins.manager import Plugins
from tactful.runtime import desks as passing
from tactful.runtime import owner
from tactful.runtime.engine import Engine
from tactful.runtime.ports import Desk, HandOffCase
from tactful.runtime.project import Project
from tactful.store.contract import Store
from tactful.store.sqlite import SqliteStore
from tactful.values import HOUR, MINUTE, SECOND
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

FLOW = """\
journey:
  send sms "Your order is late. Questions?"
  wait up to 1 day:
    on reply "yes":
      hand off to orders:
        note "Asked for help"
      send sms "Somebody will write to you"
      wait up to 1 day:
        on reply "thanks": tag happy
        on timeout: tag quiet
    on timeout: tag quiet
"""


async def handed_off(stage: Stage) -> None:
    await stage.begin(compile_flow(FLOW), [person(1)])
    stage.reply(NINE + 5 * MINUTE, 1, "yes")
    stage.reply(NINE + 7 * MINUTE, 1, "Where is it?")


def order(stage: Stage, minutes: int, kind: str, **data: object) -> None:
    stage.order(
        NINE + minutes * MINUTE,
        kind,
        campaign="late-order.1",
        data=msgspec.json.encode({"item": 1, **data}).decode(),
    )


async def texts(stage: Stage) -> list[str]:
    return [row.text for row in await stage.ledger() if row.called_at is not None]


async def test_what_a_person_writes_leaves_from_the_campaigns_sender(store: Store) -> None:
    async with on_stage(store) as stage:
        await handed_off(stage)
        order(stage, 8, "answer", text="It is at the depot.")
        await stage.run_until(NINE + HOUR)
        rows = await stage.ledger()
        assert await texts(stage) == [
            "Your order is late. Questions?",
            "Somebody will write to you",
            "It is at the depot.",
        ]
        assert rows[-1].sender == rows[0].sender
        assert (rows[-1].channel, rows[-1].to) == ("sms", rows[0].to)
        (line,) = [one for one in await stage.lines("signal") if one.get("kind") == "answer"]
        assert line["who"] == "test"


@pytest.mark.promise("STOP")
async def test_nobody_at_a_desk_writes_to_who_has_opted_out() -> None:
    async with on_stage() as stage:
        await handed_off(stage)
        stage.reply(NINE + 8 * MINUTE, 1, "STOP")
        order(stage, 9, "answer", text="Sorry to see you go!")
        await stage.run_until(NINE + HOUR)
        assert "Sorry to see you go!" not in await texts(stage)


@pytest.mark.promise("HOURS")
async def test_what_a_person_writes_at_night_waits_for_the_morning() -> None:
    async with on_stage() as stage:
        await handed_off(stage)
        order(stage, 13 * 60, "answer", text="Good news.")
        await stage.run_until(NINE + 14 * HOUR)
        assert "Good news." not in await texts(stage)
        await stage.run_until(NINE + 24 * HOUR)
        assert "Good news." in await texts(stage)


@pytest.mark.promise("ONCE")
async def test_an_answer_leaves_once_and_also_when_the_case_is_closed_at_once(
    store: Store,
) -> None:
    async with on_stage(store) as stage:
        await handed_off(stage)
        order(stage, 8, "answer", text="Done.")
        order(stage, 8, "close")
        await stage.run_until(NINE + HOUR)
        assert (await texts(stage)).count("Done.") == 1
        assert await stage.ends() == {"P-1": "closed"}


async def test_what_the_person_wrote_meanwhile_is_closed_with_the_case(store: Store) -> None:
    async with on_stage(store) as stage:
        await handed_off(stage)
        await stage.run_until(NINE + 10 * MINUTE)
        assert len(await stage.engine.store.inbox()) == 2
        order(stage, 11, "give back")
        await stage.run_until(NINE + 20 * MINUTE)
        assert await stage.engine.store.inbox() == ()


async def test_an_order_about_no_open_item_says_so() -> None:
    async with on_stage() as stage:
        await handed_off(stage)
        order(stage, 2, "answer", text="Too early")
        await stage.run_until(NINE + HOUR)
        (line,) = await stage.lines("order")
        assert line["result"] == "not done: no open item 1 in the inbox"


async def test_a_channel_that_the_campaign_does_not_have_is_refused() -> None:
    async with on_stage() as stage:
        await handed_off(stage)
        order(stage, 8, "answer", text="Hello", channel="email")
        await stage.run_until(NINE + HOUR)
        (line,) = await stage.lines("order")
        assert "has no email" in line["result"]


async def test_others_see_who_works_on_an_item(store: Store) -> None:
    async with on_stage(store) as stage:
        await handed_off(stage)
        order(stage, 8, "take", who="Ana")
        await stage.run_until(NINE + 10 * MINUTE)
        items = await stage.engine.store.inbox()
        assert [item.taken_by for item in items if item.kind == "hand_off"] == ["Ana"]
        order(stage, 11, "take")
        await stage.run_until(NINE + 12 * MINUTE)
        items = await stage.engine.store.inbox()
        assert [item.taken_by for item in items if item.kind == "hand_off"] == ["test"]


async def test_a_desk_can_answer_and_close_by_signals(store: Store) -> None:
    async with on_stage(store) as stage:
        await handed_off(stage)
        for minute, name, text in ((8, "answer", "From the help desk"), (9, "close", "")):
            data = msgspec.json.encode({"case": "1", "text": text, "who": "Ben"}).decode()
            stage.raw(NINE + minute * MINUTE, "case", name=name, data=data)
        stage.raw(NINE + 10 * MINUTE, "case", name="close", data='{"case": "99"}')
        stage.raw(NINE + 10 * MINUTE, "case", name="close", data='{"case": "x"}')
        await stage.run_until(NINE + HOUR)
        assert (await texts(stage))[-1] == "From the help desk"
        assert await stage.ends() == {"P-1": "closed"}


@pytest.mark.promise("POISON")
@pytest.mark.parametrize("case", ["x", "-1", "²", "9" * 19, "9" * 5_000])
async def test_a_case_that_can_be_none_of_ours_harms_nobody(case: str) -> None:
    async with on_stage() as stage:
        await handed_off(stage)
        for minute, number in ((8, case), (9, "1")):
            data = msgspec.json.encode({"case": number, "text": "From the desk"}).decode()
            stage.raw(NINE + minute * MINUTE, "case", name="answer", data=data)
        await stage.run_until(NINE + HOUR)
        assert (await texts(stage)).count("From the desk") == 1


async def test_nobody_gets_an_answer_in_which_nothing_stands() -> None:
    async with on_stage() as stage:
        await handed_off(stage)
        stage.raw(NINE + 8 * MINUTE, "case", name="answer", data='{"case": "1", "text": " "}')
        await stage.run_until(NINE + HOUR)
        assert all(text.strip() for text in await texts(stage))


# ---- desks --------------------------------------------------------------------------------------


class RecordingDesk:
    """Takes cases, after failing so often."""

    name = "help"

    def __init__(self, fails: int = 0) -> None:
        self.cases: list[HandOffCase] = []
        self.fails = fails
        self.asked = 0

    async def open(self, case: HandOffCase) -> None:
        self.asked += 1
        if self.asked <= self.fails:
            raise ConnectionError("the help desk is closed")
        self.cases.append(case)


async def passed_on(
    path: Path, desk: Desk, *, live: bool = True, until: int = 2, config: str = "orders"
) -> list[str]:
    """Have a hand-off passed on; returns the reasons in the log."""
    async with on_stage(SqliteStore(path)) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        active.row = msgspec.structs.replace(active.row, live=live)
        stage.reply(NINE + 5 * MINUTE, 1, "yes")
        stage.reply(NINE + 7 * MINUTE, 1, "Where is it?")
        await stage.run_until(NINE + 10 * MINUTE)
        work = passing.Passing(
            stage.engine, path, {"help": desk}, DesksFor.model_validate({config: ["help"]})
        )
        for number in range(until):
            for item, name in work._due(await stage.engine.store.inbox()):
                await work._pass_on(item, name)
            await stage.run_until(NINE + (11 + number) * MINUTE)
        return [line["reason"] for line in await stage.lines("signal") if line.get("desk")]


async def test_a_hand_off_goes_to_the_desk_of_its_queue_with_the_conversation(
    tmp_path: Path,
) -> None:
    desk = RecordingDesk()
    assert await passed_on(tmp_path / "store.db", desk) == []
    first, again = desk.cases
    assert (first.id, again.id) == ("1", "1")  # what was written since goes to the same case
    assert (first.campaign, first.key, first.queue, first.note) == (
        "late-order",
        "P-1",
        "orders",
        "Asked for help",
    )
    assert [(said.by, said.channel, said.text) for said in again.conversation] == [
        ("us", "sms", "Your order is late. Questions?"),
        ("recipient", "sms", "yes"),
        ("us", "sms", "Somebody will write to you"),
        ("recipient", "sms", "Where is it?"),
    ]


@pytest.mark.promise("LOSS")
async def test_a_desk_that_fails_is_asked_again_and_the_log_says_so_once(tmp_path: Path) -> None:
    desk = RecordingDesk(fails=3)
    reasons = await passed_on(tmp_path / "store.db", desk, until=6)
    assert {case.id for case in desk.cases} == {"1"}
    assert len(desk.cases) == 2
    assert all("the help desk is closed" in reason for reason in reasons)
    assert len(reasons) == 2  # one for the hand-off, one for what was written since


async def test_what_a_desk_has_it_does_not_get_again_after_a_restart(tmp_path: Path) -> None:
    desk = RecordingDesk()
    await passed_on(tmp_path / "store.db", desk)
    async with on_stage(SqliteStore(tmp_path / "store.db"), start=NINE + HOUR) as stage:
        work = passing.Passing(
            stage.engine,
            tmp_path / "store.db",
            {"help": desk},
            DesksFor.model_validate({"orders": ["help"]}),
        )
        assert work._due(await stage.engine.store.inbox()) == []


async def test_nothing_of_a_rehearsal_reaches_a_desk(tmp_path: Path) -> None:
    desk = RecordingDesk()
    await passed_on(tmp_path / "store.db", desk, live=False)
    assert desk.cases == []


async def test_a_queue_without_a_desk_of_its_own_goes_to_the_default(tmp_path: Path) -> None:
    desk = RecordingDesk()
    await passed_on(tmp_path / "store.db", desk, config="default")
    assert len(desk.cases) == 2


async def test_a_desk_that_hangs_is_left_after_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(RecordingDesk):
        async def open(self, case: HandOffCase) -> None:
            await anyio.sleep_forever()

    monkeypatch.setattr(passing, "OPEN_SECONDS", 0.01)
    reasons = await passed_on(tmp_path / "store.db", Hanging(), until=1)
    assert "TimeoutError" in reasons[0]


@pytest.mark.promise("POISON")
async def test_a_desk_that_hangs_keeps_no_other_one_waiting(
    tmp_path: Path,
) -> None:
    class Hanging(RecordingDesk):
        async def open(self, case: HandOffCase) -> None:
            self.asked += 1
            await anyio.sleep_forever()

    class Quick(RecordingDesk):
        def __init__(self) -> None:
            super().__init__()
            self.has_both = anyio.Event()

        async def open(self, case: HandOffCase) -> None:
            await super().open(case)
            if len(self.cases) == 2:
                self.has_both.set()

    path, stuck, desk = tmp_path / "store.db", Hanging(), Quick()
    async with on_stage(SqliteStore(path)) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        active.row = msgspec.structs.replace(active.row, live=True)
        stage.reply(NINE + 5 * MINUTE, 1, "yes")
        stage.reply(NINE + 7 * MINUTE, 1, "Where is it?")
        await stage.run_until(NINE + 10 * MINUTE)
        both = DesksFor.model_validate({"default": ["stuck", "help"]})
        work = passing.Passing(stage.engine, path, {"stuck": stuck, "help": desk}, both)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work.run)
            with anyio.fail_after(passing.OPEN_SECONDS / 2):
                await desk.has_both.wait()
            tasks.cancel_scope.cancel()
    assert stuck.asked == 1
    assert len(desk.cases) == 2


class Desks(dict[str, Desk]):
    """The desks of a project."""

    need = dict.__getitem__


@pytest.mark.parametrize(
    ("live", "staffed", "passes"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_desks_get_hand_offs_only_where_it_is_live_and_people_work(
    live: bool, staffed: bool, passes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    class Noted(passing.Passing):
        def __init__(
            self, engine: Engine, store: Path, desks: Mapping[str, Desk], config: DesksFor
        ) -> None:
            super().__init__(engine, store, desks, config)
            made.append(store)

    monkeypatch.setattr(owner, "Passing", Noted)
    monkeypatch.setattr(Plugins, "desks", lambda plugins: Desks(help=RecordingDesk()))
    (tmp_path / "tactful.toml").write_text('[desks]\ndefault = ["help"]\n')
    store = tmp_path / "store.db"
    project = Project(tmp_path, data_folder=tmp_path)
    owning = owner.Owner(project, store, command="test", live=live, staffed=staffed)

    async def own() -> None:
        async with owning.own():
            assert made == [store] * passes

    anyio.run(own)


async def test_a_desk_that_ends_the_program_is_asked_again_like_any_that_fails(
    tmp_path: Path,
) -> None:
    class Ending(RecordingDesk):
        async def open(self, case: HandOffCase) -> None:
            raise SystemExit(2)

    reasons = await passed_on(tmp_path / "store.db", Ending(), until=1)
    assert "it tried to end the program" in reasons[0]


def test_the_waits_between_tries_grow_and_end() -> None:
    assert passing.FIRST_WAIT == 5 * SECOND
    assert passing.LONGEST_WAIT == 600 * SECOND
