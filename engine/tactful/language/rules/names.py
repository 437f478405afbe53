"""Rules about names: everything a condition or a text uses must be a column or be remembered."""

from collections.abc import Iterator

from tactful.language.conditions import Compare, Condition, Holds, Missing
from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.kinds import Column, SetValue
from tactful.language.moments import DataTime
from tactful.language.operands import Constant, Ref
from tactful.language.rules.context import Context
from tactful.language.rules.types import (
    ANY,
    EVENT,
    Currencies,
    check_is_moment,
    check_types,
    tests_of,
    type_of,
)
from tactful.language.suggest import nearest
from tactful.language.templates import Template
from tactful.language.vocabulary import Word, rule_for
from tactful.language.words.audience import AddressColumn, Audience, ColumnIs, KeyColumn
from tactful.language.words.branching import Repeat, Split
from tactful.language.words.choosing import RowRule
from tactful.language.words.later import LATER_FACTS
from tactful.language.words.settings import HoldWhen, PauseWhen, Set
from tactful.language.words.waiting import OnEvent, OnOtherReply, OnReply, WaitUntil

ATTEMPT = "attempt"
_BUILT_IN = {"reply": "text", "event": "text", "now": "time", "today": "date"}


def check_names(context: Context) -> None:
    """Tell names that mean nothing, and comparisons that their types cannot make.

    Without a key nothing is told: the missing key may be the missing name.
    """
    audiences = [node for node, _ in context.all(Audience)]
    keyed = any(True for _ in context.all(KeyColumn)) or context.is_attempted("key")
    if not keyed or not any(node.children for node in audiences):
        return
    everywhere, currencies = known_names(context), Currencies(context)
    inside = everywhere | {ATTEMPT: "number"}
    in_rows = _names_of_rows(context)
    repeated = _repeated(context)
    for node in context.walk():
        names = inside if id(node) in repeated else everywhere
        if isinstance(node.word, RowRule):
            names = in_rows
        templates = [node.text, *_fields(node.word, Template)]
        for template in {id(part): part for part in templates if part}.values():
            for slot in template.slots:
                check_name(context.in_file(template.file), names, slot.name, slot.span)
        for field in rule_for(type(node.word), node.plugin).fields:
            name = getattr(node.word, field.name)
            if isinstance(field.kind, Column) and name is not None:
                check_name(context, names, name, node.spans[field.name])
        if isinstance(node.word, Set) and isinstance(node.word.value, Ref):
            check_name(context, names, node.word.value.name, node.word.value.span, quotable=True)
        if isinstance(node.word, WaitUntil) and isinstance(node.word.moment, DataTime):
            _check_moment(context, names, node.word.moment.name)
        if node.condition is not None and not isinstance(node.word, HoldWhen | PauseWhen):
            in_row = isinstance(node.word, RowRule)
            check_condition(context, names, currencies, node.condition, in_row=in_row)


def check_condition(
    context: Context,
    names: dict[str, str],
    currencies: Currencies,
    condition: Condition,
    *,
    in_row: bool = False,
) -> None:
    """Tell names in a condition that mean nothing, and comparisons that cannot be made.

    `in_row` conditions are asked of a row of the audience.
    """
    for test in tests_of(condition):
        _check_test(context, names, currencies, test, in_row=in_row)


def _repeated(context: Context) -> set[int]:
    """Return the ids of the nodes inside a `repeat`."""
    return {
        id(below)
        for node, _ in context.all(Repeat)
        for child in node.children
        for below in child.walk()
    }


def _names_of_rows(context: Context) -> dict[str, str]:
    """Return the names that are known when a row is read, before any journey."""
    names = {name: type_ for name, type_ in _BUILT_IN.items() if name != "reply"}
    for audience, _ in context.all(Audience):
        for node in audience.children:
            match node.word:
                case ColumnIs(name=name, type=type_):
                    names[name] = type_
                case KeyColumn(column=column) | AddressColumn(column=column):
                    names.setdefault(column, ANY)
    for node in context.nodes:
        match node.word:
            case Set(name=name, value=value) if node.condition is None and _is_constant(value):
                names.setdefault(name, type_of(value))
    return names


def _is_constant(value: SetValue) -> bool:
    return isinstance(value, Constant) or (isinstance(value, Template) and not value.slots)


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
                learn(name, type_of(value))
            case OnReply(as_=str(name), number=number):
                learn(name, "number" if number else "text")
            case OnOtherReply(as_=str(name)):
                learn(name, "text")
            case OnEvent(as_=str(name)):
                learn(name, EVENT)
    return names


def _fields(word: Word, kind: type[Template]) -> Iterator[Template]:
    for name in type(word).model_fields:
        value = getattr(word, name)
        yield from (one for one in (value if isinstance(value, tuple) else (value,))
                    if isinstance(one, kind))  # fmt: skip


def check_name(
    context: Context,
    names: dict[str, str],
    name: str,
    span: Span,
    *,
    quotable: bool = False,
    in_row: bool = False,
) -> bool:
    """Return whether a name is known; tell the writer if not.

    `quotable` names may be texts without their quotes. `in_row` ones are asked of a row.
    """
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
        help=() if near else _help_for_unknown(name, quotable=quotable, in_row=in_row),
        fix=fix,
    )
    return False


def _help_for_unknown(name: str, *, quotable: bool, in_row: bool) -> tuple[str, ...]:
    if quotable:
        return ("A text goes in quotes.",)
    if in_row:
        return (f"Rows are chosen by their columns; declare it: `column {name} text optional`.",)
    return ()


def _check_test(
    context: Context,
    names: dict[str, str],
    currencies: Currencies,
    test: Holds | Compare | Missing,
    *,
    in_row: bool,
) -> None:
    left = test.name if isinstance(test, Holds) else test.left
    known = check_name(context, names, left.name, left.span, in_row=in_row)
    for right in test.rights if isinstance(test, Compare) else ():
        if isinstance(right, Ref):
            known &= check_name(context, names, right.name, right.span, quotable=True)
    if known:
        check_types(context, names, currencies, test)


def _check_moment(context: Context, names: dict[str, str], name: Ref) -> None:
    if check_name(context, names, name.name, name.span):
        check_is_moment(context, name, names.get(name.name, ANY))
