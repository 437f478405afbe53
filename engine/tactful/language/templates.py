"""Message texts with `{{ name | filter(…) }}` in them: data, no logic.

Names and filters are checked when a flow is checked, so a text that compiled can be filled in.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tactful.language.diagnostics import Diagnostic, Edit, Fix, Span
from tactful.language.filters import FILTERS, FilterRule
from tactful.language.suggest import nearest
from tactful.language.tokens import Token, unescape

LONGEST = 100_000
"""No text may have more signs than this; policies look at no more either."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One change to a value before it is put into a text: `or("customer")`."""

    name: str
    args: tuple[str, ...] = ()
    span: Span = field(default=Span(0, 0, 0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a text where a value is put in."""

    name: str
    filters: tuple[Filter, ...] = ()
    span: Span = field(default=Span(0, 0, 0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Template:
    """A text: pieces as written, and slots. `file` is the one it stands in, if not the flow."""

    parts: tuple[str | Slot, ...]
    file: str = field(default="", compare=False)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, in the order they stand in the text."""
        return tuple(part for part in self.parts if isinstance(part, Slot))


_WORDS = re.compile(
    r"""\s*(?:(?P<name>[^\W\d_]\w*(?:[./-]\w+)*)
    |(?P<text>'[^']*'|\\?"[^"]*?\\?"|[“„][^“”„]*[“”]|[‘‚][^‘’‚]*[‘’])
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<sign>[|(),])
    |(?P<unseen>[\u00ad\u200b-\u200f\u2060\ufeff]+)
    |(?P<junk>\S))""",
    re.VERBOSE,
)
_MOST_MISTAKES = 20
_SINGLE = re.compile(r"(?<!\{)\{\s*([^\W\d_]\w*)\s*\}(?!\})")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")


class _Piece(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def read_template(token: Token) -> tuple[Template, list[Diagnostic]]:
    """Return a text as a template, and what is wrong in it. Slots that are wrong are left out."""
    return _Reader(token).read()


class _Reader:
    def __init__(self, token: Token) -> None:
        self.on_line = token.kind == "STRING"
        self.text = token.text[1:-1] if self.on_line else token.text
        self.starts = ((token.line, token.column + 1),) if self.on_line else token.starts
        self.token = token
        self.mistakes: list[Diagnostic] = []

    def read(self) -> tuple[Template, list[Diagnostic]]:
        text, parts, at = self.text, list[str | Slot](), 0
        if len(text) > LONGEST:
            self.tell("TF407", f"a text may have {LONGEST} signs, and this has {len(text)}", None)
            return Template(()), self.mistakes
        while (opened := text.find("{{", at)) >= 0 and len(self.mistakes) < _MOST_MISTAKES:
            self.literal(parts, at, opened)
            closed = text.find("}}", opened)
            again = text.find("{{", opened + 2)
            row_end = text.find("\n", opened)
            ends = [end for end in (again, row_end) if end >= 0]
            if 0 <= row_end < closed and not 0 <= again < closed and self.is_near(row_end, closed):
                self.tell(
                    "TF401",
                    "`{{` and its `}}` stand on two lines",
                    (opened, opened + 2),
                    help=("Put all of it on one line: `{{ first_name }}`.",),
                )
                at = closed + 2
                continue
            if closed < 0 or any(end < closed for end in ends):
                self.tell(
                    "TF401",
                    "`{{` is opened and never closed",
                    (opened, opened + 2),
                    help=("Close it with `}}`: for example `{{ first_name }}`.",),
                )
                at = opened + 2
                continue
            slot = self.slot(opened + 2, closed)
            if slot:
                parts.append(slot)
            at = closed + 2
        self.literal(parts, at, len(text))
        return Template(tuple(parts)), self.mistakes

    def is_near(self, row_end: int, closed: int) -> bool:
        """Return whether braces close on the line below the one they were opened on."""
        return "\n" not in self.text[row_end + 1 : closed]

    def literal(self, parts: list[str | Slot], start: int, end: int) -> None:
        piece = self.text[start:end]
        stray = piece.find("}}")
        if stray >= 0:
            place = (start + stray, start + stray + 2)
            self.tell("TF401", "`}}` closes nothing", place, help=("A name stands in `{{ }}`.",))
        for found in _SINGLE.finditer(piece):
            place = (start + found.start(), start + found.end())
            self.tell(
                "TF401",
                f"`{found[0]}` has one brace on each side, and would be sent as it stands",
                place,
                replacement=f"{{{{ {found[1]} }}}}",
                kind="ask",
            )
        if piece:
            parts.append(unescape(piece) if self.on_line else piece)

    def slot(self, start: int, end: int) -> Slot | None:
        pieces = [
            _Piece(found.lastgroup or "", found[found.lastgroup or 0], *found.span(found.lastgroup))
            for found in _WORDS.finditer(self.text, start, end)
            if found.lastgroup and found.lastgroup != "unseen"
        ]
        if self.copied_from_html(start, end):
            return None
        if not pieces or pieces[0].kind != "name":
            place = (pieces[0].start, pieces[0].end) if pieces else (start - 2, end + 2)
            self.tell(
                "TF401",
                "a name is missing between the braces",
                place,
                help=("For example `{{ first_name }}`. There is no logic in a text.",),
            )
            return None
        name, filters, at = pieces[0], list[Filter](), 1
        while at < len(pieces):
            if pieces[at].text != "|" or at + 1 == len(pieces) or pieces[at + 1].kind != "name":
                self.tell(
                    "TF401",
                    f"I don't understand `{pieces[at].text}` between the braces",
                    (pieces[at].start, pieces[at].end),
                    help=("A name is followed by `|` and a filter, or by `}}`.",),
                )
                return None
            word = pieces[at + 1]
            args, at = self.arguments(pieces, at + 2)
            if args is None:
                return None
            if self.filter_fits(word, args):
                span = self.span(word.start, word.end)
                values = tuple(arg.text for arg in args)
                filters.append(Filter(word.text.lower(), values, span))
        return Slot(name.text, tuple(filters), self.span(name.start, name.end))

    def copied_from_html(self, start: int, end: int) -> bool:
        """Tell signs that a web page or mail program put between braces, and mend them."""
        found = list(_ENTITY.finditer(self.text, start, end))
        if not found:
            return False
        meant = [html.unescape(each[0]).replace("\u00a0", " ") for each in found]
        edits = tuple(
            Edit(self.span(*each.span()), sign) for each, sign in zip(found, meant, strict=True)
        )
        self.mistakes.append(
            Diagnostic(
                "TF401",
                "error",
                f"`{found[0][0]}` between the braces comes from a web page or a mail program",
                edits[0].span,
                help=("Names and filters stand there as plain text.",),
                fix=Fix("safe", "write the signs themselves", edits),
            )
        )
        return True

    def arguments(self, pieces: list[_Piece], at: int) -> tuple[list[_Piece] | None, int]:
        """Return the values in brackets, if there are any, and where reading goes on."""
        args: list[_Piece] = []
        if at == len(pieces) or pieces[at].text != "(":
            return args, at
        opened = pieces[at]
        at += 1
        while at < len(pieces) and pieces[at].kind in ("text", "number", "name"):
            piece = pieces[at]
            args.append(piece._replace(text=_unquoted(piece)))
            at += 1
            if at < len(pieces) and pieces[at].text == ",":
                at += 1
        if at < len(pieces) and pieces[at].text == ")":
            return args, at + 1
        self.tell("TF401", "this bracket is never closed", (opened.start, opened.end))
        return None, at

    def filter_fits(self, word: _Piece, args: list[_Piece]) -> bool:
        name, place = word.text.lower(), (word.start, word.end)
        rule = FILTERS.get(name)
        if rule is None:
            self.tell(
                "TF404",
                f"I don't know the filter `{word.text}`",
                place,
                help=("Filters: " + ", ".join(f"`{known}`" for known in FILTERS) + ".",),
                replacement=nearest(name, FILTERS, 0.5),
            )
        elif not rule.least <= len(args) <= rule.most:
            wants = f"one value in brackets, {rule.takes}" if rule.most else "no value"
            self.tell("TF404", f"the filter `{name}` takes {wants}", place)
        else:
            return all(self.argument_fits(name, rule, arg) for arg in args)
        return False

    def argument_fits(self, name: str, rule: FilterRule, arg: _Piece) -> bool:
        if rule.takes == "a text" and arg.kind == "name":
            # Only the writer knows whether the name of a column was meant.
            self.tell(
                "TF404",
                f"the filter `{name}` takes a text in quotes",
                (arg.start, arg.end),
                help=("A column cannot stand here.",),
                replacement=f"'{arg.text}'",
                kind="ask",
            )
            return False
        if rule.takes == "a whole number" and not re.fullmatch("[0-9]", arg.text):
            self.tell(
                "TF404",
                f"the filter `{name}` takes a whole number from 0 to 9",
                (arg.start, arg.end),
                help=("So many decimals are shown: `{{ total | number(2) }}`.",),
            )
            return False
        return True

    def span(self, start: int, end: int) -> Span:
        row = self.text.count("\n", 0, start)
        line, column = self.starts[row]
        before = self.text.rfind("\n", 0, start) + 1
        return Span(line, column + start - before, line, column + end - before)

    def tell(
        self,
        code: str,
        message: str,
        place: tuple[int, int] | None,
        *,
        help: tuple[str, ...] = (),
        replacement: str | None = None,
        kind: Literal["safe", "ask"] = "safe",
    ) -> None:
        span = self.span(*place) if place else self.token.span
        fix, label = None, ""
        if replacement and place:
            wrong = self.text[place[0] : place[1]]
            label = f"did you mean `{replacement}`?"
            fix = Fix(kind, f"replace `{wrong}` with `{replacement}`", (Edit(span, replacement),))
        self.mistakes.append(Diagnostic(code, "error", message, span, label, help, fix))


def _unquoted(piece: _Piece) -> str:
    """Return what stands between the quotes of a piece. `\\"` closes one in a text on a line."""
    if piece.kind != "text":
        return piece.text
    return piece.text.removeprefix("\\")[1:-1].removesuffix("\\")
