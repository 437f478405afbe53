"""Texts with slots: what a message says for one recipient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.filters import FILTERS, LOCALE, ZONE
from tactful.graph.model import Filter, Scalar, Slot, Text
from tactful.graph.texts import TEXT_LIMIT, compile_text, now_for, tells_time
from tactful.language.filters import FILTERS as RULES
from tactful.values import parse_instant


def filled(slot: str, values: dict[str, Scalar], *filters: tuple[str, *tuple[Scalar, ...]]) -> str:
    applied = tuple(Filter(name=name, arguments=tuple(rest)) for name, *rest in filters)
    return compile_text(Text(parts=(Slot(name=slot, filters=applied),)))(values)


def test_literal_pieces_stay_as_they_are() -> None:
    assert compile_text(Text(parts=("100 % of {x} ", "%s")))({}) == "100 % of {x} %s"
    text = Text(parts=("50 %: ", Slot(name="what"), " (%d)"))
    assert compile_text(text)({"what": "%s"}) == "50 %: %s (%d)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ana", "Ana"),
        (3, "3"),
        (3.0, "3"),
        (3.25, "3.25"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        (float("inf"), "inf"),
        (1e20, "1e+20"),
    ],
)
def test_values_are_shown_as_people_read_them(value: Scalar, shown: str) -> None:
    assert filled("x", {"x": value}) == shown


def test_a_missing_value_is_nothing_and_a_dotted_name_is_one_name() -> None:
    assert filled("x", {}) == ""
    assert filled("news.carrier", {"news.carrier": "Post"}) == "Post"


@pytest.mark.parametrize(
    ("value", "filters", "shown"),
    [
        (None, [("or", "customer")], "customer"),
        ("", [("or", "customer")], "customer"),
        ("Ana", [("or", "customer")], "Ana"),
        (0, [("or", "none")], "0"),
        (None, [("upper",), ("or", "x")], "x"),
        (None, [("or", "x"), ("upper",)], "X"),
        ("ana maria", [("title",)], "Ana Maria"),
        ("O'NEILL's", [("title",)], "O'neill's"),
        ("élodie-anne 2nd", [("title",)], "Élodie-Anne 2nd"),
        ("ANA", [("lower",)], "ana"),
        (True, [("upper",)], "YES"),
        (0.1 + 0.2, [("number",)], "0.3"),
        ("1234.50", [("number",)], "1,234.5"),
        ("1234.5", [("number", 2)], "1,234.50"),
        (7, [("number", "1")], "7.0"),
        (1e16, [("number",)], "1e+16"),
        ("many", [("number",)], "many"),
        (float("inf"), [("number", 2)], "inf"),
        ("a, b; c", [("count",)], "3"),
        (None, [("count",)], "0"),
        ("a, b; c", [("first",)], "a"),
        ("a, b; c", [("last",)], "c"),
        (",", [("first",)], ""),
        ("a,b", [("join", " and ")], "a and b"),
        ("a,b", [("join",)], "a, b"),
        ("tea; milk", [("bullets",)], "- tea\n- milk"),
        ("tea; milk", [("bullets", "1 {} please")], "- 1 tea please\n- 1 milk please"),
        (None, [("bullets",)], ""),
    ],
)
def test_filters(value: Scalar, filters: list[tuple[str, *tuple[Scalar, ...]]], shown: str) -> None:
    assert filled("x", {"x": value}, *filters) == shown


def test_a_list_is_counted_and_joined_as_such() -> None:
    slots = (
        Slot(name="x", filters=(Filter(name="count"),)),
        Slot(name="x"),
        Slot(name="x", filters=(Filter(name="join", arguments=(" or ",)),)),
    )
    values: dict[str, object] = {"x": ["a", "b, c"]}
    shown = compile_text(Text(parts=slots))(values)  # type: ignore[arg-type]
    assert shown == "2a, b, ca or b, c"


def test_every_filter_says_how_many_arguments_it_takes() -> None:
    assert list(FILTERS) == list(RULES)
    for name, rule in RULES.items():
        for count in range(rule.least, rule.most + 1):
            assert isinstance(filled("x", {"x": "a"}, (name, *[2] * count)), str)


def test_an_unknown_filter_is_found_when_the_text_is_compiled() -> None:
    with pytest.raises(KeyError):
        filled("x", {}, ("shout",))


def test_a_list_of_entries_with_parts_has_them_filled_into_its_bullets() -> None:
    slot = Slot(name="x", filters=(Filter(name="bullets", arguments=("{name} owes {sum}",)),))
    values: dict[str, object] = {"x": [{"name": "Ana", "sum": 3}, {"name": "Bo", "sum": 4.5}]}
    shown = compile_text(Text(parts=(slot,)))(values)  # type: ignore[arg-type]
    assert shown == "- Ana owes 3\n- Bo owes 4.5"


def test_only_a_text_that_says_when_needs_to_know_when_it_is() -> None:
    def text(name: str, *filters: str) -> Text:
        return Text(parts=(Slot(name=name, filters=tuple(Filter(name=f) for f in filters)),))

    assert tells_time(text("now"))
    assert tells_time(text("today", "upper"))
    assert tells_time(text("due", "day"))
    assert not tells_time(text("due", "date"))
    assert not tells_time(Text(parts=("now",)))


def test_today_is_the_day_by_the_clock_of_the_reader() -> None:
    late = parse_instant("2026-12-09T23:30:00Z")
    now = "2026-12-09T23:30:00.000Z"
    assert now_for({}, late) == {"now": now, "today": "2026-12-09"}
    assert now_for({ZONE: "Europe/Paris"}, late) == {"now": now, "today": "2026-12-10"}
    assert filled("now", {**now_for({}, late), LOCALE: "fr"}, ("clock",)) == "23:30"


@pytest.mark.parametrize("size", [TEXT_LIMIT, 3 * TEXT_LIMIT])
def test_a_text_has_a_limit(size: int) -> None:
    text = Text(parts=("start ", *[Slot(name="x")] * 20, " end"))
    shown = compile_text(text)({"x": "é" * size})
    assert len(shown) == TEXT_LIMIT
    assert shown.startswith("start é")
    assert len(compile_text(Text(parts=("x" * size, Slot(name="y"), "z")))({})) == TEXT_LIMIT


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
SLOTS = st.builds(
    Slot,
    name=st.sampled_from(("a", "b", "c.d")),
    filters=st.lists(
        st.sampled_from(sorted(FILTERS)).map(
            lambda name: Filter(name=name, arguments=("3",) * RULES[name].least)
        ),
        max_size=3,
    ).map(tuple),
)


@given(
    st.lists(st.text() | SLOTS, max_size=6),
    st.dictionaries(st.sampled_from(("a", "b", "c.d")), SCALARS),
)
def test_filling_in_never_raises(parts: list[str | Slot], values: dict[str, Scalar]) -> None:
    assert isinstance(compile_text(Text(parts=tuple(parts)))(values), str)
