"""Rules about the settings of a file: what must be there, what only once, what guards need."""

from collections.abc import Collection, Hashable

from tactful.language.diagnostics import Edit, Fix, Label, Span
from tactful.language.report import replacing
from tactful.language.rules.context import Context
from tactful.language.rules.paces import check_paces
from tactful.language.suggest import nearest
from tactful.language.tree import Node
from tactful.language.vocabulary import Word
from tactful.language.words.anytime import AtAnyTime, OnOptOut
from tactful.language.words.audience import (
    AddressColumn,
    Audience,
    ColumnIs,
    CountryColumn,
    KeyColumn,
    PhoneColumn,
    SourceOption,
    TimezoneColumn,
)
from tactful.language.words.choosing import OnePer
from tactful.language.words.sending import (
    Leave,
    OnOtherKey,
    OnOutcome,
    Sender,
    Senders,
    Subject,
)
from tactful.language.words.settings import (
    Approve,
    Budget,
    Campaign,
    ConsentFor,
    ExpiresAfter,
    HoldWhen,
    NoQuietHours,
    Owner,
    PauseWhen,
    PolicyNamed,
    PurposeIs,
    QuietHours,
    Starts,
    Throttle,
    WatchUsing,
)
from tactful.language.words.steps import Journey
from tactful.language.words.texts import LanguagesAre
from tactful.language.words.waiting import OnOtherReply, OnTimeout, OnTooLate
from tactful.language.zones import RECIPIENT

_START = Span(1, 1, 1, 1)


def check_settings(context: Context) -> None:
    """Tell missing and doubled settings, paces without a reason, and what is not installed."""
    _check_needed(context)
    _check_doubled(context)
    _check_audience(context)
    _check_clock(context)
    for node, throttle in context.all(Throttle):
        check_channel(context, throttle.channel, node.spans["channel"])
        if throttle.strategy is not None:
            known = context.installed.throttles
            span = node.spans["strategy"]
            _check_installed(context, "TF409", "throttle", throttle.strategy, span, known)
    check_paces(context)
    for node, policy in context.all(PolicyNamed):
        known = context.installed.policies
        _check_installed(context, "TF408", "policy", policy.name, node.spans["name"], known)
    for node, approve in context.all(Approve):
        known = context.installed.policies
        _check_installed(context, "TF408", "policy", approve.policy, node.spans["policy"], known)
    for node, watch in context.all(WatchUsing):
        known = context.installed.observers
        _check_installed(context, "TF410", "observer", watch.name, node.spans["name"], known)
    for node, consent in context.all(ConsentFor):
        check_channel(context, consent.channel, node.spans["channel"])
    for node, sender in context.all(Sender):
        if sender.provider not in context.installed.channels:
            context.report.add(
                "TF406",
                f"the provider `{sender.provider}` is not installed",
                node.spans["provider"],
                help=("Without `--live` messages go to the outbox, so this is no obstacle yet.",),
                severity="warning",
            )


def _check_installed(
    context: Context, code: str, noun: str, name: str, span: Span, known: Collection[str]
) -> None:
    """Tell what no plugin supplies: a guard that is not there would guard nothing."""
    if name in known:
        return
    near = nearest(name, known)
    context.report.add(
        code,
        f"no plugin that is installed supplies the {noun} `{name}`",
        span,
        f"did you mean `{near}`?" if near else "",
        help=() if near else (f"Install a plugin with this {noun}; see `tactful plugins`.",),
        fix=replacing(span, name, near) if near else None,
    )


def _check_clock(context: Context) -> None:
    """Tell quiet hours by the recipients' clocks where nothing says what their clocks show."""
    zoned = [word for _, word in context.all(QuietHours) if word.zone != RECIPIENT]
    if zoned or any(context.all(NoQuietHours)) or context.may_be_broken(QuietHours.phrase):
        return
    tells = (PhoneColumn, TimezoneColumn, CountryColumn)
    if any(any(context.all(word)) or context.may_be_broken(word.phrase) for word in tells):
        return
    for node, _ in context.all(Audience):
        context.report.add(
            "TF508",
            "quiet hours follow each person's clock, and nothing tells their time zone",
            node.span,
            "no `timezone`, `country` or `phone` below",
            help=(
                'Add for example `timezone tz default "Europe/Dublin"` below this line, or give '
                "the hours a zone: `quiet hours 21:00 to 08:00 Europe/Dublin`.",
            ),
        )


def check_channel(context: Context, channel: str, span: Span) -> None:
    """Tell a channel that does not exist."""
    if channel in context.channels:
        return
    near = nearest(channel, context.channels, 0.5)
    context.report.add(
        "TF313",
        f"there is no channel named `{channel}`",
        span,
        f"did you mean `{near}`?" if near else "",
        help=() if near else (f"Channels: {', '.join(context.channels)}.",),
        fix=replacing(span, channel, near) if near else None,
    )


def _check_needed(context: Context) -> None:
    report = context.report

    def lacks(word: type[Word]) -> bool:
        there = any(isinstance(node.word, word) for node in context.nodes)
        return not there and not context.is_attempted(word.phrase)

    if lacks(Campaign):
        report.add(
            "TF335",
            "this file does not name its campaign",
            _START,
            help=('Begin with for example `campaign "Delayed order"`.',),
            of_file=True,
        )
    if lacks(PurposeIs):
        after = next((node.span for node, _ in context.all(Campaign)), _START)
        report.add(
            "TF506",
            "is this a service message or marketing? The file does not say its purpose",
            after,
            help=(
                "Service is about what a person has ordered, booked or has an account for. "
                "Tactful does not send marketing.",
            ),
            fix=Fix("ask", "add `purpose service`", (Edit(after.end, "\npurpose service"),)),
            of_file=True,
        )
    if lacks(Audience):
        report.add(
            "TF337",
            "this file does not say who gets the campaign",
            _START,
            help=('Add for example `audience from csv "data/orders.csv":`.',),
            of_file=True,
        )
    if lacks(Journey):
        report.add(
            "TF325",
            "this file has no `journey:`",
            _START,
            help=("Add `journey:` with the steps indented below it.",),
            of_file=True,
        )


def _check_doubled(context: Context) -> None:
    """Tell a setting or an `on …` line that is given twice where one would hide the other."""
    _once(context, context.nodes)
    for node in context.walk():
        _once(context, node.children)


def _once(context: Context, nodes: tuple[Node, ...]) -> None:
    first: dict[Hashable, Node] = {}
    for node in nodes:
        identity = _identity(node.word)
        if identity is None:
            continue
        earlier = first.setdefault(identity, node)
        if earlier is not node:
            context.report.add(
                "TF207",
                "this is given twice, and one of the two would have no effect",
                node.span,
                "second time",
                help=("Keep one of them.",),
                also=(Label(earlier.span, "first time"),),
            )


def _identity(word: Word) -> Hashable | None:
    """Return what a word settles, for words that can settle it only once in their block."""
    match word:
        case Throttle():
            return Throttle, word.channel, str(word.rate), word.per, word.strategy, word.counts
        case ConsentFor():
            return ConsentFor, word.channel
        case PolicyNamed() | WatchUsing():
            return type(word), word.name
        case Approve():
            return Approve, word.policy, word.rule, word.text, word.by
        case OnOutcome():
            return OnOutcome, word.outcome
        case OnOtherKey() | Leave():
            return type(word)
        case QuietHours() | NoQuietHours():
            return QuietHours
        case (
            Campaign() | Owner() | LanguagesAre() | PurposeIs() | ExpiresAfter()
            | Budget() | HoldWhen() | PauseWhen() | Starts() | Senders()
            | Journey()
            | KeyColumn() | OnePer() | AddressColumn() | SourceOption() | Subject()
            | AtAnyTime() | OnOptOut() | OnTimeout() | OnTooLate() | OnOtherReply()
        ):  # fmt: skip
            return type(word)
    return None


def _check_audience(context: Context) -> None:
    report = context.report
    earlier: Node | None = None
    for node, _ in context.all(Audience):
        if earlier is not None:
            report.add("TF209", "a second audience is not available yet", node.span)
        earlier = node
        keyed = any(isinstance(child.word, KeyColumn) for child in node.children)
        if node.children and not keyed and not context.is_attempted("key"):
            report.add(
                "TF317",
                "this audience has no `key`",
                node.span,
                "which column tells one row from all others?",
                help=("Add for example `key order_id`. One key has one journey.",),
            )
        columns: dict[str, Node] = {}
        for child in node.children:
            if isinstance(child.word, ColumnIs):
                first = columns.setdefault(child.word.name, child)
                if first is not child:
                    report.add(
                        "TF336",
                        f"there are two columns named `{child.word.name}`",
                        child.spans["name"],
                        "second one",
                        also=(Label(first.spans["name"], "first one"),),
                    )
