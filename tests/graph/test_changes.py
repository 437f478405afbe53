"""What is told of two forms of a flow: each change once, in the words of the flow."""

import pytest
from hypothesis import given

from tactful.graph.changes import Change, graph_changes
from tests.graph.drafts import Block, flows, graph_of
from tests.graph.sources import campaign

OLD = """\
journey:
  send sms "Hello"
  wait up to 2 hours:
    on reply "a": go to first
    on timeout: tag silent
stage first:
  tag first
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"Hello"', '"Hello you"', Change("text", "journey", "send sms")),
        ("2 hours", "3 hours",
         Change("changed", "journey", "wait up to 3 hours", "wait up to 2 hours")),
        ('reply "a"', 'reply "a", "b"', Change("changed", "journey", "wait up to 2 hours")),
        ("go to first", "go to other", Change("changed", "journey", "go to other", "go to first")),
        ("tag silent", "stop", Change("added", "journey", "stop")),
        ("tag silent", "stop", Change("removed", "journey", "tag silent")),
        ("  tag first", "  tag first\n  tag second", Change("added", "first", "tag second")),
        ("stage first:\n  tag first\n", "stage other:\n  tag first\n",
         Change("removed", "first", "stage first", whole_stage=True)),
        ("stage first:", "stage third:\n  tag x\nstage first:",
         Change("added", "third", "stage third", whole_stage=True)),
    ],
)  # fmt: skip
def test_a_change_is_told(before: str, after: str, told: Change) -> None:
    old = OLD
    if "other" in after:
        old = f"{OLD}stage other:\n  tag other\n"
    if "stage first" in before and "other" in after:
        old = OLD
    changed = old.replace(before, after)
    if "go to first" in changed and "stage first" not in changed:
        changed = changed.replace("go to first", "go to other")
    assert told in graph_changes(campaign(old).graph, campaign(changed).graph)


def test_a_line_put_in_between_is_one_change() -> None:
    changed = OLD.replace("  wait up to", "  tag greeted\n  wait up to")
    assert graph_changes(campaign(OLD).graph, campaign(changed).graph) == (
        Change("added", "journey", "tag greeted"),
    )


def test_values_that_are_set_for_everybody_are_told() -> None:
    (change,) = graph_changes(
        campaign(OLD).graph, campaign(OLD, settings="set open to yes\n").graph
    )
    assert change == Change("changed", "", "values")


def test_layout_and_comments_are_no_change() -> None:
    changed = OLD.replace("  tag first", "  # why\n  tag first\n\n")
    assert graph_changes(campaign(OLD).graph, campaign(changed).graph) == ()


@given(flows(side_by_side=True), flows(side_by_side=True))
def test_what_is_added_one_way_is_removed_the_other(
    one: dict[str, Block], other: dict[str, Block]
) -> None:
    there, back = (graph_changes(*pair) for pair in (
        (graph_of(one), graph_of(other)), (graph_of(other), graph_of(one)),
    ))  # fmt: skip

    def of(kind: str, changes: tuple[Change, ...]) -> list[tuple[str, str]]:
        return sorted((c.stage, c.what) for c in changes if c.kind == kind)

    assert of("added", there) == of("removed", back)
    assert graph_changes(graph_of(one), graph_of(one)) == ()
