"""Rules about names: everything a condition or a text uses must be a column or be remembered."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tactful.language.conditions import And, Compare, Condition, Holds, Missing, Not, Or
from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.kinds import Column
from tactful.language.moments import DataTime
from tactful.language.operands import Constant, Ref
from tactful.language.rules.context import Context
from tactful.language.suggest import nearest
from tactful.language.templates import Template
from tactful.language.vocabulary import Word, rule_for
from tactful.language.words.audience import AddressColumn, Audience, ColumnIs, KeyColumn
from tactful.language.words.branching import Repeat, Split
from tactful.language.words.later import LATER_FACTS
from tactful.language.words.settings import Set
from tactful.language.words.waiting import OnEvent, OnOtherReply, OnReply, WaitUntil

ANY, EVENT = "any", "event"
ATTEMPT = "attempt"
_BUILT_IN = {"reply": "text", "now": ANY, "today": ANY}
_ORDERED = ("above", "below", "at least", "at most")
_SHOWN = {"text": "a text", "number": "a number", "yes/no": "yes or no"}


def check_names(context: Context) -> None:
    """Tell names that mean nothing, and comparisons that their types cannot make.

    Without a key nothing is told: the missing key may be the missing name.
    """
    audiences = [node for node, _ in context.all(Audience)]
    keyed = any(True for _ in context.all(KeyColumn)) or context.is_attempted("key")
    if not keyed or not any(node.children for node in audiences):
        return
    everywhere = known_names(context)
    inside = everywhere | {ATTEMPT: "number"}
    repeated = _repeated(context)
    for node in context.walk():
        names = inside if id(node) in repeated else everywhere
        templates = [node.text, *_fields(node.word, Template)]
        for template in {id(part): part for part in templates if part}.values():
            for slot in template.slots:
                _check(context, names, slot.name, slot.span)
        for field in rule_for(type(node.word), node.plugin).fields:
            name = getattr(node.word, field.name)
            if isinstance(field.kind, Column) and name is not None:
                _check(context, names, name, node.spans[field.name])
        if isinstance(node.word, Set) and isinstance(node.word.value, Ref):
            _check(context, names, node.word.value.name, node.word.value.span, quotable=True)
        if isinstance(node.word, WaitUntil) and isinstance(node.word.moment, DataTime):
            _check_moment(context, names, node.word.moment.name)
        if node.condition is not None:
            for part in _tests(node.condition):
                _check_test(context, names, part)


def _repeated(context: Context) -> set[int]:
    """Return the ids of the nodes inside a `repeat`."""
    return {
        id(below)
        for node, _ in context.all(Repeat)
        for child in node.children
        for below in child.walk()
    }


def known_names(context: Context) -> dict[str, str]:
    """Return the names that a file may use, with their types."""
    names = dict(_BUILT_IN)

    def learn(name: str, type_: str) -> None:
        names[name] = type_ if names.get(name, type_) == type_ else ANY

    for node in context.walk():
        match node.word:
            case ColumnIs(name=name, type=type_):
                names[name] = type_
            case KeyColumn(column=column) | AddressColumn(column=column):
                names.setdefault(column, ANY)
            case Split(name=name):
                learn(name, "text")
            case Set(name=name, value=value):
                learn(name, _type_of(value))
            case OnReply(as_=str(name), number=number):
                learn(name, "number" if number else "text")
            case OnOtherReply(as_=str(name)):
                learn(name, "text")
            case OnEvent(as_=str(name)):
                learn(name, EVENT)
    return names


def _type_of(value: object) -> str:
    if isinstance(value, Template):
        return "text"
    if isinstance(value, Constant):
        match value.value:
            case bool():
                return "yes/no"
            case Decimal():
                return "number"
    return ANY


def _fields(word: Word, kind: type[Template]) -> Iterator[Template]:
    for name in type(word).model_fields:
        value = getattr(word, name)
        if isinstance(value, kind):
            yield value


def _tests(condition: Condition) -> Iterator[Holds | Compare | Missing]:
    match condition:
        case Or(parts) | And(parts):
            for part in parts:
                yield from _tests(part)
        case Not(part):
            yield from _tests(part)
        case _:
            yield condition


def _check(
    context: Context, names: dict[str, str], name: str, span: Span, *, quotable: bool = False
) -> bool:
    """Return whether a name is known; tell the writer if not."""
    head, _, tail = name.partition(".")
    excused = context.report.excused
    if name in names or names.get(head) in (EVENT, ANY) or name in excused or head in excused:
        return True
    if tail in LATER_FACTS and (head in context.channels or head not in names):
        context.report.add("TF209", f"asking for `.{tail}` is not available yet", span)
        return False
    if name == ATTEMPT:
        context.report.add(
            "TF351",
            "`attempt` counts the rounds of a `repeat`, and there is none around this line",
            span,
            "nothing to count",
            help=("It is known below `repeat at most 3 times:`, but not where a `go to` leads.",),
        )
        return False
    near = nearest(name, names, 0.75 if quotable else 0.6)
    if near:
        # Another name is another value: only the writer knows which one was meant.
        fix: Fix | None = Fix("ask", f"replace `{name}` with `{near}`", (Edit(span, near),))
    elif quotable:
        fix = Fix("ask", f'write `"{name}"`', (Edit(span, f'"{name}"'),))
    else:
        fix = None
    context.report.add(
        "TF312",
        f"nothing is called `{name}`",
        span,
        f"did you mean `{near}`?" if near else "not a column, and not set anywhere",
        help=("A text goes in quotes.",) if quotable and not near else (),
        fix=fix,
    )
    return False


def _check_test(context: Context, names: dict[str, str], test: Holds | Compare | Missing) -> None:
    left = test.name if isinstance(test, Holds) else test.left
    if not _check(context, names, left.name, left.span):
        return
    type_ = names.get(left.name, ANY)
    if isinstance(test, Holds) and type_ in ("text", "number"):
        _tell_type(context, left, type_, f"`{left.name} is not missing`")
    if not isinstance(test, Compare):
        return
    for right in test.rights:
        if isinstance(right, Ref):
            _check(context, names, right.name, right.span, quotable=True)
    if type_ not in _SHOWN:
        return
    if test.op in _ORDERED and type_ != "number":
        _tell_type(context, left, type_, f"`column {left.name} number`")
    elif test.op in ("before", "after"):
        _tell_type(context, left, type_, "a day or a moment")
    elif test.op in ("contains", "matches") and type_ != "text":
        _tell_type(context, left, type_, f"`column {left.name} text`")
    else:
        for right in test.rights:
            if isinstance(right, Constant):
                _check_constant(context, left, type_, right)


def _check_moment(context: Context, names: dict[str, str], name: Ref) -> None:
    type_ = names.get(name.name, ANY)
    if _check(context, names, name.name, name.span) and type_ in ("text", "number", "yes/no"):
        context.report.add(
            "TF318",
            f"`{name.name}` is {_SHOWN[type_]}, so nobody can wait for it",
            name.span,
            help=(f"What would fit: `column {name.name} time` or `column {name.name} date`.",),
        )


def _tell_type(context: Context, left: Ref, type_: str, instead: str) -> None:
    context.report.add(
        "TF318",
        f"`{left.name}` is {_SHOWN[type_]}, so it cannot be tested like this",
        left.span,
        help=(f"What would fit: {instead}.",),
    )


def _check_constant(context: Context, left: Ref, type_: str, right: Constant) -> None:
    value = right.value
    fits = {
        "text": isinstance(value, str),
        "number": isinstance(value, Decimal),
        "yes/no": isinstance(value, bool),
    }
    if fits[type_]:
        return
    shown = "yes" if value is True else "no" if value is False else value
    if type_ == "text":
        quoted = f'"{shown}"'
        fix = Fix("safe", f"write `{quoted}`", (Edit(right.span, quoted),))
    else:
        fix = None
    a_text = isinstance(value, str | date)
    context.report.add(
        "TF318",
        f"`{left.name}` is {_SHOWN[type_]}, and is compared with `{shown}`",
        right.span,
        help=("A text never equals a number.",) if a_text and type_ == "number" else (),
        fix=fix,
    )
