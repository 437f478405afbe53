"""The `on …` lines of a wait or a send as data, and which of them take over from each other."""

from collections.abc import Sequence

from tactful.graph import model
from tactful.graph.convert import condition_from
from tactful.language.tree import Node
from tactful.language.vocabulary import Word
from tactful.language.words.sending import OnOtherKey, OnOutcome, OnPressed
from tactful.language.words.waiting import OnEvent, OnOtherReply, OnReply

_NEGATIVE = frozenset(["failed", "undelivered", "bounced", "refused", "expired", "no answer"])


def arm_name(word: Word) -> str:
    """Return the phrase of an `on …` line as it stands in identities."""
    return f"on {word.outcome}" if isinstance(word, OnOutcome) else word.phrase


def arm_of(word: Word, to: model.StepIndex | None) -> model.Arm | None:
    """Return a line about a reply or an event as data, and None for any other line."""
    match word:
        case OnReply():
            return model.ReplyArm(
                words=word.words or (),
                exactly=word.exactly or (),
                pattern=word.like,
                low=word.number.low if word.number else None,
                high=word.number.high if word.number else None,
                yes=word.yes,
                no=word.no,
                save_as=word.as_,
                to=to,
            )
        case OnOtherReply(as_=name):
            return model.ReplyArm(save_as=name, to=to)
        case OnEvent(events=events, as_=name, same=same):
            return model.EventArm(names=events, same=same, save_as=name, to=to)
    return None


def wait_arm(node: Node, to: model.StepIndex | None) -> model.Arm | None:
    """Return a line of a wait as data with its condition, and None for one that is no arm."""
    arm = arm_of(node.word, to)
    if arm is None or node.condition is None:
        return arm
    return arm.model_copy(update={"condition": condition_from(node.condition)})


def any_time_arm(node: Node, to: model.StepIndex | None) -> model.AnyTimeArm:
    """Return a line of `at any time` as data."""
    word = node.word
    return model.AnyTimeArm(
        when=arm_of(word, to) or model.OptOutArm(to=to),
        at_most=(word.times or 1) if isinstance(word, OnReply | OnEvent) else 1,
        condition=None if node.condition is None else condition_from(node.condition),
    )


def understudy(lines: Sequence[Node], at: int) -> int | None:
    """Return which line of a send takes what line `at` would have taken, had its `when` held.

    For an outcome that is `on not delivered` and for a key `on other key`, wherever they stand.
    """
    word = lines[at].word
    for other, line in enumerate(lines):
        if isinstance(word, OnPressed) and isinstance(line.word, OnOtherKey):
            return other
        if isinstance(word, OnOutcome) and word.outcome in _NEGATIVE and _is_rest(line.word):
            return other
    return None


def _is_rest(word: Word) -> bool:
    return isinstance(word, OnOutcome) and word.outcome == "not delivered"
