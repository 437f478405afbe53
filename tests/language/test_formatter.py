"""The formatter: one look for all flows, every comment kept, and never another meaning."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tactful.language import Formatted, format_flow
from tests.language.corpus import EXAMPLES, FLOWS, rows_in_texts
from tests.language.flows import INSTALLED, LATE_ORDER, VOCABULARY, changed, checked


def _format(text: str) -> Formatted:
    return format_flow(text, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED)


def _text(text: str) -> str:
    formatted = _format(text)
    assert formatted.text is not None, formatted.mistakes
    return formatted.text


def _steps(lines: str) -> str:
    """Return the flow with some lines at the end of its journey."""
    body = "".join(f"  {line}\n" if line else "\n" for line in lines.split("\n"))
    return changed("stage refund:", f"stage more:\n{body}\nstage refund:")


# ---- one look ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLOWS)
def test_every_flow_of_the_house_has_the_form_already(name: str) -> None:
    assert _text(FLOWS[name]) == FLOWS[name]


@pytest.mark.parametrize(
    ("written", "formatted"),
    [
        ("tag   vip", "tag vip"),
        ("TAG Vip,OLD", "tag Vip, OLD"),
        ("Go To Agent AT MOST 2 Times", "go to Agent at most 2 times"),
        ("wait 24h", "wait 24 hours"),
        ("wait 1D", "wait 1 day"),
        ("wait 1 H", "wait 1 hour"),
        ("wait 36 HOURS", "wait 36 hours"),
        ("set Status to YES", "set Status to yes"),
        ("set Status to Other", "set Status to Other"),
        ("stop BECAUSE “over”", 'stop because "over"'),
        ("tag a WHEN x>=3 AND Not(y or Z IS Missing)",
         "tag a when x at least 3 and not (y or Z is missing)"),
        ("tag a when x ≠ 3 or x<>4", "tag a when x is not 3 or x is not 4"),
        ("tag a when x before 2d ago", "tag a when x before 2 days ago"),
        ("tag a when x after 1 H From Now", "tag a when x after 1 hour from now"),
        ("tag a when x is One Of “a”,\"b\"", 'tag a when x is one of "a", "b"'),
        ("tag a when x is Today or x is YES", "tag a when x is today or x is yes"),
        ("tag a when x above 20 EUR", "tag a when x above 20 EUR"),
        ("tag a when x matches /A#b/", "tag a when x matches /A#b/"),
        ("tag a,\n    b", "tag a, b"),
        ("frobnicate   X,y  '1'( Z)", "frobnicate X, y '1'( Z)"),
        ("tag a:", None),
        ("when x: tag b", "when x: tag b"),
        ("when x:tag b", "when x: tag b"),
        ("when x\n  tag b", "when x:\n  tag b"),
        ("when x:\n\n\n  tag b\n\n\n  tag c", "when x:\n  tag b\n\n  tag c"),
    ],
)  # fmt: skip
def test_a_line_has_one_form(written: str, formatted: str | None) -> None:
    told = _format(_steps(written)).text
    assert told == (formatted and _steps(formatted))


def test_long_lists_are_broken_behind_commas() -> None:
    words = [f"word_number_{number}" for number in range(12)]
    told = _text(_steps(f"tag {', '.join(words)}"))
    rows = told[told.index("  tag word") :].split("\n")[:3]
    assert rows[0].endswith(",")
    assert rows[1].startswith("      word")
    assert all(len(row) <= 100 for row in rows)
    assert re.findall(r"word_number_\d+", "".join(rows)) == words
    assert _text(told) == told


def test_a_short_command_stays_behind_its_colon_and_a_long_one_gets_its_own_line() -> None:
    long = f"set {'x' * 90} to yes"
    assert _text(_steps(f"when x: {long}")) == _steps(f"when x:\n  {long}")
    texted = f'stop because "{"x" * 90}"'  # no row of its own would make the text shorter
    assert _text(_steps(f"when x: {texted}")) == _steps(f"when x: {texted}")
    assert _text(_steps("when x: when y: stop")) == _steps("when x: when y: stop")


def test_blocks_at_the_top_stand_apart_and_settings_do_not() -> None:
    crowded = re.sub(r"\n\n(?=[a-z])", "\n", LATE_ORDER)
    told = _text(crowded)
    assert told == LATE_ORDER
    assert _text(changed("\nowner", "\n\n\n\nowner")) == changed("\nowner", "\n\nowner")


def test_a_comment_at_the_top_stays_with_what_it_is_about() -> None:
    about = changed("\n\njourney:", "\n# how it goes\njourney:")
    assert _text(about) == changed("\n\njourney:", "\n\n# how it goes\njourney:")
    apart = changed("\n\njourney:", "\n# settings end\n\njourney:")
    assert _text(apart) == apart


# ---- texts -------------------------------------------------------------------------------------

OPENED = '''
  send sms """
      Dear "you"  \t

    # not a comment:
        deeper  “quoted”
      """
'''
BELOW = '''
  send sms:
    """
      Dear "you"

    # not a comment:
        deeper  “quoted”
    """
'''


def test_a_text_keeps_its_inside_and_moves_as_a_whole() -> None:
    flow = changed("\n  set refund_status", f"{OPENED}  set refund_status")
    assert _text(flow) == changed("\n  set refund_status", f"{BELOW}  set refund_status")
    right = BELOW.replace("\n  ", "\n      ").replace("      send", "  send")
    flow = changed("\n  set refund_status", f"{right}  set refund_status")
    assert _text(flow) == changed("\n  set refund_status", f"{BELOW}  set refund_status")


def test_a_text_pasted_at_the_margin_is_indented() -> None:
    pasted = re.sub(r"(?m)^    (?=Dear|it is)", "", LATE_ORDER)
    assert pasted != LATE_ORDER
    assert _text(pasted) == LATE_ORDER


def test_a_text_of_a_word_that_holds_nothing_stays_on_its_line() -> None:
    old = 'note "They wrote: {{ reply }}"'
    flow = changed(old, 'NOTE """\nThey wrote:\n{{ reply }}\n"""')
    assert checked(flow).flow is not None
    right = 'note """\n      They wrote:\n      {{ reply }}\n    """'
    assert _text(flow) == changed(old, right)


@pytest.mark.parametrize(
    ("written", "formatted"),
    [
        ('send sms """Thank you!"""  # why', 'send sms:  # why\n    """\n    Thank you!\n    """'),
        ('send sms """# no comment""" when x',
         'send sms when x:\n    """\n    # no comment\n    """'),
        ('send sms """ Dear you,\n\n      late.\n    """  # end',
         'send sms:\n    """\n    Dear you,\n\n    late.\n    """  # end'),
        ('when x: send sms """Hi"""', 'when x:\n    send sms:\n      """\n      Hi\n      """'),
        ('stop because """over"""', 'stop because "over"'),
        ('frobnicate """over"""', 'frobnicate "over"'),
    ],
)  # fmt: skip
def test_a_text_that_opens_on_its_line_gets_lines_of_its_own(written: str, formatted: str) -> None:
    told = _text(changed("  set refund_status", f"  {written}\n  set refund_status"))
    assert told == changed("  set refund_status", f"  {formatted}\n  set refund_status")


# ---- comments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLOWS)
def test_every_comment_is_kept(name: str) -> None:
    count = 0
    rows: list[str] = []
    inside = rows_in_texts(FLOWS[name])
    fences = {row for row in inside if row - 1 not in inside or row + 1 not in inside}
    for number, row in enumerate(FLOWS[name].split("\n")):
        if number not in inside or (number in fences and number - 1 not in inside):
            rows.append(f"{row[: len(row) - len(row.lstrip())]}# comment {count}")
            count += 1
        if number not in inside or number in fences:
            row = f"{row}  # comment {count}" if row.strip() else row
            count += bool(row.strip())
        rows.append(row)
    text = "\n".join(rows)
    told = _text(text)
    assert re.findall(r"# comment (\d+)", told) == [str(number) for number in range(count)]
    assert _text(told) == told


def test_a_comment_inside_a_list_keeps_its_place() -> None:
    lines = "tag a,  # first\n    # second\n    b, c,\n    d  # third"
    assert _text(_steps(lines)) == _steps("tag a,  # first\n    # second\n    b, c, d  # third")


@pytest.mark.parametrize(("margin", "depth"), [(0, 1), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_a_comment_behind_a_block_stays_at_its_depth(margin: int, depth: int) -> None:
    flow = "stage more:\n  when x:\n    tag b\n{}# which block\n  tag c\n\nstage refund:"
    text = changed("stage refund:", flow.format(" " * margin))
    assert _text(text) == changed("stage refund:", flow.format("  " * depth))


@pytest.mark.parametrize(("margin", "end"), [(0, "\n# end\n"), (2, "  # end\n"), (9, "  # end\n")])
def test_a_comment_at_the_end_stays_at_its_depth(margin: int, end: str) -> None:
    assert _text(f"{LATE_ORDER}{' ' * margin}# end") == LATE_ORDER + end


# ---- never another meaning ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "slip",
    [
        ("tag vip", "tag vip:"),
        ("    on timeout", "   on timeout"),
        ('    """\n    on bounced', "    on bounced"),
        ("  set refund_status", "      set refund_status"),
        ('"Thank you!"', '"Thank you!'),
    ],
)
def test_a_file_with_mistakes_of_layout_is_told_and_not_touched(slip: tuple[str, str]) -> None:
    formatted = _format(changed(*slip))
    assert formatted.text is None
    assert [one.code for one in formatted.mistakes] == [
        one.code for one in checked(changed(*slip)).diagnostics
    ]


def test_other_mistakes_are_no_reason_to_keep_a_file_as_it_is() -> None:
    wrong = changed("tag vip", "tagg vip").replace("24 hours", "24 hrs")
    assert _text(wrong.replace("  ", "\t")) == wrong


def test_a_file_of_comments_and_an_empty_one_are_flows_too() -> None:
    assert _text("\n\n # a\n\n\n#b  \n\n") == "# a\n\n#b\n"
    assert _text("\n \n") == ""


SLIPS: dict[str, Callable[[str], str]] = {
    "deeper blocks": lambda text: re.sub(r"(?m)^ +", lambda m: " " * (2 * len(m[0])), text),
    "tabs": lambda text: text.replace("  ", "\t"),
    "no-break spaces": lambda text: re.sub(r"(?m)^ +", lambda m: "\u00a0" * len(m[0]), text),
    "trailing space": lambda text: text.replace("\n", " \t\n"),
    "blank rows": lambda text: re.sub(r"\n\n(?=[a-z#])", "\n\n \n\n", text),
    "no last line end": lambda text: text.rstrip("\n"),
    "byte order mark": lambda text: f"\ufeff{text}",
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
}
"""Damage of editors and mail programs to a whole file; none of it touches the inside of a text."""

ROW_SLIPS: dict[str, Callable[[str], str]] = {
    "capitals": lambda row: re.sub(r"^( *)(\w+)", _shouted, row),
    "spaces": lambda row: re.sub(r"(?<=\w) (?=\w)", "   ", row) if not {*row} & {*'"“'} else row,
    "curly quotes": lambda row: re.sub(r'"([^"\n]+)"', r"“\1”", row),
    "no colon": lambda row: row[:-1] if row.endswith(":") else row,
    "no space before a list": lambda row: row.replace('", "', '" ,"'),
    "short lengths": lambda row: row if {*row} & {*'"“'} else re.sub(_LENGTH, r"\1\2", row),
}
"""Forgiven slips of one row outside of a text."""

_LENGTH = r"(\d+) ([hmd])(?:our|inute|ay)s?\b"
_FIRST_WORDS = {phrase.split()[0] for known in VOCABULARY.for_file(()).values() for phrase in known}


def _shouted(found: "re.Match[str]") -> str:
    word = found[2].upper() if found[2] in _FIRST_WORDS else found[2]
    return f"{found[1]}{word}"


def _mangled(text: str, slips: list[str], rows: dict[int, str]) -> str:
    lines = text.split("\n")
    inside = rows_in_texts(text)
    for number, slip in rows.items():
        number %= len(lines)
        if number not in inside and not lines[number].lstrip().startswith("#"):
            lines[number] = ROW_SLIPS[slip](lines[number])
    text = "\n".join(lines)
    for name, damaged in SLIPS.items():
        text = damaged(text) if name in slips else text
    return text


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["late.flow", *EXAMPLES]),
    st.lists(st.sampled_from(list(SLIPS)), unique=True, max_size=4),
    st.dictionaries(st.integers(0, 200), st.sampled_from(list(ROW_SLIPS)), max_size=12),
)
@example("late.flow", ["tabs", "carriage returns", "byte order mark"], {})
def test_what_is_forgiven_is_written_in_one_way(
    name: str, slips: list[str], rows: dict[int, str]
) -> None:
    assert _text(_mangled(FLOWS[name], slips, rows)) == FLOWS[name]
