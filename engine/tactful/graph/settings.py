"""Gathers what floats, and who gets a campaign, from the top of a checked flow."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from tactful.graph import model
from tactful.graph.convert import condition_from, number_from
from tactful.language.amounts import currency_of
from tactful.language.rules.holding import inbox_limit
from tactful.language.rules.pausing import limits_of
from tactful.language.tree import Flow, Node
from tactful.language.typed import moment_of, money_of
from tactful.language.words import audience as people
from tactful.language.words import settings as words
from tactful.language.words.choosing import KeepWhen, OnePer, RowRule, SkipWhen
from tactful.language.words.sending import Sender
from tactful.language.zones import RECIPIENT
from tactful.values import Instant, iso
from tactful.zones import shown, zone

R = TypeVar("R", model.ThrottleRule, model.ConsentRule, model.Sender)


def guards_of(
    flow: Flow, channels: Collection[str], house_policies: Mapping[str, frozenset[str]]
) -> model.Guards:
    """Return the guards that a flow declares; what it does not say keeps the house's default.

    Of the house's policies those count that judge one of the flow's `channels`.
    """
    said: dict[str, Any] = {}
    throttles, consents, senders, policies, observers = [], [], [], [], []
    for node in flow.walk():
        match node.word:
            case words.PurposeIs(purpose=purpose):
                said["purpose"] = purpose
            case words.Owner(contact=contact):
                said["owner"] = contact
            case words.ExpiresAfter(length=length):
                said["expires_after"] = length
            case words.HoldWhen() if node.condition is not None:
                limit = inbox_limit(node.condition)
                if limit is not None:
                    said["hold_inbox"] = model.InboxHold(queue=limit[0], above=limit[1])
            case words.PauseWhen() if node.condition is not None:
                said["pauses"] = tuple(
                    model.PauseRule(gauge=one.name, side=one.side, limit=float(one.value))
                    for one in limits_of(node.condition) or ()
                )
            case words.Budget(amount=amount):
                said["budget"] = amount
            case words.QuietHours(window=window, zone=zone):
                said["quiet"], said["quiet_zone"] = window, zone
            case words.NoQuietHours(because=because):
                said["quiet"], said["quiet_because"] = None, because
            case words.Throttle():
                throttles.append(_throttle(node.word))
            case words.PolicyNamed(name=name):
                policies.append(name)
            case words.WatchUsing(name=name):
                observers.append(name)
            case words.ConsentFor(channel=channel) if node.condition is not None:
                condition = condition_from(node.condition)
                consents.append(model.ConsentRule(channel=channel, condition=condition))
            case Sender(channel=channel, address=address, provider=provider):
                senders.append(model.Sender(channel=channel, address=address, through=provider))
    return model.Guards(
        **said,
        throttles=_by_channel(throttles),
        consents=_by_channel(consents),
        senders=_by_channel(senders),
        policies=tuple(sorted(policies)),
        observers=tuple(sorted(observers)),
        house_policies=tuple(
            name
            for name, judged in sorted(house_policies.items())
            if name not in policies and not judged.isdisjoint(channels)
        ),
    )


def approvals_of(flow: Flow) -> tuple[model.Approval, ...]:
    """Return what the flow itself approves."""
    return tuple(
        model.Approval(
            policy=word.policy, rule=word.rule, text=word.text, because=word.because, by=word.by
        )
        for node in flow.nodes
        if isinstance(word := node.word, words.Approve)
    )


def _throttle(word: words.Throttle) -> model.ThrottleRule:
    rule = model.ThrottleRule(
        channel=word.channel, rate=word.rate, because=word.because, per=word.per
    )
    said = {"strategy": word.strategy, "counts": word.counts}
    return rule.model_copy(update={name: value for name, value in said.items() if value})


def _by_channel(rules: list[R]) -> tuple[R, ...]:
    """Return rules in an order that does not change when their lines change places."""
    return tuple(sorted(rules, key=lambda rule: (rule.channel, rule.model_dump_json())))


def setting_lines(flow: Flow) -> Iterator[tuple[str, int]]:
    """Yield the guards and the source that a flow declares, by name, and the line of each."""
    for node in flow.nodes:
        match node.word:
            case words.QuietHours() | words.NoQuietHours():
                yield "quiet hours", node.span.line
            case words.ExpiresAfter():
                yield "expires", node.span.line
            case words.PauseWhen():
                yield "pause when", node.span.line
            case words.HoldWhen():
                yield "hold when inbox", node.span.line
            case words.Budget():
                yield "budget", node.span.line
            case words.Starts():
                yield "starts", node.span.line
            case words.Throttle(channel=channel):
                yield f"throttle {channel}", node.span.line
                yield f"throttle {channel} {_throttle(node.word).said}", node.span.line
            case words.PolicyNamed(name=name):
                yield f"policy {name}", node.span.line
            case words.Approve(policy=policy, rule=rule, text=text):
                yield f"approve {policy} {rule} {text}", node.span.line
            case words.WatchUsing(name=name):
                yield f"watch using {name}", node.span.line
            case words.ConsentFor(channel=channel):
                yield f"consent for {channel}", node.span.line
            case people.Audience():
                yield "audience", node.span.line
                yield from _audience_lines(node)


def _audience_lines(audience: Node) -> Iterator[tuple[str, int]]:
    for child in audience.children:
        if isinstance(child.word, people.SourceOption):
            yield child.word.option, child.span.line
    rules = [child for child in audience.children if isinstance(child.word, RowRule)]
    for number, child in enumerate(rules, start=1):
        yield f"{child.word.phrase} {number}", child.span.line


def start_of(flow: Flow) -> Instant | None:
    """Return when a campaign starts; None: at once."""
    for node in flow.nodes:
        if isinstance(node.word, words.Starts) and not isinstance(node.word.moment, str):
            start = node.word.moment
            return shown(start.day, start.at, zone(start.zone))
    return None


def audience_of(flow: Flow) -> model.Audience:
    """Return where recipients come from. Raises `ValueError` when the flow does not say."""
    for node in flow.nodes:
        if isinstance(node.word, people.Audience):
            return _audience(node, node.word, currency_of(flow.nodes))
    raise ValueError(f"{flow.path} has no audience")


def _audience(node: Node, word: people.Audience, currency: str | None) -> model.Audience:
    key: list[str] = []
    roles: dict[str, Any] = {}
    options: dict[str, str] = {}
    columns: list[model.Column] = []
    updates: list[model.Update] = []
    rules: list[model.RowRule] = []
    one_per: model.OnePer | None = None
    for line in node.children:
        match line.word:
            case people.SourceOption(option=option, said=said):
                options[option] = said
            case people.KeyColumn(column=column):
                key.append(column)
            case people.AddressColumn(role=role, column=column, default=default):
                roles[role] = model.RoleColumn(column=column, default=default)
            case people.ColumnIs():
                columns.append(_column(line.word, currency))
            case people.UpdateOnEvent(events=events, same=same):
                updates.append(model.Update(names=events, same=same))
            case OnePer():
                one_per = _one_per(line.word)
            case KeepWhen() | SkipWhen() if line.condition is not None:
                condition = condition_from(line.condition)
                keeps = isinstance(line.word, KeepWhen)
                rules.append(
                    model.RowRule(
                        kind="keep" if keeps else "skip", condition=condition, said=line.said
                    )
                )
    return model.Audience(
        source=word.source,
        path=word.path,
        every=word.every,
        options=options,
        key=tuple(key),
        **roles,
        columns=tuple(columns),
        updates=tuple(updates),
        rules=tuple(rules),
        one_per=one_per,
    )


def _one_per(word: OnePer) -> model.OnePer:
    if word.newest:
        return model.OnePer(column=word.column, which="newest", by=word.newest)
    if word.oldest:
        return model.OnePer(column=word.column, which="oldest", by=word.oldest)
    return model.OnePer(column=word.column)


def _column(word: people.ColumnIs, currency: str | None) -> model.Column:
    zoned = word.type == "time" and word.in_ != RECIPIENT
    return model.Column(
        name=word.name,
        type=word.type,
        currency=(word.in_ or currency) if word.type == "money" else None,
        zone=word.in_ if zoned else None,
        header=word.header,
        optional=word.optional,
        default=_default(word, currency),
    )


def _default(word: people.ColumnIs, currency: str | None) -> model.Scalar:
    if word.default is None:
        return None
    match word.type:
        case "number":
            return number_from(word.default)
        case "yes/no":
            return word.default.lower() == "yes"
        case "money":
            return money_of(word.default, word.in_ or currency)
        case "time":
            return iso(moment_of(word.default, word.in_))
    return word.default


def plugins_of(flow: Flow, versions: Mapping[str, int]) -> dict[str, int]:
    """Return the main version of each plugin that a flow needs, as far as it is installed."""
    needed = set()
    for node in flow.walk():
        match node.word:
            case people.Audience(source=source):
                needed.add(source)
            case Sender(provider=provider):
                needed.add(provider)
    installed = {name: versions[name] for name in sorted(needed) if name in versions}
    return {**installed, **flow.plugins}
