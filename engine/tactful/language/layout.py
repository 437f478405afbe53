"""Puts indentation into the stream of tokens, and takes out what no line can hold.

What leaves here fits the grammar, whatever came in: so one slip never hides another.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from tactful.language.parser import tokens_in
from tactful.language.report import Report, removing
from tactful.language.tokens import Token

DEEPEST = 24
"""So many blocks may stand in each other."""
_STEP = 2
_MOST_COLONS = 3
_MOST_TOKENS = 400
_TEXTS = ("TEXT", "OPEN_TEXT")
_SIGNS = ("_COLON", "_COMMA", "WHEN", *_TEXTS)
EMPTY = "EMPTY"
"""The text of the token that stands for a line of which nothing was left."""


class _Level:
    """A block that is open: the margins that were meant as its own, and its lines so far."""

    def __init__(self, width: int, first: Token | None) -> None:
        self.widths = {width}
        self.first = first
        self.lines = 1

    @property
    def inner(self) -> int:
        return min(self.widths)

    @property
    def deepest(self) -> int:
        return max(self.widths)


def arrange(lines: Sequence[str], texts: Mapping[int, Token], report: Report) -> Iterator[Token]:
    """Yield the tokens of a file with `_INDENT` and `_DEDENT` between its lines.

    Reading ends where blocks stand too deep in each other, or where enough is wrong.
    """
    filled = (line for line in lines if line.strip() and line.lstrip()[0] != "#")
    lowest = min(map(_width, filled), default=0)
    joined = [(_width(lines[line[0].line - 1]), line) for line in _joined(lines, texts)]
    margins = _Margins(lowest, _usual_step(joined), report)
    end = Token("_NL", "\n", len(lines), 1, 1)
    for width, line in joined:
        yield from margins.before(width, line)
        yield from _clean(line, report)
        yield Token("_NL", "\n", line[-1].line, line[-1].end_column, line[-1].end_column)
        if report.is_full or len(margins.levels) >= DEEPEST:
            break
    for _ in margins.levels[1:]:
        yield _mark("_DEDENT", end)


def _usual_step(joined: Sequence[tuple[int, list[Token]]]) -> int:
    """Return how much deeper than their opener blocks stand in this file, mostly."""
    steps = Counter(
        below - above
        for (above, line), (below, _) in pairwise(joined)
        if below > above and line[-1].kind == "_COLON"
    )
    return steps.most_common(1)[0][0] if steps else _STEP


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


class _Margins:
    """Says what the margin of each line means. A level knows all widths that were meant as it."""

    def __init__(self, lowest: int, step: int, report: Report) -> None:
        self.levels = [_Level(lowest, None)]
        self._step = step
        self._report = report
        self._before: Sequence[Token] = ()

    def before(self, width: int, line: Sequence[Token]) -> Iterator[Token]:
        """Yield what must stand in front of a line."""
        first, is_first = line[0], not self._before
        opened = is_first or self._before[-1].kind == "_COLON"
        self._before = line
        if is_first and width > self.levels[0].inner:
            self._tell_odd(width, first)
            return
        yield from self._back_to_odd_first(width, opened, first)
        if width in self.levels[-1].widths:
            self.levels[-1].lines += 1
            return
        if width > self.levels[-1].deepest:
            yield from self._deeper(width, first)
            return
        while width not in self.levels[-1].widths:
            if len(self.levels) == 1 or width > self.levels[-2].deepest:
                self._tell_odd(width, first)
                self.levels[-1].widths.add(width)
                break
            self.levels.pop()
            yield _mark("_DEDENT", first)
        self.levels[-1].lines += 1

    def _deeper(self, width: int, first: Token) -> Iterator[Token]:
        self.levels.append(_Level(width, first))
        yield _mark("_INDENT", first)
        if len(self.levels) == DEEPEST:
            self._report.add("TF111", "blocks stand too deep in each other here", first.span)

    def _back_to_odd_first(self, width: int, opened: bool, first: Token) -> Iterator[Token]:
        """Tell the line before this one in its block, if it alone stands as blocks seldom do.

        This one stands as they mostly do, so it goes back to that level. `opened`: the line above
        ends with a colon, so what stands deeper may just belong to it.
        """
        for depth in range(len(self.levels) - 1, 0, -1):
            level, outer = self.levels[depth], self.levels[depth - 1]
            usual = outer.inner + self._step
            is_odd = level.lines == 1 and level.inner != usual
            if width in level.widths or (opened and width > level.deepest):
                return
            if width == usual and is_odd and level.first is not None:
                for _ in self.levels[depth + 1 :]:
                    self.levels.pop()
                    yield _mark("_DEDENT", first)
                self._tell_odd(level.inner, level.first, (outer.inner, width))
                level.widths.add(width)
                return

    def _tell_odd(self, width: int, first: Token, known: tuple[int, ...] = ()) -> None:
        if not known:
            known = tuple(level.inner for level in self.levels[-2:])
        self._report.add(
            "TF105",
            f"this line is indented {width} spaces, and the lines around it "
            f"{' or '.join(map(str, known))}",
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
