"""The ledger of consent: which record counts, what new ones change, what the guard makes of it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tactful.plugins.config import Limits
from tactful.runtime.consents import ALL, ConsentBook, Scope, changes
from tactful.store.contract import Store
from tactful.store.rows import ConsentRow, SuppressionRow
from tactful.values import HOUR
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

WHO = "+353850000001"
FLOW = """\
journey:
  wait 2 hours
  send email:
    subject "One"
    "One"
"""


def record(at: int, purpose: str = "service", *, proof: bool = True) -> ConsentRow:
    method = "web form" if proof else ""
    return ConsentRow(WHO, "sms", purpose, True, at, "form 12", "ana", method)


def end(at: int, purpose: str = "service") -> ConsentRow:
    return ConsentRow(WHO, "sms", purpose, False, at, "a call", "ana")


def opt_out(at: int) -> SuppressionRow:
    return SuppressionRow(WHO, "text", at, "reply: STOP")


# ---- which counts -------------------------------------------------------------------------------

COUNTS: list[tuple[str, list[ConsentRow], bool]] = [
    ("none", [], False),
    ("a consent", [record(1)], True),
    ("for another purpose", [record(1, "account")], False),
    ("taken back", [record(1), end(2)], False),
    ("given again", [record(1), end(2), record(3)], True),
    ("an older one that comes later", [end(2), record(1)], False),
    ("another purpose taken back", [record(1), end(2, "account")], True),
    ("all taken back", [record(1), end(2, ALL)], False),
    ("given again after all was taken back", [record(1), end(2, ALL), record(3)], True),
    ("another given again after that", [record(1), end(2, ALL), record(3, "account")], False),
]


@pytest.mark.parametrize(("_", "records", "has"), COUNTS)
def test_the_later_record_of_a_purpose_counts(_: str, records: list[ConsentRow], has: bool) -> None:
    book = ConsentBook(records)
    assert book.has(WHO, "mms", "service") is has
    assert not book.has(WHO, "voice", "service")


def test_only_the_end_of_this_very_purpose_is_told() -> None:
    book = ConsentBook([record(1), end(2), end(3, ALL)])
    assert book.end(WHO, "mms", "service") == end(2)
    assert book.end(WHO, "sms", "account") is None
    assert book.end("+353850000002", "sms", "service") is None


def test_policies_learn_what_is_in_force_for_each_purpose() -> None:
    book = ConsentBook([record(1), record(1, "account"), end(2, "account"), end(3, ALL)])
    assert [(one.purpose, one.given) for one in book.of(WHO, "mms")] == [
        ("service", False), ("account", False), (ALL, False),
    ]  # fmt: skip
    book.renew(WHO, [record(4)])
    (one,) = book.of(WHO, "sms")
    assert (one.given, one.at, one.source, one.method) == (True, 4, "form 12", "web form")
    assert book.of(WHO, "voice") == ()


# ---- what new ones change -----------------------------------------------------------------------

NEWS: list[tuple[str, list[ConsentRow], int | None, list[ConsentRow], Scope, int | None]] = [
    # name, known, opted out at, new, scope → opted out at
    ("an end stops the channel", [record(1)], None, [end(2)], "all", 2),
    ("an end of one purpose does not", [record(1)], None, [end(2)], "purpose", None),
    ("an end for all does", [], None, [end(2, ALL)], "purpose", 2),
    ("a newer consent with proof lifts", [], 2, [record(3)], "all", None),
    ("an older one does not", [], 2, [record(1)], "all", 2),
    ("one of the same moment does not", [], 2, [record(2)], "all", 2),
    ("one without proof does not", [], 2, [record(3, proof=False)], "all", 2),
    ("an end that was overtaken changes nothing", [record(3)], None, [end(2)], "all", None),
    ("end and consent in one file", [], None, [record(3), end(2)], "all", None),
    ("consent and end in one file", [], None, [end(2), record(1)], "all", 2),
    ("another stop after a lift", [], 1, [record(2), end(3)], "all", 3),
    ("the first stop stays", [], 1, [end(3)], "all", 1),
    ("what is known changes nothing", [end(2, ALL)], None, [end(2)], "all", None),
]


def apply(opted_out: SuppressionRow | None, made: object) -> SuppressionRow | None:
    """Return the opt-out that a store has after changes, as it writes them."""
    assert hasattr(made, "group")
    group = made.group()
    after = None if (WHO, "text") in group.lifted else opted_out
    return after or next(iter(group.suppressions), None)


@pytest.mark.promise("STOP")
@pytest.mark.parametrize(("_", "known", "before", "new", "scope", "after"), NEWS)
def test_new_records_begin_and_end_opt_outs(
    _: str,
    known: list[ConsentRow],
    before: int | None,
    new: list[ConsentRow],
    scope: Scope,
    after: int | None,
) -> None:
    opted_out = opt_out(before) if before is not None else None
    left = apply(opted_out, changes(known, [opted_out] if opted_out else [], new, scope))
    assert (left.at if left else None) == after


records = st.builds(
    lambda at, purpose, given, proof: (
        record(at, purpose, proof=proof) if given else end(at, purpose)
    ),
    st.integers(1, 6), st.sampled_from(["service", "account"]), st.booleans(), st.booleans(),
)  # fmt: skip
scopes = st.sampled_from(["all", "purpose"])


@given(st.lists(records, max_size=8), scopes, st.none() | st.integers(1, 6))
def test_what_was_brought_in_once_changes_nothing_again(
    new: list[ConsentRow], scope: Scope, stopped: int | None
) -> None:
    before = opt_out(stopped) if stopped is not None else None
    once = changes([], [before] if before else [], new, scope)
    left = apply(before, once)
    again = changes(once.rows, [left] if left else [], new, scope)
    assert (again.rows, again.suppress, again.lift) == ((), (), ())


@given(st.lists(records, max_size=8), scopes, st.integers(1, 6))
def test_an_opt_out_ends_only_by_a_later_proof(
    new: list[ConsentRow], scope: Scope, stopped: int
) -> None:
    left = apply(opt_out(stopped), changes([], [opt_out(stopped)], new, scope))
    if not any(row.given and row.method and row.at > stopped for row in new):
        assert left == opt_out(stopped)


# ---- the guard ----------------------------------------------------------------------------------


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("required", [False, True])
async def test_a_purpose_that_was_taken_back_is_not_sent_and_others_are(
    store: Store, required: bool
) -> None:
    async with on_stage(store, limits=Limits(require_consent=required)) as stage:
        people = [person(number) for number in (1, 2, 3)]
        active = await stage.begin(compile_flow(FLOW), people)
        one, two, three = (who.email or "" for who in people)
        mail = replace(record(NINE - 9), channel="email")
        rows = [
            *(replace(mail, address=to) for to in (one, two, three)),
            replace(mail, address=one, given=False, at=NINE - 8),
            replace(mail, address=two, given=False, at=NINE - 8, purpose="account"),
        ]
        stage.engine.group.rows.consents += rows
        stop = SuppressionRow(three, "email", NINE, "a call")
        stage.engine.group.rows.suppressions.append(stop)
        told = {"addresses": [one, two, three], "suppressed": [[three, "email"]], "lifted": []}
        stage.order(NINE + HOUR, "consents", data=msgspec.json.encode(told).decode())
        await stage.run(active)
        refused = [(line["recipient"], line["code"]) for line in await stage.lines("refused")]
        assert [message.to for message in stage.channel.messages] == [two]
    assert sorted(refused) == [("P-1", "withdrawn"), ("P-3", "suppressed")]


@pytest.mark.promise("STOP")
async def test_an_order_lifts_nothing_that_the_store_still_has(store: Store) -> None:
    async with on_stage(store) as stage:
        to = person(1).email or ""
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        stage.engine.group.rows.suppressions.append(SuppressionRow(to, "email", NINE, "a call"))
        for at, suppressed, lifted in ((1, [[to, "email"]], []), (2, [], [[to, "email"]])):
            told = {"addresses": [], "suppressed": suppressed, "lifted": lifted}
            stage.order(NINE + at, "consents", data=msgspec.json.encode(told).decode())
        await stage.run(active)
        assert stage.channel.messages == []
