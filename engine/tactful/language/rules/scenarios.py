"""Rules about scenarios: they speak of things the flow has, in an order that can happen."""

from collections.abc import Iterable

from pydantic import ValidationError

from tactful.language.conditions import Holds
from tactful.language.diagnostics import Edit, Fix, Label, Span
from tactful.language.fields import plain
from tactful.language.report import replacing
from tactful.language.rules.context import Context
from tactful.language.rules.names import check_condition, known_names
from tactful.language.rules.types import ANY, Currencies
from tactful.language.scenes import Cell
from tactful.language.suggest import nearest
from tactful.language.tree import Node
from tactful.language.typed import misfit
from tactful.language.vocabulary import Unreadable
from tactful.language.words.audience import AddressColumn, Audience, ColumnIs, KeyColumn
from tactful.language.words.scenarios import (
    INBOX,
    SCENARIOS,
    AlsoGiven,
    ClockIs,
    EventComes,
    Expect,
    ExpectHandOff,
    ExpectMessage,
    ExpectNoHandOff,
    ExpectNoTag,
    ExpectStage,
    ExpectTag,
    ExpectThat,
    Fate,
    Given,
    GivenValue,
    InScenario,
    OptsOut,
    PersonReplies,
    Scenario,
)
from tactful.language.words.sending import Send
from tactful.language.words.steps import HandOff, Stage, Tag

_ROLES = ("phone", "email", "country", "timezone", "locale", "key")


def check_scenarios(context: Context) -> None:
    """Tell scenarios that prove nothing, and lines that cannot come true."""
    first: dict[str, Node] = {}
    lines: _Lines | None = None
    for node, scenario in context.all(Scenario):
        before = first.setdefault(scenario.name, node)
        if before is not node:
            context.report.add(
                "TF381",
                f'there are two scenarios named "{scenario.name}"',
                node.spans["name"],
                "second one",
                help=("Give one of them another name.",),
                also=(Label(before.spans["name"], "first one"),),
            )
        _check_order(context, node)
        _check_expects(context, node)
        lines = lines or _Lines(context)
        lines.check(node)


def _check_expects(context: Context, node: Node) -> None:
    expects = any(isinstance(line.word, Expect) for line in node.children)
    if not expects and not context.has_unreadable:
        context.report.add(
            "TF380",
            "this scenario expects nothing, so it proves nothing",
            node.spans["name"],
            help=("Add for example `expect sms`, or `expect end`.",),
            severity="warning",
        )


def _check_order(context: Context, node: Node) -> None:
    """Tell a clock that is set too late, and what happens before anyone has entered."""
    if any(isinstance(line.word, Unreadable) for line in node.children):
        return
    given: Node | None = None
    for place, line in enumerate(node.children):
        match line.word:
            case ClockIs() if place:
                _tell_order(context, line, "the clock is set before anything happens, once")
            case Given() if given is not None:
                _tell_order(
                    context,
                    line,
                    "the person has entered already",
                    help=("To let the same person enter once more, write `also given:`.",),
                    also=(Label(given.span, "here"),),
                )
            case Given():
                given = line
            case AlsoGiven() | PersonReplies() | EventComes() | OptsOut() | Expect():
                if given is None and any(isinstance(one.word, Given) for one in node.children):
                    _tell_order(context, line, "nobody has entered yet: `given` comes first")
                    return
                given = given or line


def _tell_order(
    context: Context,
    line: Node,
    message: str,
    *,
    help: tuple[str, ...] = (),
    also: tuple[Label, ...] = (),
) -> None:
    context.report.add("TF383", message, line.span, help=help, also=also)


class _Lines:
    """Checks the lines of scenarios against what the rest of the flow has."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._names = known_names(context)
        self._currencies = Currencies(context)
        self._columns = _columns(context)
        self._channels = {word.channel for _, word in context.all(Send)}
        self._stages = {word.name for _, word in context.all(Stage)} | {"journey"}
        self._queues = _written(word.queue for _, word in context.all(HandOff))
        self._tags = _written(name for _, word in context.all(Tag) for name in word.names)
        self._events = _events(context)
        self._first_words = {
            word.phrase.split()[0]
            for word in {type(node.word) for node in context.walk()} | set(SCENARIOS)
            if issubclass(word, InScenario) and word.place == "scenario"
        }
        audiences = [node.span.line for node, _ in context.all(Audience)]
        told = context.report.mentions(*audiences)  # then the missing column may be told already
        self._knows_columns = bool(self._columns) and not told and not context.has_unreadable

    def check(self, scenario: Node) -> None:
        """Check the lines of one scenario."""
        for line in scenario.children:
            match line.word:
                case Given() | AlsoGiven():
                    self._check_values(line, strict=True)
                case EventComes(name=name):
                    self._check_values(line, strict=False)
                    self._check_one(line, "name", name, self._events, "event", soft=True)
                case PersonReplies(channel=str(channel)) | OptsOut(channel=str(channel)):
                    self._check_one(line, "channel", channel, self._channels, "message by")
                case ExpectMessage(channel=channel) | Fate(channel=channel):
                    self._check_one(line, "", channel, self._channels, "message by")
                case ExpectHandOff(to=str(queue)) | ExpectNoHandOff(to=str(queue)):
                    if self._queues is not None:
                        self._check_one(line, "to", queue, self._queues | {INBOX}, "hand off to")
                case ExpectTag(name=name) | ExpectNoTag(name=name):
                    if self._tags is not None:
                        self._check_one(line, "name", name, self._tags, "tag", soft=True)
                case ExpectStage(name=name):
                    self._check_one(line, "name", name, self._stages, "stage")
                case ExpectThat():
                    self._check_that(line, line.word)

    def _check_one(
        self, line: Node, field: str, name: str, known: Iterable[str], what: str, soft: bool = False
    ) -> None:
        """Tell a name that the flow does not have; a `soft` one may be meant so."""
        known = sorted(known)
        if name in known or self._context.has_unreadable:
            return
        span = line.spans.get(field, line.span)
        near = nearest(name, known, 0.6)
        listed = ", ".join(f"`{one}`" for one in known[:8])
        self._context.report.add(
            "TF382",
            f"this flow has no {what} `{name}`",
            span,
            f"did you mean `{near}`?" if near else "",
            help=() if near or not listed else (f"It has {listed}.",),
            fix=replacing(span, name, near) if near and field else None,
            severity="warning" if soft else "error",
        )

    def _check_that(self, line: Node, word: ExpectThat) -> None:
        test, tags = word.test, self._tags or set()
        if isinstance(test, Holds) and test.name.name not in (*self._names, *tags):
            near = nearest(test.name.name, self._channels | {"end"}, 0.6)
            if near:
                self._tell_unknown(test.name.name, test.name.span, near)
                return
        names = {**self._names, **dict.fromkeys(tags, ANY)}
        check_condition(self._context, names, self._currencies, test)

    # ---- values ---------------------------------------------------------------------------------

    def _check_values(self, block: Node, *, strict: bool) -> None:
        seen: dict[str, Node] = {}
        for line in block.children:
            if not isinstance(line.word, GivenValue):
                continue
            name, cell = line.word.name, line.word.value
            if seen.setdefault(name, line) is not line:
                self._context.report.add(
                    "TF207",
                    f"`{name}` is given twice",
                    line.span,
                    also=(Label(seen[name].span, "first here"),),
                )
            elif name in self._columns:
                self._check_cell(line, name, cell)
            elif name.lower() in self._first_words:
                self._context.report.add(
                    "TF202",
                    f"`{name}` begins a line of the scenario, and here I expect a column",
                    line.spans["name"],
                    help=("Check the indentation of this line.",),
                )
            elif strict and self._knows_columns:
                self._tell_no_column(name, line)

    def _check_cell(self, line: Node, name: str, cell: Cell) -> None:
        if not cell.text:
            return
        for word in self._columns[name]:
            wrong = _misfit(word, cell.text)
            if wrong is not None:
                self._context.report.add("TF318", wrong, line.spans["value"])
                return

    def _tell_no_column(self, name: str, line: Node) -> None:
        span = line.spans["name"]
        role = next(
            (
                column
                for column, words in self._columns.items()
                if name in _ROLES and any(word.phrase == name for word in words)
            ),
            None,
        )
        near = role or nearest(name, self._columns, 0.6)
        if near:
            self._tell_unknown(name, span, near)
            return
        self._context.report.add(
            "TF312",
            f"the audience has no column `{name}`",
            span,
            help=(f"It has {', '.join(f'`{one}`' for one in list(self._columns)[:10])}.",),
        )

    def _tell_unknown(self, name: str, span: Span, near: str) -> None:
        self._context.report.add(
            "TF312",
            f"nothing is called `{name}`",
            span,
            f"did you mean `{near}`?",
            fix=Fix("ask", f"replace `{name}` with `{near}`", (Edit(span, near),)),
        )


def _columns(context: Context) -> dict[str, list[ColumnIs | AddressColumn | KeyColumn]]:
    """Return the columns of the audience, each with the words that declare it."""
    columns: dict[str, list[ColumnIs | AddressColumn | KeyColumn]] = {}
    for node in context.walk():
        match node.word:
            case ColumnIs(name=name) as word:
                columns.setdefault(name, []).append(word)
            case AddressColumn(column=name) | KeyColumn(column=name) as word:
                columns.setdefault(name, []).append(word)
    return columns


def _misfit(word: ColumnIs | AddressColumn | KeyColumn, text: str) -> str | None:
    """Return why a column cannot hold a value; a time without a zone is of the person's zone."""
    match word:
        case ColumnIs(type=type_, in_=in_):
            return misfit(text, type_, in_ or ("UTC" if type_ == "time" else None))
        case AddressColumn():
            try:
                type(word)(column=word.column, default=text)
            except ValidationError as invalid:
                return plain(invalid.errors()[0]["msg"])
    return None


def _written(names: Iterable[object]) -> set[str] | None:
    """Return names as they are written; None when one of them is filled in from the data."""
    known = list(names)
    written = {name for name in known if isinstance(name, str)}
    return None if any(not isinstance(name, str) for name in known) else written


def _events(context: Context) -> set[str]:
    """Return the events that any line of the flow but a scenario's names."""
    return {
        name
        for node in context.walk()
        if node.place != "scenario" and "event" in node.word.phrase.split()
        for field in type(node.word).model_fields
        for name in _names_in(getattr(node.word, field))
    }


def _names_in(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()
