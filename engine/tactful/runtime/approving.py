"""Approvals when a campaign starts: what is doubted must be approved first, and all is logged."""

from collections.abc import Mapping

from tactful.errors import TactfulError
from tactful.graph.model import Campaign
from tactful.runtime.active import Active
from tactful.runtime.engine import Engine
from tactful.runtime.facts import House
from tactful.runtime.judging import remarks_on
from tactful.runtime.ports import Policy
from tactful.runtime.session import Session
from tactful.values import Instant


def need_approval(campaign: Campaign, policies: Mapping[str, Policy], house: House) -> None:
    """Raise `TactfulError` when a policy warns of a text of a campaign that nobody has approved."""
    remarks = remarks_on(campaign, policies, house)
    doubts = [one for one in remarks if one.texts and one.severity == "warning"]
    if not doubts:
        return
    first = doubts[0]
    where = f" (line {first.line})" if first.line is not None else ""
    more = f", and {len(doubts) - 1} more" if len(doubts) > 1 else ""
    raise TactfulError(
        f"nobody has approved what a policy warns of: `{first.by}` says{where}: "
        f"{first.message}{more}",
        help="Mend the texts; or approve them in the file, as `tactful check` tells; or have "
        "people approve a plan: `tactful plan --out PLAN`, then `tactful approve PLAN`.",
    )


def need_unused(session: Session, campaign: Campaign) -> None:
    """Raise `TactfulError` when a launch has been started by the plan of a campaign already."""
    if not campaign.plan:
        return
    mark = f'"plan":"{campaign.plan}"'
    for row in session.all_launches():
        if row.guards in session.revisions and mark in session.revisions[row.guards].data:
            raise TactfulError(
                f"this plan has started {row.name} already, and a plan starts one launch",
                help="Make a new one: tactful plan --out PLAN FLOW",
            )


def log_approvals(engine: Engine, active: Active, now: Instant) -> None:
    """Keep in the event log who has approved what of a launch that begins, and why."""
    for one in active.campaign.approvals:
        engine.group.log_launch(
            active,
            "order",
            now,
            order="approve",
            who=one.by,
            because=one.because,
            policy=one.policy,
            rule=one.rule,
            wording=one.text,
            plan=one.plan or None,
            approved_at=one.at or None,
        )
