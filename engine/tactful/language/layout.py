"""Puts indentation into the stream of tokens, and takes out what no line can hold.

What leaves here fits the grammar, whatever came in: so one slip never hides another.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tactful.language.parser import tokens_in
from tactful.language.report import Report, removing
from tactful.language.tokens import Token

DEEPEST = 24
"""So many blocks may stand in each other."""
_MOST_COLONS = 3
_MOST_TOKENS = 400
_TEXTS = ("TEXT", "OPEN_TEXT")
_SIGNS = ("_COLON", "_COMMA", "WHEN", *_TEXTS)
EMPTY = "EMPTY"
"""The text of the token that stands for a line of which nothing was left."""


def arrange(lines: Sequence[str], texts: Mapping[int, Token], report: Report) -> Iterator[Token]:
    """Yield the tokens of a file with `_INDENT` and `_DEDENT` between its lines.

    Reading ends where blocks stand too deep in each other, or where enough is wrong.
    """
    filled = (line for line in lines if line.strip() and line.lstrip()[0] != "#")
    lowest = min(map(_width, filled), default=0)
    levels: list[set[int]] = [{lowest}]
    is_first = True
    end = Token("_NL", "\n", len(lines), 1, 1)
    for line in _joined(lines, texts):
        width = _width(lines[line[0].line - 1])
        if is_first and width > lowest:
            _tell_odd(levels, width, line[0], report)
        else:
            yield from _margin(levels, width, line[0], report)
        is_first = False
        yield from _clean(line, report)
        yield Token("_NL", "\n", line[-1].line, line[-1].end_column, line[-1].end_column)
        if report.is_full or len(levels) >= DEEPEST:
            break
    for _ in levels[1:]:
        yield _mark("_DEDENT", end)


def _joined(lines: Sequence[str], texts: Mapping[int, Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each line that has any.

    A line goes on after a comma, with what is indented deeper than its beginning.
    """
    line: list[Token] = []
    ended = False
    for token in tokens_in(lines):
        if token.kind == "_NL":
            ended = True
            continue
        if token.kind in _TEXTS:
            token = texts[token.line]
        if line and ended and (line[-1].kind != "_COMMA" or token.column <= line[0].column):
            yield line
            line = []
        line.append(token)
        ended = False
    if line:
        yield line


def _width(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(2))


def _margin(levels: list[set[int]], width: int, first: Token, report: Report) -> Iterator[Token]:
    """Yield what the margin of a line means. A level knows all widths that were meant as it."""
    if width > max(levels[-1]):
        levels.append({width})
        yield _mark("_INDENT", first)
        if len(levels) == DEEPEST:
            report.add("TF111", "blocks stand too deep in each other here", first.span)
        return
    while width not in levels[-1]:
        if len(levels) == 1 or width > max(levels[-2]):
            _tell_odd(levels, width, first, report)
            levels[-1].add(width)
            return
        levels.pop()
        yield _mark("_DEDENT", first)


def _tell_odd(levels: list[set[int]], width: int, first: Token, report: Report) -> None:
    inner = min(levels[-1])
    known = f"{min(levels[-2])} or {inner}" if len(levels) > 1 else f"{inner}"
    report.add(
        "TF105",
        f"this line is indented {width} spaces, and the lines around it {known}",
        first.span,
        f"{width} spaces",
        help=("Lines that belong together begin at the same column.",),
    )


def _mark(kind: str, at: Token) -> Token:
    return Token(kind, "", at.line, at.column, at.column)


def _clean(line: Sequence[Token], report: Report) -> list[Token]:
    """Return a line without the signs that cannot stand where they are."""
    if len(line) > _MOST_TOKENS:
        report.add("TF112", "this line is too long to be meant", line[_MOST_TOKENS].span)
        line = line[:_MOST_TOKENS]
    kept: list[Token] = []
    part: list[Token] = []
    colons = 0
    for number, token in enumerate(line):
        following = line[number + 1].kind if number + 1 < len(line) else "_NL"
        why = _misfit(token, part, following)
        if token.kind == "_COLON" and why is None and colons == _MOST_COLONS:
            why = "one short command may follow on a line, not more"
        if why is not None:
            _tell_misfit(report, token, why)
            if token.kind == "WHEN" and any(earlier.kind == "WHEN" for earlier in part):
                part.append(msgspec.structs.replace(token, kind="WORD", text="and"))
            continue
        part.append(token)
        if token.kind == "_COLON":
            colons += 1
            kept += part
            part = []
    return kept + part or [Token("JUNK", EMPTY, line[0].line, line[0].column, line[0].end_column)]


def _misfit(token: Token, part: Sequence[Token], following: str) -> str | None:
    """Return why a token cannot stand behind those of its part of the line, or None."""
    before = part[-1].kind if part else None
    if token.kind not in _SIGNS:
        if before in _TEXTS:
            return "nothing may stand behind a message text but `when`"
        return None
    kinds = [earlier.kind for earlier in part]
    match token.kind:
        case "_COLON":
            if before is None:
                return "this colon has nothing in front of it"
            if part[0].kind in _TEXTS:
                return "a text takes no colon"
        case "_COMMA":
            if before is None or before in _SIGNS:
                return "this comma has nothing in front of it"
            if kinds == ["WORD"]:
                return "no comma follows the first word of a line"
            if following in (*_SIGNS, "_NL"):
                return "this comma has nothing behind it"
        case "WHEN":
            if part and part[0].kind in _TEXTS:
                return "a text cannot be conditional; put `when` on the line above"
            if "WHEN" in kinds:
                return "a line has one `when`; join conditions with `and`"
        case "TEXT" | "OPEN_TEXT":
            if "WHEN" in kinds:
                return "a text cannot stand behind `when`"
            if before in _TEXTS:
                return "one text is enough here"
    return None


def _tell_misfit(report: Report, token: Token, why: str) -> None:
    shown = token.text if token.kind not in _TEXTS else '"""'
    report.add("TF106", why, token.span, fix=removing(token.span, f"`{shown}`"))
