"""Rules about types: what can be asked of a value, and what it can be compared with."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from tactful.language.amounts import currency_of
from tactful.language.conditions import And, Compare, Condition, Holds, Missing, Not, Or
from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.operands import Constant, Moment, Operand, Ref
from tactful.language.rules.context import Context
from tactful.language.templates import Template
from tactful.language.words.audience import ColumnIs
from tactful.language.words.settings import Set
from tactful.values import Money

ANY, EVENT = "any", "event"
"""Types of names of which nothing is known before they have a value."""

_SHOWN = {
    "text": "a text", "phone": "a text", "email": "a text", "number": "a number",
    "money": "money", "date": "a day", "time": "a time", "yes/no": "yes or no",
}  # fmt: skip
_LIKE = {"phone": "text", "email": "text", "time": "date"}  # compares as if it were
_ORDERED = ("above", "below", "at least", "at most")


class Currencies:
    """In which currency the amounts of each name are, as far as the file says."""

    def __init__(self, context: Context) -> None:
        self.of_file = currency_of(context.nodes)
        self._named: dict[str, str | None] = {}
        for node in context.walk():
            match node.word:
                case ColumnIs(name=name, type="money", in_=in_):
                    self._named[name] = in_ or self.of_file
                case Set(name=name, value=Constant(value=Money(currency=currency))):
                    self._named.setdefault(name, currency)

    def of(self, name: str) -> str | None:
        """Return the currency of a name; None when it is open."""
        return self._named.get(name)


def type_of(value: object) -> str:
    """Return the type of a value that a file sets."""
    match value:
        case Template():
            return "text"
        case Moment(anchor="today"):
            return "date"
        case Moment():
            return "time"
        case Constant(value=constant):
            return _type_of_constant(constant)
    return ANY


def _type_of_constant(value: str | Decimal | Money | date | datetime | bool) -> str:
    match value:
        case bool():
            return "yes/no"
        case Decimal():
            return "number"
        case Money():
            return "money"
        case datetime():
            return "time"
        case date():
            return "date"
    return "text"


def tests_of(condition: Condition) -> Iterator[Holds | Compare | Missing]:
    """Yield the single tests of a condition."""
    match condition:
        case Or(parts) | And(parts):
            for part in parts:
                yield from tests_of(part)
        case Not(part):
            yield from tests_of(part)
        case _:
            yield condition


def check_types(
    context: Context,
    names: dict[str, str],
    currencies: Currencies,
    test: Holds | Compare | Missing,
) -> None:
    """Tell a test that the type of its name cannot pass."""
    left = test.name if isinstance(test, Holds) else test.left
    type_ = names.get(left.name, ANY)
    if type_ not in _SHOWN or isinstance(test, Missing):
        return
    kind = _LIKE.get(type_, type_)
    if isinstance(test, Holds):
        if kind in ("text", "number", "money"):
            _tell_test(context, left, type_, f"`{left.name} is not missing`")
    elif test.op in _ORDERED and kind not in ("number", "money"):
        _tell_test(context, left, type_, _instead_of_order(left, kind))
    elif test.op in ("before", "after") and kind != "date":
        _tell_test(context, left, type_, "a day or a moment")
    elif test.op in ("contains", "matches") and kind != "text":
        _tell_test(context, left, type_, f"`column {left.name} text`")
    else:
        for right in test.rights:
            _check_right(context, names, currencies, left, type_, right)


def check_is_moment(context: Context, name: Ref, type_: str) -> None:
    """Tell a name that nobody can wait for."""
    if type_ in _SHOWN and type_ not in ("date", "time"):
        context.report.add(
            "TF318",
            f"`{name.name}` is {_SHOWN[type_]}, so nobody can wait for it",
            name.span,
            help=(f"What would fit: `column {name.name} time` or `column {name.name} date`.",),
        )


def _instead_of_order(left: Ref, kind: str) -> str:
    if kind == "date":
        return f"`{left.name} before …` or `{left.name} after …`"
    return f"`column {left.name} number`"


def _tell_test(context: Context, left: Ref, type_: str, instead: str) -> None:
    context.report.add(
        "TF318",
        f"`{left.name}` is {_SHOWN[type_]}, so it cannot be tested like this",
        left.span,
        help=(f"What would fit: {instead}.",),
    )


# ---- the other side -----------------------------------------------------------------------------


def _check_right(
    context: Context,
    names: dict[str, str],
    currencies: Currencies,
    left: Ref,
    type_: str,
    right: Operand,
) -> None:
    other = names.get(right.name, ANY) if isinstance(right, Ref) else type_of(right)
    if other not in _SHOWN:
        return
    kind, other_kind = _LIKE.get(type_, type_), _LIKE.get(other, other)
    shown = _written(right)
    if kind == other_kind:
        if kind == "money":
            _check_currency(context, currencies, left, right)
        elif type_ == "date" and isinstance(right, Constant) and isinstance(right.value, datetime):
            _tell_right(context, right.span, left, type_, shown, "Leave the time of day away.")
        return
    fix: Fix | None = None
    help_ = ""
    if kind == "money" and other_kind == "number":
        currency = currencies.of(left.name)
        help_ = f"Write the currency: `{shown} {currency or 'EUR'}`."
        if currency and isinstance(right, Constant):
            fix = _rewritten(right.span, f"{shown} {currency}")
    elif kind == "number" and other_kind == "money":
        help_ = f"Make it a column of money: `column {left.name} money`."
    elif isinstance(right, Constant):
        fix, help_ = _converted(kind, right, shown)
    _tell_right(context, right.span, left, type_, shown, help_, fix)


def _converted(kind: str, right: Constant, shown: str) -> tuple[Fix | None, str]:
    """Return how a constant becomes one of the other type."""
    value = right.value
    if kind == "text":
        return _rewritten(right.span, f'"{shown}"', safe=True), ""
    if kind == "date" and isinstance(value, str):
        try:
            day = date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            return None, "Write year, month, day, without quotes: for example `2026-12-01`."
        return _rewritten(right.span, day, safe=True), ""
    if kind == "number" and isinstance(value, str | date):
        return None, "A text never equals a number."
    return None, ""


def _rewritten(span: Span, text: str, *, safe: bool = False) -> Fix:
    return Fix("safe" if safe else "ask", f"write `{text}`", (Edit(span, text),))


def _check_currency(context: Context, currencies: Currencies, left: Ref, right: Operand) -> None:
    ours = currencies.of(left.name)
    if isinstance(right, Ref):
        theirs = currencies.of(right.name)
    else:
        value = right.value if isinstance(right, Constant) else None
        theirs = value.currency if isinstance(value, Money) else None
    if ours is None or theirs is None or ours == theirs:
        return
    context.report.add(
        "TF318",
        f"`{left.name}` is in {ours}, and is compared with {theirs}",
        right.span,
        help=("Amounts compare only in one currency; nothing is converted.",),
    )


def _tell_right(
    context: Context,
    span: Span,
    left: Ref,
    type_: str,
    shown: str,
    help_: str,
    fix: Fix | None = None,
) -> None:
    context.report.add(
        "TF318",
        f"`{left.name}` is {_SHOWN[type_]}, and is compared with `{shown}`",
        span,
        help=(help_,) if help_ else (),
        fix=fix,
    )


def _written(right: Operand) -> str:
    match right:
        case Ref(name=name):
            return name
        case Moment(anchor=anchor, offset=None):
            return anchor
        case Moment(offset=offset, back=back):
            return f"{offset} {'ago' if back else 'from now'}"
        case Constant(value=bool() as value):
            return "yes" if value else "no"
        case Constant(value=datetime() as value):
            return value.strftime("%Y-%m-%d %H:%M")
    return str(right.value)
