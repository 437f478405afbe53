"""The words of one line as a formatter writes them, and how a long line is broken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tactful.language.conditions import SIGNS, read_condition, typed_tokens
from tactful.language.operands import duration_forms
from tactful.language.reading import Wrong
from tactful.language.shape import Line
from tactful.language.tokens import Token, tokens_of

WIDEST = 100
"""Lines with commas are broken so that none is wider, where that can be done."""
_DEEPER = "    "


@dataclass(slots=True)
class Piece:
    """Some words that stay together. `row` is where they stand in the file.

    A line may be broken in front of a piece that follows a comma.
    """

    text: str
    row: int
    gap: str = " "
    after_comma: bool = False


def line_pieces(line: Line, forms: Mapping[tuple[int, int], str], *, loose: bool) -> list[Piece]:
    """Return the words of a line without its colon and its text block.

    `loose`: every value stands on its own. Of a line that could not be read, values that are
    written without space between them stay so.
    """
    pieces: list[Piece] = []
    before: Token | None = None
    for item in line.items:
        for number, token in enumerate(tokens_of(item)):
            if number:
                pieces[-1].text += ","
            near = not loose and not number and before is not None and _touch(before, token)
            gap = "" if near or not pieces else " "
            written = forms.get((token.line, token.column), token.text)
            pieces.append(Piece(_straight(token, written), token.line, gap, bool(number)))
            before = token
    if line.when is not None:
        pieces.append(Piece("when", line.when.line, " " if pieces else ""))
        condition = line.condition or ()
        try:
            read_condition(condition, line.when, shares=True)
        except Wrong:
            pieces += _as_they_are(condition, line.when)
        else:
            pieces += _condition_pieces(typed_tokens(condition))
    return pieces


def _touch(one: Token, other: Token) -> bool:
    return one.line == other.line and one.end_column == other.column


def _straight(token: Token, written: str) -> str:
    if token.kind == "TEXT":
        return f'"{token.text}"'
    return f'"{token.text[1:-1]}"' if token.kind == "STRING" else written


# ---- conditions ---------------------------------------------------------------------------------


def _as_they_are(tokens: Sequence[Token], before: Token) -> list[Piece]:
    pieces: list[Piece] = []
    after_comma = False
    for token in tokens:
        if token.kind == "COMMA" and pieces:
            pieces[-1].text += ","
        else:
            gap = "" if _touch(before, token) else " "
            text = _straight(token, token.text)
            pieces.append(Piece(text, token.line, " " if after_comma else gap, after_comma))
        after_comma = token.kind == "COMMA"
        before = token
    return pieces


def _condition_pieces(typed: Sequence[Token]) -> list[Piece]:
    pieces: list[Piece] = []
    opened = after_comma = False
    for at, token in enumerate(typed):
        if token.kind == "COMMA":
            pieces[-1].text += ","
            after_comma = True
            continue
        gap = "" if opened or token.kind == "CLOSE" else " "
        written = _in_condition(typed, at)
        pieces.append(Piece(written, token.line, gap, after_comma))
        opened, after_comma = token.kind == "OPEN", False
    return pieces


def condition_text(condition: Sequence[Token]) -> str:
    """Return a condition that can be read as it is best written, on one line."""
    return joined(_condition_pieces(typed_tokens(condition))).strip()


def _in_condition(typed: Sequence[Token], at: int) -> str:
    """Return how a token of a condition that can be read is best written."""
    token = typed[at]
    match token.kind:
        case "STRING":
            return _straight(token, "")
        case "COMPARE":
            comparison, negated = SIGNS[token.text]
            return f"{comparison} not" if negated else comparison
        case "WORD" if token.text.lower() in ("yes", "no", "now", "today"):
            return token.text.lower()
        case "QUANTITY" | "UNIT":
            return _length(typed, at)
        case "WORD" | "REGEX" | "OPEN" | "CLOSE" | "CLOCK":
            return token.text
        case "AGO":
            return "ago" if token.text == "ago" else "from now"
    return token.kind.lower().replace("_", " ")


def _length(typed: Sequence[Token], at: int) -> str:
    """Return a number or its unit; if both are a length of time, as such."""
    number = at if typed[at].kind == "QUANTITY" else at - 1
    unit = typed[number + 1] if _is(typed, number + 1, "UNIT") else None
    if not _is(typed, number + (2 if unit else 1), "AGO"):
        return typed[at].text
    return duration_forms(typed[number], unit)[at - number]


def _is(typed: Sequence[Token], at: int, kind: str) -> bool:
    return at < len(typed) and typed[at].kind == kind


# ---- broken lines -------------------------------------------------------------------------------


def joined(pieces: Iterable[Piece]) -> str:
    """Return pieces on one line."""
    return "".join(piece.gap + piece.text for piece in pieces)


def command_width(pieces: Iterable[Piece]) -> int:
    """Return how wide a line is without its texts: a row of its own makes no text shorter."""
    return sum(
        len(piece.gap) + (2 if piece.text.startswith('"') else len(piece.text)) for piece in pieces
    )


def laid_out(
    pieces: Sequence[Piece], margin: str, end: str, comments: Mapping[int, str]
) -> list[str]:
    """Return a line, with its margin, over as many rows as it needs.

    `end` is its colon. `comments` that stand between its rows force a break where they are.
    """
    whole = margin + joined(pieces) + end
    row = pieces[0].row
    if len(whole) <= WIDEST and not any(at in comments for at in range(row, pieces[-1].row)):
        return [whole]
    out = [margin]
    for number, piece in enumerate(pieces):
        noted = [(at, comments[at]) for at in range(row, piece.row) if at in comments]
        for at, comment in noted:
            if at == row:
                out[-1] += f"  {comment}"
            else:
                out.append(margin + _DEEPER + comment)
        if noted or (piece.after_comma and _overflows(out[-1], pieces[number:], end)):
            out.append(margin + _DEEPER + piece.text)
        else:
            out[-1] += piece.gap + piece.text
        row = piece.row
    out[-1] += end
    return out


def _overflows(begun: str, rest: Sequence[Piece], end: str) -> bool:
    """Return whether what must stay together with the next piece is too wide for its row."""
    following = next((at for at, piece in enumerate(rest) if at and piece.after_comma), None)
    return len(begun) + len(joined(rest[:following]) + (end if following is None else "")) > WIDEST
