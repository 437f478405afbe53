"""Conditions: what may stand behind `when`, as a typed tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tactful.language.operands import (
    Constant,
    Moment,
    Operand,
    Ref,
    is_moment,
    read_duration,
    read_moment,
    read_pattern,
    read_quantity,
    read_word,
)
from tactful.language.parser import Branch, Reader, parse
from tactful.language.reading import Wrong
from tactful.language.tokens import Token, content_of
from tactful.language.zones import RECIPIENT_TIME

Comparison = Literal[
    "is", "above", "below", "at least", "at most", "before", "after", "contains", "matches",
    "one of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holds:
    """A name on its own: it is yes, or has happened. False when missing."""

    name: Ref


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison. A missing value makes it false, negated or not."""

    left: Ref
    op: Comparison
    rights: tuple[Operand, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """`is missing`, or with `negated` `is not missing`. An empty list is missing, too."""

    left: Ref
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: "tuple[Condition, ...]"


Condition = Or | And | Not | Holds | Compare | Missing


_WORDS = {
    "and": "AND", "or": "OR", "not": "NOT", "is": "IS", "missing": "MISSING", "above": "ABOVE",
    "below": "BELOW", "before": "BEFORE", "after": "AFTER", "contains": "CONTAINS",
    "matches": "MATCHES",
}  # fmt: skip
_PAIRS = {("at", "least"): "AT_LEAST", ("at", "most"): "AT_MOST", ("one", "of"): "ONE_OF"}
SIGNS: dict[str, tuple[Comparison, bool]] = {
    "=": ("is", False), "==": ("is", False), "!=": ("is", True), "<>": ("is", True),
    "≠": ("is", True), ">": ("above", False), "<": ("below", False), ">=": ("at least", False),
    "≥": ("at least", False), "<=": ("at most", False), "≤": ("at most", False),
}  # fmt: skip
"""The signs of comparison that are forgiven: the words for each, and whether it negates them."""
_SLIPS = {
    ("is", "greater", "than"): "above", ("greater", "than"): "above", ("more", "than"): "above",
    ("is", "more", "than"): "above", ("is", "less", "than"): "below", ("less", "than"): "below",
    ("is", "bigger", "than"): "above", ("is", "smaller", "than"): "below", ("equals",): "is",
    ("is", "equal", "to"): "is", ("equal", "to"): "is", ("is", "over"): "above",
    ("over",): "above", ("is", "under"): "below", ("under",): "below", ("is", "in"): "is one of",
    ("in",): "is one of", ("is", "empty"): "is missing", ("is", "null"): "is missing",
    ("isn", "'t"): "is not", ("isn", "’t"): "is not", ("&&",): "and", ("||",): "or",
    ("&",): "and", ("!",): "not", ("exists",): "is not missing", ("includes",): "contains",
    ("like",): "matches", ("is", "set"): "is not missing",
}  # fmt: skip
_DEEPEST = 30


def read_condition(tokens: Sequence[Token], when: Token, *, shares: bool = False) -> Condition:
    """Return the condition that follows `when`; only with `shares` it may name percentages.

    Raises `Wrong`, which says what could come next.
    """
    typed = typed_tokens(tokens)
    if not typed:
        raise Wrong(
            "`when` needs a condition",
            when,
            help=("For example `when order_total above 100`.",),
            code="TF220",
        )
    if sum(token.kind in ("OPEN", "NOT") for token in typed) > _DEEPEST:
        raise Wrong("this condition has too many brackets", typed[0], upto=typed[-1], code="TF222")
    for token in typed:
        if token.kind == "QUANTITY" and token.text.endswith("%") and not shares:
            raise Wrong(f"`{token.text}` is not a number", token)
    parsed = parse("condition_tokens", typed)
    if parsed is None:
        raise _misfit(typed)
    return _condition(parsed.children[0])


def _misfit(typed: Sequence[Token]) -> Wrong:
    """Return where a condition does not fit the grammar, and what could stand there."""
    reader = Reader("condition_tokens")
    for at, token in enumerate(typed):
        accepts = reader.accepts()
        if token.kind not in accepts:
            return _explained(typed, at, accepts)
        reader.feed(token)
    return _slip(typed, len(typed) - 1) or Wrong(
        "this condition stops too early",
        typed[-1],
        help=(_coming(reader.accepts()),),
        code="TF223",
    )


def typed_tokens(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with the kinds that they have inside a condition."""
    typed: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        before = typed[-1].kind if typed else ""
        low = token.text.lower()
        kind, length = token.kind, 1
        if kind == "WORD":
            pair = (low, tokens[at + 1].text.lower() if at + 1 < len(tokens) else "")
            if pair in _PAIRS:
                kind, length = _PAIRS[pair], 2
            elif before in ("UNIT", "QUANTITY") and (pair == ("from", "now") or low == "ago"):
                kind, length = "AGO", 1 if low == "ago" else 2
            elif low in _WORDS:
                kind = _WORDS[low]
            elif before == "CLOCK" and " ".join(pair) == RECIPIENT_TIME:
                kind, length = "UNIT", 2
            elif before in ("QUANTITY", "CLOCK"):
                kind = "UNIT"
        elif before == "QUANTITY" and is_moment(typed[-1], token):
            kind = "CLOCK"
        elif kind == "PAREN":
            kind = "OPEN" if token.text == "(" else "CLOSE"
        end = tokens[at + length - 1].end_column
        text = low if kind == "AGO" else token.text
        if kind == "UNIT" and length == 2:
            text = RECIPIENT_TIME
        typed.append(Token(kind, text, token.line, token.column, end))
        at += length
    return typed


def _explained(typed: Sequence[Token], at: int, accepts: frozenset[str]) -> Wrong:
    token = typed[at]
    slip = _slip(typed, at)
    if slip:
        return slip
    if token.kind == "OPEN_STRING":
        return Wrong("a quote is opened and never closed", token, code="TF216")
    return Wrong(
        f"I don't understand `{token.text}` in this condition",
        token,
        help=(_coming(accepts),),
        code="TF222",
    )


def _slip(typed: Sequence[Token], at: int) -> Wrong | None:
    """Return the mistake of a comparison in words of another tool at or just before a place."""
    for start in range(max(0, at - 2), at + 1):
        for words, meant in _SLIPS.items():
            said = typed[start : start + len(words)]
            if start + len(words) > at and tuple(t.text.lower() for t in said) == words:
                return Wrong(
                    f"I don't know the comparison `{' '.join(t.text for t in said)}`",
                    said[0],
                    upto=said[-1],
                    replacement=meant,
                    code="TF221",
                )
    return None


def _coming(accepts: frozenset[str]) -> str:
    could = []
    if "ABOVE" in accepts:
        could.append("a comparison such as `is`, `above`, `at least`, `contains`, `is missing`")
    if "MISSING" in accepts:
        could.append("`missing`")
    if "WORD" in accepts:
        could.append("a name or a value")
    if "CLOSE" in accepts:
        could.append("`)`")
    if "AND" in accepts:
        could.append("`and` or `or`")
    if "$END" in accepts:
        could.append("the end of the condition")
    return f"Here I expect {', or '.join(could)}."


def _condition(part: Branch | Token) -> Condition:
    assert isinstance(part, Branch)
    inner = [inside for inside in part.children if isinstance(inside, Branch)]
    match part.rule:
        case "any_of":
            return Or(tuple(_condition(inside) for inside in inner))
        case "all_of":
            return And(tuple(_condition(inside) for inside in inner))
        case "negate":
            return Not(_condition(inner[0]))
        case "group":
            return _condition(inner[0])
        case "holds":
            return Holds(_left(inner[0], alone=True))
        case "missing":
            negated = any(isinstance(word, Token) and word.kind == "NOT" for word in part.children)
            return Missing(_left(inner[0], alone=True), negated)
    return _comparison(*inner)


def _comparison(left: Branch, operator: Branch, operands: Branch) -> Compare:
    words = [word for word in operator.children if isinstance(word, Token)]
    kinds = [word.kind for word in words]
    negated = "NOT" in kinds
    sign = words[-1]
    op: Comparison
    if sign.kind == "COMPARE":
        op, negated = SIGNS[sign.text]
    elif sign.kind in ("IS", "NOT"):
        op = "is"
    else:
        op = sign.kind.lower().replace("_", " ")  # type: ignore[assignment]
    given = [inside for inside in operands.children if isinstance(inside, Branch)]
    if len(given) > 1 and op != "one of":
        second = given[1].children[0]
        assert isinstance(second, Token)
        raise Wrong(
            f"`{op}` compares with one value",
            second,
            help=("For several write `is one of a, b`.",),
            code="TF222",
        )
    rights = tuple(_right(inside, op) for inside in given)
    return Compare(_left(left, alone=False), op, rights, negated)


def _left(operand: Branch, *, alone: bool) -> Ref:
    token = operand.children[0]
    assert isinstance(token, Token)
    if token.kind == "WORD":
        value = read_word(token)
        if isinstance(value, Ref):
            return value
    raise Wrong(
        f"`{token.text}` on its own is neither yes nor no" if alone else "the name comes first",
        token,
        help=("For example `when order_total above 100`.",),
        code="TF222",
    )


def _right(operand: Branch, op: Comparison) -> Operand:
    token, *more = (part for part in operand.children if isinstance(part, Token))
    if (token.kind == "REGEX") != (op == "matches"):
        raise Wrong(
            "a pattern between slashes belongs behind `matches`, and nothing else does",
            token,
            help=("For example `when reply matches /money.?back/`.",),
            code="TF222",
        )
    match token.kind:
        case "REGEX":
            return Constant(read_pattern(token), token.span)
        case "STRING":
            return Constant(content_of(token), token.span)
        case "WORD":
            return read_word(token)
    if more and more[0].kind == "CLOCK":
        return read_moment(token, *more)
    ago = more.pop() if more and more[-1].kind == "AGO" else None
    unit = more[0] if more else None
    if ago:
        length, _ = read_duration(token, unit)
        return Moment("now", length, ago.text == "ago", token.span.to(ago.span))
    return read_quantity(token, unit)
