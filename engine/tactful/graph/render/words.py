"""Says the data of a graph in the words of the flow: texts, values, conditions and `on …` lines."""

from collections.abc import Iterator

from tactful.graph import model
from tactful.graph.expressions import as_text
from tactful.graph.moments import RECIPIENT, ClockMoment, DayMoment, UntilMoment, ValueMoment
from tactful.values import Duration

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def text_words(text: model.Text) -> str:
    """Return a text as it stands in a flow, with its slots."""
    return "".join(part if isinstance(part, str) else _slot(part) for part in text.parts)


def _slot(slot: model.Slot) -> str:
    return f"{{{{ {' | '.join([slot.name, *map(_filter, slot.filters)])} }}}}"


def _filter(filter: model.Filter) -> str:
    arguments = ", ".join(map(scalar_words, filter.arguments))
    return f"{filter.name}({arguments})" if arguments else filter.name


def scalar_words(value: model.Scalar) -> str:
    """Return a plain value as a flow writes it: texts in quotes, yes and no as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"' if isinstance(value, str) else str(value)


def operand_words(operand: model.Operand) -> str:
    """Return one side of a comparison."""
    match operand:
        case model.Ref(name=name):
            return name
        case model.Constant(value=value):
            return scalar_words(value)
        case model.Moment():
            return _moment(operand)
    return operand.kind


def _moment(moment: model.Moment) -> str:
    anchor = "today" if moment.whole_day else "now"
    if not moment.offset:
        return anchor
    words = str(Duration(abs(moment.offset)))
    if anchor == "now" and moment.offset < 0:
        return f"{words} ago"
    return f"{words} {'before' if moment.offset < 0 else 'from'} {anchor}"


def until_words(until: UntilMoment) -> str:
    """Return the moment that a `wait until` waits for."""
    zone = "" if until.zone == RECIPIENT else f" {until.zone}"
    match until:
        case ClockMoment(at=at, weekday=weekday):
            day = "" if weekday is None else f"{_DAYS[weekday]} "
            return f"{day}{at:%H:%M}{zone or ' recipient time'}"
        case DayMoment(day=day, at=at):
            return f"{day} {at:%H:%M}{zone or ' recipient time'}"
        case ValueMoment(name=name, offset=offset, at=at):
            side = "before" if offset < 0 else "after"
            far = f"{Duration(abs(offset))} {side} {name}" if offset else name
            return f"{far} at {at:%H:%M}{zone}" if at is not None else far


def condition_words(condition: model.Condition) -> str:
    """Return what stands behind `when`."""
    match condition:
        case model.Holds(name=name):
            return name
        case model.Missing(name=name):
            return f"{name} is missing"
        case model.Not(test=model.Missing(name=name)):
            return f"{name} is not missing"
        case model.Not(test=model.Compare(operator="is" | "one of") as test):
            return _comparison(test, "is not")
        case model.Not(test=test):
            return f"not {_inner(test)}"
        case model.AllOf(tests=tests):
            return " and ".join(map(_inner, tests))
        case model.AnyOf(tests=tests):
            return " or ".join(map(_inner, tests))
        case model.Compare():
            return _comparison(condition)
    return condition.kind


def _comparison(test: model.Compare, is_: str = "is") -> str:
    operator = {"is": is_, "one of": f"{is_} one of"}.get(test.operator, test.operator)
    right = ", ".join(map(operand_words, test.right))
    if test.operator == "matches":
        right = f"/{right.strip(chr(34))}/"
    return f"{operand_words(test.left)} {operator} {right}"


def _inner(test: model.Condition) -> str:
    words = condition_words(test)
    return f"({words})" if isinstance(test, model.AllOf | model.AnyOf) else words


# ---- the lines of waits and sends ---------------------------------------------------------------


def arm_words(arm: model.Arm | model.OptOutArm) -> str:
    """Return an `on reply …` or `on event …` line without what it does."""
    match arm:
        case model.OptOutArm():
            return "on opt out"
        case model.EventArm(names=names, save_as=name, same=same):
            words = _as(f"on event {', '.join(names)}", name)
            return (f"{words} with same {same}" if same else words) + _when(arm)
        case model.ReplyArm(save_as=name):
            words = "on other reply" if arm.catches_all else f"on reply {_test(arm)}"
            return _as(words, name) + _when(arm)
    return f"on {arm.kind}"


def _when(arm: model.Arm) -> str:
    return f" when {condition_words(arm.condition)}" if arm.condition else ""


def _as(words: str, name: str | None) -> str:
    return f"{words} as {name}" if name else words


def _test(arm: model.ReplyArm) -> str:
    quoted = ", ".join(map(scalar_words, arm.words))
    tests = [quoted] if quoted else []
    if arm.exactly:
        tests.append(f"exactly {', '.join(map(scalar_words, arm.exactly))}")
    if arm.pattern is not None:
        tests.append(f"like /{arm.pattern}/")
    if arm.low is not None and arm.high is not None:
        tests.append(f"number {arm.low} to {arm.high}")
    tests += [word for word, asked in (("yes", arm.yes), ("no", arm.no)) if asked]
    return " ".join(tests)


def delivery_words(arm: model.DeliveryArm, within: Duration) -> str:
    """Return an `on delivered …` line of a send without what it does."""
    return f"on {arm.outcome} within {within}"


def key_words(arm: model.KeyArm) -> str:
    """Return an `on pressed …` line of a call without what it does."""
    return f"on pressed {', '.join(arm.keys)}" if arm.keys else "on other key"


# ---- steps --------------------------------------------------------------------------------------


def title_of(step: model.Step) -> str:
    """Return what a step does, in one line; one of a kind not known here by its phrase alone."""
    match step:
        case model.Send():
            return f"send {step.channel}{' urgent' if step.urgent else ''}"
        case model.Wait(span=span):
            return f"wait {span}"
        case model.Listen(span=span):
            return f"wait up to {span}"
        case model.WaitUntil(moment=moment):
            return f"wait until {until_words(moment)}"
        case model.Choose(cases=(model.Case(condition=condition), *others)) if condition:
            return f"when {condition_words(condition)}" if not others else "when"
        case model.Tag(tags=tags):
            return f"tag {', '.join(text_words(as_text(tag)) for tag in tags)}"
        case model.Set(name=name):
            return f"set {name} to {_value(step)}"
        case model.HandOff(queue=queue, priority=priority):
            urgency = "" if priority == "normal" else f" priority {priority}"
            return f"hand off to {text_words(queue)}{urgency}"
        case model.GoTo(at_most=int(times)):
            return f"go back at most {times} time{'' if times == 1 else 's'}"
        case model.Stop():
            return "stop"
        case model.Split(name=name):
            return f"split {name}"
        case model.Repeat(times=times, every=every):
            return f"repeat at most {times} times{f' every {every}' if every else ''}"
    return phrase_of(step)


def phrase_of(step: model.Step) -> str:
    """Return the words that a step's line begins with, which its identity holds."""
    parts = [part for part in step.id.split("/") if not part.isdigit()]
    return parts[-1] if len(parts) > 1 else str(getattr(step, "kind", "step")).replace("_", " ")


def _value(step: model.Set) -> str:
    if isinstance(step.value, model.Text):
        return f'"{text_words(step.value)}"'
    return operand_words(step.value)


def body_of(step: model.Step) -> str:
    """Return what a step says to people: a message, a note, a reason; else nothing."""
    match step:
        case model.Send():
            return "\n".join(_message(step))
        case model.HandOff(note=model.Text() as note):
            return text_words(note)
        case model.Stop(because=str(because)):
            return because
    return ""


def _message(step: model.Send) -> Iterator[str]:
    """Yield what a message says, short things first: what comes last may be cut off."""
    if step.subject is not None:
        yield text_words(step.subject)
    if step.wordings:
        yield f"(also in {', '.join(one.language for one in step.wordings)})"
    if step.attachments:
        yield f"(with {', '.join(one.name for one in step.attachments)})"
    yield text_words(step.text)
    if step.leave is not None:
        yield f"(to a machine: {text_words(step.leave)})"
