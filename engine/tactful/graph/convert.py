"""Turns what the language reads (texts, values, conditions) into the data of a graph."""

from datetime import date, datetime
from decimal import Decimal

from tactful.graph import model
from tactful.graph.moments import ClockMoment, DayMoment, UntilMoment, ValueMoment
from tactful.language import conditions as written
from tactful.language import moments, operands
from tactful.language.templates import Slot, Template
from tactful.values import Money, instant, iso


def text_from(template: Template) -> model.Text:
    """Return a message text as data."""
    return model.Text(parts=tuple(_part(part) for part in template.parts))


def label_from(label: str | Template) -> str | model.Text:
    """Return a name as it is written, or the text in its place as data."""
    return text_from(label) if isinstance(label, Template) else label


def _part(part: str | Slot) -> str | model.Slot:
    if isinstance(part, str):
        return part
    filters = tuple(
        model.Filter(name=filter.name, arguments=filter.args) for filter in part.filters
    )
    return model.Slot(name=part.name, filters=filters)


def value_from(value: Template | operands.Operand) -> model.Operand | model.Text:
    """Return the value of a `set`; a text without slots is a plain value."""
    if not isinstance(value, Template):
        return operand_from(value)
    if value.slots:
        return text_from(value)
    return model.Constant(value="".join(part for part in value.parts if isinstance(part, str)))


def operand_from(operand: operands.Operand) -> model.Operand:
    """Return one side of a comparison as data."""
    match operand:
        case operands.Ref():
            return model.Ref(name=operand.name)
        case operands.Moment():
            span = operand.offset.span if operand.offset else 0
            return model.Moment(
                offset=-span if operand.back else span, whole_day=operand.anchor == "today"
            )
        case operands.Constant():
            return model.Constant(value=_scalar(operand.value))


def moment_from(moment: moments.ClockTime | moments.DayTime | moments.DataTime) -> UntilMoment:
    """Return the moment of a `wait until` as data."""
    match moment:
        case moments.ClockTime(at=at, weekday=weekday, zone=zone):
            return ClockMoment(at=at, weekday=weekday, zone=zone)
        case moments.DayTime(day=day, at=at, zone=zone):
            return DayMoment(day=day, at=at, zone=zone)
        case moments.DataTime(name=name, length=length, before=before, at=on, zone=zone):
            span = length.span if length else 0
            return ValueMoment(name=name.name, offset=-span if before else span, at=on, zone=zone)


def number_from(text: str) -> int | float:
    """Return a number written in a flow, whole where it is whole."""
    return _number(Decimal(text))


def _scalar(value: str | bool | Decimal | Money | date | datetime) -> model.Scalar:
    match value:
        case Decimal():
            return _number(value)
        case Money():
            return str(value)
        case datetime():
            return iso(instant(value)) if value.tzinfo else value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case _:
            return value


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def condition_from(condition: written.Condition) -> model.Condition:
    """Return a condition as data."""
    match condition:
        case written.Or():
            return model.AnyOf(tests=tuple(map(condition_from, condition.parts)))
        case written.And():
            return model.AllOf(tests=tuple(map(condition_from, condition.parts)))
        case written.Not():
            return model.Not(test=condition_from(condition.part))
        case written.Holds():
            return model.Holds(name=condition.name.name)
        case written.Missing():
            return _negated(model.Missing(name=condition.left.name), condition.negated)
        case written.Compare():
            compare = model.Compare(
                left=operand_from(condition.left),
                operator=condition.op,
                right=tuple(map(operand_from, condition.rights)),
            )
            return _negated(compare, condition.negated)


def _negated(test: model.Condition, negated: bool) -> model.Condition:
    return model.Not(test=test) if negated else test
