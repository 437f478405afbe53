"""How the lines at any time are laid out."""

from tactful.graph.model import EventArm, HandOff, Holds, OptOutArm, ReplyArm, Tag
from tests.graph.sources import TOP, campaign, compiled
from tests.graph.test_compile import step_at, where

FLOW = """\
at any time:
  on event order.paid, order.gone as news with same country at most 3 times when vip:
    send sms "Thank you"
  on event order.lost: go to lost
  on reply "agent" at most 2 times: hand off to desk
  on opt out:
    tag gone
    hand off to desk

journey:
  send sms "Hi"
  wait 2 days

stage lost:
  send sms "Sorry"
"""


def test_lines_at_any_time_keep_their_limits_and_conditions() -> None:
    made = campaign(FLOW.replace("same country", "same land"))
    paid, lost, agent, gone = made.graph.any_time
    assert isinstance(paid.when, EventArm)
    assert paid.when.names == ("order.paid", "order.gone")
    assert (paid.when.save_as, paid.when.same) == ("news", "land")
    assert (paid.at_most, paid.condition) == (3, Holds(name="vip"))
    assert where(made, paid.when.to) == "at any time/on event/1/send sms/1"
    assert where(made, lost.when.to) == "at any time/on event/2/go to/1"
    assert isinstance(agent.when, ReplyArm)
    assert (agent.when.words, agent.at_most) == (("agent",), 2)
    assert isinstance(gone.when, OptOutArm)
    tag = step_at(made, "at any time/on opt out/1/tag/1", Tag)
    assert step_at(made, str(where(made, tag.next)), HandOff).stage == "at any time"
    assert list(made.graph.stages) == ["journey", "lost"]


def test_what_may_be_sent_at_any_time_adds_up() -> None:
    assert campaign(FLOW.replace("same country", "same land")).worst_case == {"sms": 1 + 3 + 1}


def test_where_the_block_stands_is_no_part_of_the_revision() -> None:
    flow = FLOW.replace("same country", "same land")
    block, rest = flow.split("\njourney:")
    moved = f"journey:{rest}\n{block}"
    assert campaign(moved).graph.any_time[0].at_most == 3
    assert [line.when.kind for line in campaign(moved).graph.any_time] == [
        "event", "event", "reply", "opt_out",
    ]  # fmt: skip


def test_a_stage_reached_only_from_there_is_reached() -> None:
    assert compiled(f"{TOP}\n{FLOW.replace('same country', 'same land')}").diagnostics == ()
    lonely = FLOW.replace("same country", "same land").replace("go to lost", "tag x")
    assert [found.code for found in compiled(f"{TOP}\n{lonely}").diagnostics] == ["TF310"]
