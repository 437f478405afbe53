"""What a flow binds to: words with values, conditions, texts and places."""

from datetime import date, time
from decimal import Decimal

import pytest

from tactful.language import Node, Word
from tactful.language.conditions import And, Compare, Condition, Holds, Missing, Not, Or
from tactful.language.diagnostics import Span
from tactful.language.operands import Constant, Moment, Ref
from tactful.language.templates import Filter, Slot, Template
from tactful.language.words.audience import ColumnIs
from tactful.language.words.sending import OnOutcome, Send
from tactful.language.words.settings import NoQuietHours, QuietHours, Set, Throttle
from tactful.language.words.steps import GoTo, HandOff, When
from tactful.language.words.waiting import OnReply, WaitUpTo
from tactful.values import Duration, Money, Rate, Window
from tests.language.flows import LATE_ORDER, changed, checked


def _nodes(text: str, word: type[Word]) -> list[Node]:
    result = checked(text)
    assert result.flow is not None, result.diagnostics
    return [node for node in result.flow.walk() if isinstance(node.word, word)]


def _first(old: str, new: str, word: type[Word]) -> Node:
    return _nodes(changed(old, new), word)[0]


def test_values_are_read_into_the_fields_of_their_word() -> None:
    assert _nodes(LATE_ORDER, QuietHours)[0].word == QuietHours(
        window=Window(time(21), time(8)), zone="recipient"
    )
    assert _nodes(LATE_ORDER, Throttle)[0].word == Throttle(
        channel="sms", rate=Rate(10, Duration.parse("5 minutes"))
    )
    assert _nodes(LATE_ORDER, WaitUpTo)[0].word == WaitUpTo(length=Duration.parse("24 hours"))
    assert _nodes(LATE_ORDER, ColumnIs)[1].word == ColumnIs(
        name="order_total", type="number", header="Order total", default="0"
    )
    assert _nodes(LATE_ORDER, OnOutcome)[0].word == OnOutcome(
        outcome="not delivered", within=Duration.parse("30 minutes")
    )


def test_a_value_knows_where_it_stands() -> None:
    node = _nodes(LATE_ORDER, HandOff)[0]
    line = LATE_ORDER.split("\n")[node.span.line - 1]
    places = {name: line[s.column - 1 : s.end_column - 1] for name, s in node.spans.items()}
    assert places == {"queue": "refunds_team", "priority": "high"}


def test_named_values_may_come_in_any_order() -> None:
    column = "column order_total number "
    there, back = 'from "Order total" default 0', 'default 0 from "Order total"'
    swapped = _nodes(changed(column + there, column + back), ColumnIs)
    assert [n.word for n in swapped] == [n.word for n in _nodes(LATE_ORDER, ColumnIs)]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('on reply "a", "b c":', OnReply(words=("a", "b c"))),
        ('on reply exactly "1" as said:', OnReply(exactly=("1",), as_="said")),
        ("on reply yes:", OnReply(yes=True)),
        ("on reply no:", OnReply(no=True)),
        ("on reply like /burn|fire/:", OnReply(like="burn|fire")),
        (r"on reply like /a\/b/:", OnReply(like="a/b")),
    ],
)
def test_replies_can_be_asked_for_in_five_ways(line: str, word: OnReply) -> None:
    assert _nodes(changed('on reply "refund":', line), OnReply)[1].word == word


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"requested"', Template(("requested",))),
        ('"for {{ first_name }}"', Template(("for ", Slot("first_name")))),
        ("5", Constant(Decimal(5))),
        ("60 EUR", Constant(Money(Decimal(60), "EUR"))),
        ("2026-12-01", Constant(date(2026, 12, 1))),
        ("yes", Constant(True)),
        ("now", Moment("now")),
        ("order_total", Ref("order_total")),
    ],
)
def test_set_remembers_what_is_written(written: str, value: object) -> None:
    nodes = _nodes(changed('"requested"', written), Set)
    assert nodes[1].word == Set(name="refund_status", value=value)  # type: ignore[arg-type]


def test_quiet_hours_can_be_turned_off_with_a_reason() -> None:
    node = _first("21:00 to 08:00 recipient time", 'none because "they asked"', NoQuietHours)
    assert node.word == NoQuietHours(because="they asked")


def test_a_jump_with_a_limit_goes_on_below() -> None:
    text = changed("tag small", "go to agent at most 2 times\n    tag small")
    assert GoTo(stage="agent", times=2) in [node.word for node in _nodes(text, GoTo)]


def test_a_text_is_the_same_on_the_line_and_below_it() -> None:
    on_line = _nodes(changed('"Thank you!"', '"Dear {{ first_name }}"'), Send)[1]
    old = ' "Thank you!" when order_total above 10'
    text = '"""\n        Dear {{ first_name }}\n        """'
    below = _nodes(changed(old, f":\n        {text}"), Send)[1]
    opened = _nodes(changed(old, f" {text}"), Send)[1]
    assert on_line.text == Template(("Dear ", Slot("first_name")))
    assert below.text == opened.text == on_line.text


def test_a_text_block_keeps_everything_but_its_margin() -> None:
    inside = '    # no comment: here\n\n      deeper "quoted"\nat the margin\n'
    text = changed("    it is late: {{ refund_status | upper }}.\n", inside)
    node = _nodes(text, Send)[2]
    assert node.text is not None
    assert "".join(part for part in node.text.parts if isinstance(part, str)) == (
        'Dear ,\n\n# no comment: here\n\n  deeper "quoted"\nat the margin'
    )


def test_slots_hold_their_filters_and_their_place() -> None:
    text = _nodes(LATE_ORDER, Send)[2].text
    assert text is not None
    first, second = text.slots
    assert first == Slot("first_name", (Filter("or", ("customer",)),))
    assert second == Slot("refund_status", (Filter("upper"),))
    line = LATE_ORDER.split("\n")[first.span.line - 1]
    assert line[first.span.column - 1 : first.span.end_column - 1] == "first_name"


AMOUNT, NAME = Ref("order_total"), Ref("first_name")
TEN, ANA = Constant(Decimal(10)), Constant("Ana")
OK = Holds(Ref("sms_ok"))
ABOVE = Compare(AMOUNT, "above", (TEN,))

CONDITIONS: list[tuple[str, Condition]] = [
    ("sms_ok", OK),
    ("not sms_ok", Not(OK)),
    ("order_total above 10", ABOVE),
    ("order_total is above 10", ABOVE),
    ("order_total > 10", ABOVE),
    ("order_total is not above 10", Compare(AMOUNT, "above", (TEN,), True)),
    ("order_total at least 10", Compare(AMOUNT, "at least", (TEN,))),
    ("order_total <= 10", Compare(AMOUNT, "at most", (TEN,))),
    ("order_total = 10", Compare(AMOUNT, "is", (TEN,))),
    ("order_total <> 10", Compare(AMOUNT, "is", (TEN,), True)),
    ('first_name is "Ana"', Compare(NAME, "is", (ANA,))),
    ('first_name is not "Ana"', Compare(NAME, "is", (ANA,), True)),
    ('first_name is one of "Ana", "Bo"', Compare(NAME, "one of", (ANA, Constant("Bo")))),
    ('first_name is not one of "Ana"', Compare(NAME, "one of", (ANA,), True)),
    ('first_name contains "Ana"', Compare(NAME, "contains", (ANA,))),
    ("first_name matches /An+a/", Compare(NAME, "matches", (Constant("An+a"),))),
    ("first_name is missing", Missing(NAME)),
    ("first_name is not missing", Missing(NAME, True)),
    ("sms_ok is yes", Compare(Ref("sms_ok"), "is", (Constant(True),))),
    ("order_total is score", Compare(AMOUNT, "is", (Ref("score"),))),
    ("news before 2 days ago",
     Compare(Ref("news"), "before", (Moment("now", Duration.parse("2 days"), True),))),
    ("news after 2 days from now",
     Compare(Ref("news"), "after", (Moment("now", Duration.parse("2 days")),))),
    ("news before today", Compare(Ref("news"), "before", (Moment("today"),))),
    ("sms_ok or order_total above 10 and not sms_ok", Or((OK, And((ABOVE, Not(OK)))))),
    ("(sms_ok or order_total above 10) and sms_ok", And((Or((OK, ABOVE)), OK))),
]  # fmt: skip


@pytest.mark.parametrize(("written", "condition"), CONDITIONS)
def test_conditions_are_read_as_they_are_written(written: str, condition: Condition) -> None:
    node = _first("order_total above 200 and not sms_ok", written, When)
    assert node.condition == condition


def test_a_condition_may_follow_any_step_and_arm() -> None:
    text = changed('on reply "refund":', 'on reply "refund" when sms_ok:')
    assert _nodes(text, OnReply)[1].condition == OK


def test_words_know_no_difference_of_capitals_and_names_do() -> None:
    text = changed("tag vip", "TAG Vip")
    assert "Vip" in [name for n in _nodes(text, Word) for name in getattr(n.word, "names", ())]


def test_the_place_of_a_line_is_its_words_without_its_margin() -> None:
    node = _nodes(LATE_ORDER, WaitUpTo)[0]
    assert node.span == Span(node.span.line, 3, node.span.line, 22)
