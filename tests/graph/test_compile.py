"""What a flow compiles to: steps and where they lead, identities, hashes, guards, audience."""

from typing import TypeVar

import pytest

from tactful.graph.compile import compile_flow
from tactful.graph.model import (
    AnyStep,
    Campaign,
    Choose,
    Compare,
    Constant,
    EventArm,
    GoTo,
    HandOff,
    Holds,
    Listen,
    Moment,
    Not,
    Ref,
    ReplyArm,
    RoleColumn,
    Send,
    Set,
    Slot,
    Stop,
    Tag,
    Text,
    Wait,
)
from tactful.language import check
from tactful.values import Duration, Rate, Window
from tests.graph.sources import INSTALLED, TOP, VERSIONS, VOCABULARY, campaign

S = TypeVar("S", bound=AnyStep)

WAIT = """\
journey:
  wait up to 1 day:
    on reply "keep", "wait" as said: tag keeps
    on reply exactly "1": tag one
    on reply yes: tag yes
    on reply number 1 to 5 as score: tag scored
    on reply like /burn|fire/: tag hot
    on other reply as words: tag other
    on event order.shipped, order.sent as news: tag shipped
    on timeout: tag late
  tag after
"""


def step_at(made: Campaign, identity: str, kind: type[S]) -> S:
    """Return the step with this identity."""
    step = next(step for step in made.graph.steps if step.id == identity)
    assert isinstance(step, kind)
    return step


def where(made: Campaign, index: int | None) -> str | None:
    """Return the identity of the step that an index leads to."""
    return None if index is None else made.graph.steps[index].id


def identities(made: Campaign) -> list[str]:
    return [step.id for step in made.graph.steps]


# ---- steps --------------------------------------------------------------------------------------


def test_lines_follow_each_other_and_the_last_ends_the_stage() -> None:
    made = campaign('journey:\n  send sms "Hi"\n  wait 2 days\n  tag a, b\n  stop because "done"\n')
    send = step_at(made, "journey/send sms/1", Send)
    wait = step_at(made, "journey/wait/1", Wait)
    tag = step_at(made, "journey/tag/1", Tag)
    stop = step_at(made, "journey/stop/1", Stop)
    assert where(made, made.graph.entry) == send.id
    assert [where(made, step.next) for step in (send, wait, tag, stop)] == [
        wait.id,
        tag.id,
        stop.id,
        None,
    ]
    assert (wait.span, tag.tags, stop.because) == (Duration.parse("2 days"), ("a", "b"), "done")


def test_a_text_keeps_its_slots_and_filters_and_a_mail_its_subject() -> None:
    made = campaign(
        'journey:\n  send email:\n    subject "Order {{ order_id }}"\n'
        "    \"Dear {{ first_name | or('you') | upper }},\"\n"
    )
    mail = step_at(made, "journey/send email/1", Send)
    assert mail.subject == Text(parts=("Order ", Slot(name="order_id")))
    slot = mail.text.parts[1]
    assert isinstance(slot, Slot)
    assert [(each.name, each.arguments) for each in slot.filters] == [
        ("or", ("you",)),
        ("upper", ()),
    ]


def test_blocks_of_a_choice_go_on_below_it() -> None:
    made = campaign(
        "journey:\n  when vip:\n    tag a\n  otherwise when total above 3:\n    tag b\n"
        "  otherwise:\n    tag c\n  tag d\n"
    )
    choose = step_at(made, "journey/when/1", Choose)
    assert [where(made, case.to) for case in choose.cases] == [
        "journey/when/1/when/tag/1",
        "journey/when/1/otherwise when/1/tag/1",
        "journey/when/1/otherwise/tag/1",
    ]
    assert choose.cases[0].condition == Holds(name="vip")
    assert choose.cases[2].condition is None
    ends = {where(made, step_at(made, str(where(made, c.to)), Tag).next) for c in choose.cases}
    assert ends == {"journey/tag/1"}


def test_a_trailing_when_makes_a_choice_and_leaves_the_identity_of_the_line() -> None:
    made = campaign('journey:\n  send sms "Hi" when vip\n  tag after\n')
    choose = step_at(made, "journey/send sms/1/when", Choose)
    assert where(made, made.graph.entry) == choose.id
    assert where(made, choose.cases[0].to) == "journey/send sms/1"
    assert where(made, choose.next) == "journey/tag/1"


def test_every_kind_of_answer_has_its_arm() -> None:
    made = campaign(WAIT)
    listen = step_at(made, "journey/wait up to/1", Listen)
    arms = [arm.model_dump(exclude={"to", "kind"}, exclude_defaults=True) for arm in listen.arms]
    assert arms == [
        {"words": ("keep", "wait"), "save_as": "said"},
        {"exactly": ("1",)},
        {"yes": True},
        {"low": 1, "high": 5, "save_as": "score"},
        {"pattern": "burn|fire"},
        {"save_as": "words"},
        {"names": ("order.shipped", "order.sent"), "save_as": "news"},
    ]
    assert isinstance(listen.arms[5], ReplyArm)
    assert listen.arms[5].catches_all
    assert isinstance(listen.arms[6], EventArm)
    assert where(made, listen.on_timeout) == "journey/wait up to/1/on timeout/1/tag/1"
    assert where(made, listen.arms[3].to) == "journey/wait up to/1/on reply/4/tag/1"


def test_a_wait_without_on_timeout_goes_on_below() -> None:
    made = campaign("journey:\n  wait up to 1 day:\n    on reply yes: tag a\n  tag after\n")
    listen = step_at(made, "journey/wait up to/1", Listen)
    assert where(made, listen.on_timeout) == where(made, listen.next) == "journey/tag/1"


def test_a_send_waits_as_long_as_its_most_patient_line() -> None:
    made = campaign(
        'journey:\n  send sms "Hi":\n    on not delivered within 30 minutes: go to mail\n'
        "    on delivered within 2 hours: tag there\n  tag after\n\nstage mail:\n  tag m\n"
    )
    send = step_at(made, "journey/send sms/1", Send)
    assert send.within == Duration.parse("2 hours")
    assert [(arm.outcome, where(made, arm.to)) for arm in send.arms] == [
        ("not delivered", "journey/send sms/1/on not delivered/1/go to/1"),
        ("delivered", "journey/send sms/1/on delivered/1/tag/1"),
    ]


def test_the_when_of_a_wait_line_is_a_part_of_the_line() -> None:
    made = campaign(
        'journey:\n  wait up to 1 day:\n    on reply "a" when vip: tag x\n'
        "    on event b when vip: tag y\n    on other reply: tag z\n"
    )
    listen = step_at(made, "journey/wait up to/1", Listen)
    assert [arm.condition is not None for arm in listen.arms] == [True, True, False]
    assert where(made, listen.arms[0].to) == "journey/wait up to/1/on reply/1/tag/1"


def test_a_failure_whose_when_fails_counts_as_not_delivered() -> None:
    made = campaign(
        'journey:\n  send sms "Hi":\n    on not delivered: tag n\n    on failed when vip: tag f\n'
    )
    choose = step_at(made, "journey/send sms/1/on failed/1/when", Choose)
    assert where(made, choose.next) == "journey/send sms/1/on not delivered/1/tag/1"


def test_jumps_lead_to_the_first_line_of_their_stage() -> None:
    made = campaign("journey:\n  go to b at most 2 times\n  tag after\n\nstage b:\n  tag x\n")
    jump = step_at(made, "journey/go to/1", GoTo)
    assert (where(made, jump.target), jump.at_most) == ("b/tag/1", 2)
    assert where(made, jump.next) == "journey/tag/1"
    assert made.graph.stages == {"journey": 0, "b": jump.target}


def test_a_hand_off_keeps_queue_priority_and_note() -> None:
    made = campaign('journey:\n  hand off to desk priority high:\n    note "For {{ order_id }}"\n')
    hand_off = step_at(made, "journey/hand off to/1", HandOff)
    assert (hand_off.queue, hand_off.priority) == (Text(parts=("desk",)), "high")
    assert hand_off.note == Text(parts=("For ", Slot(name="order_id")))


def test_conditions_keep_their_meaning() -> None:
    made = campaign(
        "journey:\n  tag a when total is not 3 and not (vip or first_name is missing)\n"
        "  tag b when order_id after 2 days ago\n"
    )
    first = step_at(made, "journey/tag/1/when", Choose).cases[0].condition
    assert first is not None
    assert first.kind == "all"
    assert first.tests[0] == Not(
        test=Compare(left=Ref(name="total"), operator="is", right=(Constant(value=3),))
    )
    second = step_at(made, "journey/tag/2/when", Choose).cases[0].condition
    assert isinstance(second, Compare)
    assert second.right == (Moment(offset=-2 * 86_400_000_000),)


def test_values_for_everybody_are_constants_and_others_are_set_at_entry() -> None:
    made = campaign(
        "journey:\n  set status to first_name\n",
        'set tell to yes\nset limit to 2.5\nset hello to "Hi {{ first_name }}"\n'
        'set level to "gold" when vip\n',
    )
    assert made.graph.values == {"tell": True, "limit": 2.5}
    assert identities(made) == [
        "at entry/set/1",
        "at entry/set/2/when",
        "at entry/set/2",
        "journey/set/1",
    ]
    assert where(made, made.graph.entry) == "at entry/set/1"
    assert made.graph.stages["journey"] == 3
    assert where(made, step_at(made, "at entry/set/2", Set).next) == "journey/set/1"


# ---- identities ---------------------------------------------------------------------------------


def test_no_two_steps_share_an_identity_whatever_stages_are_called() -> None:
    made = campaign(
        "journey:\n  when vip:\n    tag a\n  go to journey/when/1/when\n\n"
        "stage journey/when/1/when:\n  tag b\n  tag c when vip\n"
    )
    assert len(set(identities(made))) == len(made.graph.steps)


@pytest.mark.promise("EDIT")
@pytest.mark.parametrize(
    ("edit", "into"),
    [
        ("  tag after", "  tag after when vip"),
        ("  tag after", "  wait 1 day\n  tag after"),
        ("on reply yes: tag yes", 'on reply yes:\n      send sms "Hi"\n      tag yes'),
        ("    on timeout: tag late", '    on timeout:\n      send sms "?"\n      tag late'),
        ("journey:\n", "stage early:\n  tag x\n\njourney:\n  go to early when vip\n"),
        ("on reply exactly", "on event other: tag z\n    on reply exactly"),
    ],
)
def test_editing_elsewhere_leaves_the_identity_of_a_step(edit: str, into: str) -> None:
    before = campaign(WAIT)
    after = campaign(WAIT.replace(edit, into))
    assert set(identities(before)) <= set(identities(after))


# ---- hashes -------------------------------------------------------------------------------------


def test_layout_and_comments_change_neither_hash() -> None:
    before = campaign(WAIT, "quiet hours 21:00 to 08:00\n")
    after = campaign(
        WAIT.replace("1 day", "24h")
        .replace(": tag late", ":\n      # too late\n      tag late\n")
        .replace("  tag after", "\n  # at last\n  tag after   # here"),
        "\n# no texts at night\nquiet hours 21:00 to 08:00\n",
    )
    assert after.graph.revision == before.graph.revision
    assert after.guards.digest == before.guards.digest
    assert after.lines != before.lines


def test_wording_changes_the_revision_only() -> None:
    before = campaign('journey:\n  send sms "Hi"\n')
    after = campaign('journey:\n  send sms "Hello"\n')
    assert after.graph.revision != before.graph.revision
    assert after.guards.digest == before.guards.digest


@pytest.mark.parametrize(
    "setting",
    [
        "throttle sms 5 per 5 minutes\n",
        'quiet hours none because "they wrote to us"\n',
        "expires after 2 days\n",
        "consent for sms when vip\n",
    ],
)
def test_guards_change_their_own_hash_only(setting: str) -> None:
    before = campaign('journey:\n  send sms "Hi"\n')
    after = campaign('journey:\n  send sms "Hi"\n', setting)
    assert after.graph.revision == before.graph.revision
    assert after.guards.digest != before.guards.digest


def test_the_order_of_guards_changes_nothing() -> None:
    lines = ["throttle sms 5 per 5 minutes\n", "throttle email 3 per hour\n"]
    body = 'journey:\n  send sms "Hi"\n'
    first, second = campaign(body, "".join(lines)), campaign(body, "".join(reversed(lines)))
    assert first.guards.digest == second.guards.digest


# ---- what floats, and who ----------------------------------------------------------------------


def test_guards_hold_what_the_file_says_and_where() -> None:
    made = campaign(
        'journey:\n  send sms "Hi"\n',
        "quiet hours 22:00 to 09:00 Europe/Dublin\nthrottle sms 5 per 5 minutes\n"
        "consent for sms when vip\nexpires after 2 days\n",
    )
    guards = made.guards
    assert (guards.purpose, guards.owner) == ("service", "care@example.com")
    assert (guards.quiet, guards.quiet_zone) == (Window.parse("22:00 to 09:00"), "Europe/Dublin")
    assert guards.expires_after == Duration.parse("2 days")
    assert [(rule.channel, rule.rate) for rule in guards.throttles] == [
        ("sms", Rate.parse("5 per 5 minutes"))
    ]
    assert [(rule.channel, rule.condition) for rule in guards.consents] == [
        ("sms", Holds(name="vip"))
    ]
    assert [(sender.channel, sender.through) for sender in guards.senders] == [
        ("email", "outbox"),
        ("sms", "outbox"),
    ]
    first = TOP.count("\n") + 1
    named = ("quiet hours", "throttle sms", "consent for sms", "expires", "journey/send sms/1")
    assert [made.lines[name] - first for name in named] == [0, 1, 2, 3, 6]


@pytest.mark.promise("CLOSED")
def test_a_file_without_guards_has_those_of_the_house() -> None:
    guards = campaign('journey:\n  send sms "Hi"\n').guards
    assert guards.quiet == Window.parse("21:00 to 08:00")
    assert guards.quiet_zone == "recipient"
    assert guards.expires_after == Duration.parse("7 days")
    assert campaign("journey:\n  tag a\n", 'quiet hours none because "x"\n').guards.quiet is None


def test_the_audience_has_its_columns_and_their_parts() -> None:
    audience = campaign("journey:\n  tag a\n").audience
    assert (audience.source, audience.path, audience.key) == ("csv", "orders.csv", ("order_id",))
    assert audience.phone == RoleColumn(column="mobile")
    assert audience.country == RoleColumn(column="land", default="IE")
    assert audience.timezone is None
    columns = {column.name: column for column in audience.columns}
    assert columns["total"].header == "Order total"
    assert columns["total"].optional
    assert columns["total"].default == 2.5
    assert columns["vip"].default is False


def test_the_plugins_that_a_flow_needs_are_part_of_its_revision() -> None:
    assert campaign("journey:\n  tag a\n").graph.plugins == {"csv": 1, "outbox": 2}


def test_a_campaign_survives_json_unchanged() -> None:
    made = campaign(WAIT, "consent for sms when vip\nset tell to yes\n")
    again = Campaign.model_validate_json(made.model_dump_json())
    assert again == made
    assert again.graph.revision == made.graph.revision


def test_a_checked_flow_compiles_to_the_same_campaign_as_its_text() -> None:
    text = f"{TOP}\n{WAIT}"
    flow = check(text, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED).flow
    assert flow is not None
    assert compile_flow(flow, plugin_versions=VERSIONS) == campaign(WAIT)
