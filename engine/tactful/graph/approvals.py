"""Approvals: who lets a text stand that a policy doubts, and why; good for one wording only."""

from collections.abc import Iterable, Iterator

from tactful.graph.expressions import Data, digest
from tactful.graph.model import Approval, Campaign, Send, StepGraph


class _Wording(Data):
    said: tuple[Send, ...]


_NOT_SAID = {"id": "", "stage": "", "next": None, "arms": (), "keys": ()}


def print_of_texts(sends: Iterable[Send]) -> str:
    """Return a hash of what some sends say, in all languages, wherever they stand in the flow."""
    said = tuple(send.model_copy(update=_NOT_SAID) for send in sends)
    return digest(_Wording(said=said))[:8]


def print_of_all(graph: StepGraph) -> str:
    """Return a hash of all that a flow says."""
    return print_of_texts(step for step in graph.steps if isinstance(step, Send))


def prints_at(campaign: Campaign, line: int | None) -> tuple[str, ...]:
    """Return the prints of the texts in a line of the flow, or one of all its texts."""
    sends = [step for step in campaign.graph.steps if isinstance(step, Send)]
    there = [send for send in sends if line is not None and campaign.lines.get(send.id) == line]
    if there:
        return tuple(dict.fromkeys(print_of_texts([send]) for send in there))
    return (print_of_all(campaign.graph),)


def approved(campaign: Campaign, policy: str, rule: str, text: str) -> tuple[Approval, ...]:
    """Return the approvals of what one rule of a policy says of one text."""
    asked = (policy, rule, text)
    return tuple(one for one in campaign.approvals if (one.policy, one.rule, one.text) == asked)


def outdated(campaign: Campaign) -> Iterator[Approval]:
    """Yield the approvals of texts that are not in a flow, or not any more."""
    sends = [step for step in campaign.graph.steps if isinstance(step, Send)]
    there = {print_of_all(campaign.graph), *(print_of_texts([send]) for send in sends)}
    yield from (one for one in campaign.approvals if one.text not in there)


def carried(old: Campaign, new: Campaign) -> Campaign:
    """Return the newer form of a campaign with what was approved by the plan of the older one."""
    if not old.plan or new.plan:
        return new
    kept = tuple(one for one in old.approvals if one.plan and one not in new.approvals)
    return new.model_copy(update={"approvals": (*new.approvals, *kept), "plan": old.plan})
