"""A step graph made ready to run: compiled once per revision, shared by all its journeys."""

from collections.abc import Callable
from typing import Any

from tactful.graph import model
from tactful.graph.channels import group_of
from tactful.graph.conditions import Test, compile_condition
from tactful.graph.days import day_at
from tactful.graph.expressions import as_text
from tactful.graph.moments import ValueMoment, compile_moment
from tactful.graph.texts import ZONE, Render, compile_text, now_for
from tactful.journey import steps
from tactful.journey.inputs import Instant, OutcomeName, Value, Values
from tactful.journey.replies import compile_reply
from tactful.values import iso

_NEGATIVE: tuple[OutcomeName, ...] = (
    "failed", "undelivered", "bounced", "refused", "expired", "no answer",
)  # fmt: skip
# What can still come of a send once the channel has taken it.
_LATER = {"delivered", "not delivered", "failed", "undelivered", "bounced", "no answer",
          "voicemail"}  # fmt: skip


class Program:
    """A compiled graph. `steps` has the indexes of the graph's, `any_time` its lines in order,

    `at_most` how often each may be taken, `tests` what must hold, `opt_outs` those on an opt-out.

    `waits_for_data` says that a step waits for a moment in the data.

    Raises `KeyError` on an unknown filter and `re.error` on a pattern that is none; the compile
    check lets neither through.
    """

    def __init__(self, graph: model.StepGraph) -> None:
        self.graph = graph
        self.entry = graph.entry
        self.steps: tuple[steps.AnyStep, ...] = tuple(_compile(step) for step in graph.steps)
        self.any_time = _lines(tuple(line.when for line in graph.any_time))
        self.at_most = tuple(line.at_most for line in graph.any_time)
        self.tests = tuple(
            None if line.condition is None else compile_condition(line.condition)
            for line in graph.any_time
        )
        self.opt_outs = tuple(
            (place, line.when.to)
            for place, line in enumerate(graph.any_time)
            if isinstance(line.when, model.OptOutArm)
        )
        self.waits_for_data = any(
            isinstance(step, steps.UntilStep) and step.moves for step in self.steps
        )

    def names(self, row: Values, scope: Values) -> dict[str, Value]:
        """Return all that texts and conditions may name.

        What the journey remembers (`scope` of a command) covers the row, and the row covers the
        values that the flow sets for everybody.
        """
        return {**self.graph.values, **row, **scope}


def _compile(step: model.AnyStep) -> steps.AnyStep:
    return _COMPILERS[type(step)](step)


def _send(step: model.Send) -> steps.SendStep:
    arms: dict[str, int | None] = {arm.outcome: arm.to for arm in step.arms}
    follow: dict[OutcomeName, int | None] = {
        name: arms.get(name, arms.get("not delivered", step.next)) for name in _NEGATIVE
    }
    follow["delivered"] = arms.get("delivered", step.next)
    # A machine that was left a message has it; to one that heard nothing, nothing was delivered.
    heard = "delivered" if step.leave is not None else "not delivered"
    follow["voicemail"] = arms.get("voicemail", arms.get(heard, step.next))
    others = [arm.to for arm in step.keys if not arm.keys]
    return steps.SendStep(
        next=step.next,
        channel=step.channel,
        group=group_of(step.channel),
        urgent=step.urgent,
        within=step.within.span,
        waits=bool(step.keys) or not _LATER.isdisjoint(arms),
        follow=follow,
        keys={key: arm.to for arm in step.keys for key in arm.keys},
        other_key=others[0] if others else step.next,
        hears=bool(step.keys) and "delivered" not in arms,
        covers=bool(others),
    )


def _set(step: model.Set) -> steps.SetStep:
    return steps.SetStep(step.next, step.name, _reader(step.value))


def _reader(value: model.Operand | model.Text) -> Callable[[Values, Instant], Value]:
    match value:
        case model.Text():
            render = compile_text(value)
            return lambda names, now: render({**names, **now_for(names, now)})
        case model.Ref(name=name):
            return lambda names, now: names.get(name)
        case model.Constant(value=constant):
            return lambda names, now: constant
        case model.Moment(offset=offset, whole_day=True):
            return lambda names, now: day_at(now + offset, names.get(ZONE))
        case model.Moment(offset=offset):
            return lambda names, now: iso(now + offset)


def _lines(arms: tuple[model.Arm | model.OptOutArm, ...]) -> steps.Lines:
    return steps.Lines(
        replies=tuple(
            (place, steps.ReplyLine(compile_reply(arm), arm.save_as, arm.to, _test(arm)))
            for place, arm in enumerate(arms)
            if isinstance(arm, model.ReplyArm)
        ),
        events=tuple(
            (
                place,
                steps.EventLine(frozenset(arm.names), arm.same, arm.save_as, arm.to, _test(arm)),
            )
            for place, arm in enumerate(arms)
            if isinstance(arm, model.EventArm)
        ),
    )


def _test(arm: model.Arm) -> Test | None:
    return None if arm.condition is None else compile_condition(arm.condition)


def _optional(text: model.Text | None) -> Render | None:
    return None if text is None else compile_text(text)


_COMPILERS: dict[type, Callable[[Any], steps.AnyStep]] = {
    model.Send: _send,
    model.Wait: lambda step: steps.WaitStep(step.next, step.span.span),
    model.Listen: lambda step: steps.ListenStep(
        step.next, step.span.span, _lines(step.arms), step.on_timeout
    ),
    model.WaitUntil: lambda step: steps.UntilStep(
        step.next,
        0,
        _lines(step.arms),
        step.next,
        compile_moment(step.moment),
        isinstance(step.moment, ValueMoment),
        step.too_late,
    ),
    model.Choose: lambda step: steps.ChooseStep(
        step.next,
        tuple(
            (case.condition and compile_condition(case.condition), case.to) for case in step.cases
        ),
    ),
    model.Tag: lambda step: steps.TagStep(
        step.next, tuple(compile_text(as_text(tag)) for tag in step.tags)
    ),
    model.Set: _set,
    model.HandOff: lambda step: steps.HandOffStep(
        step.next, compile_text(step.queue), step.priority, _optional(step.note)
    ),
    model.GoTo: lambda step: steps.GoToStep(step.next, step.target, step.at_most),
    model.Stop: lambda step: steps.StopStep(step.next, step.because or ""),
    model.Repeat: lambda step: steps.RepeatStep(
        step.next, step.body, step.times, 0 if step.every is None else step.every.span
    ),
    model.Split: lambda step: steps.SplitStep(
        step.next,
        step.name,
        tuple((variant.name, variant.share, variant.to) for variant in step.variants),
    ),
    model.Run: lambda step: steps.RunStep(step.next, step.target),
    model.Parallel: lambda step: steps.ParallelStep(step.next, step.branches),
}
