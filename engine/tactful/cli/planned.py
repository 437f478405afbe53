"""Plans as files: what a run holds to, and who has approved what a policy doubts in them."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from tactful.errors import TactfulError
from tactful.graph.model import Approval, Campaign

_BESIDE = frozenset(("id", "approvals"))
"""What is written into a plan after it was made."""

Page = dict[str, Any]


def with_id(page: Page) -> Page:
    """Return the content of a plan with its id, the hash of all that was planned."""
    return {"id": _id(page), **page, "approvals": []}


def _id(page: Page) -> str:
    planned = {name: value for name, value in page.items() if name not in _BESIDE}
    encoded = msgspec.json.encode(planned, order="sorted")
    return hashlib.sha256(encoded).hexdigest()[:16]


def read_plan(path: Path) -> Page:
    """Return the content of a plan. Raises `TactfulError` for what is none, or was changed."""
    try:
        page = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, ValueError) as error:
        raise TactfulError(
            f"{path} is not a plan", help="`tactful plan --out` makes one."
        ) from error
    if "revision" not in page or page.get("id") != _id(page):
        raise TactfulError(
            f"{path} is not a plan as `tactful plan` has written it",
            help=f"Make it anew: tactful plan --out {path} FLOW",
        )
    return page


def write_plan(path: Path, page: Page) -> None:
    """Write a plan. Raises `TactfulError`."""
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(page), indent=2) + b"\n")
    except OSError as error:
        raise TactfulError(f"{path} cannot be written: {error.strerror}") from error


def doubts_of(page: Page, campaign: Campaign | None = None) -> list[Page]:
    """Return what policies warn of in a plan, and the file of a campaign has not approved."""
    known = {(one.policy, one.rule, one.text) for one in campaign.approvals} if campaign else set()
    found: dict[tuple[str, str, str], Page] = {}
    for one in page["policies"]["judgements"]:
        place = (one["policy"], one["rule"], one.get("text", ""))
        if one["decision"] == "warn" and place not in known:
            found.setdefault(place, one)
    return list(found.values())


def check_fits(
    page: Page, path: Path, flow: Path, campaign: Campaign, audience: str, policies: dict[str, str]
) -> None:
    """Raise `TactfulError` when a plan was made for something else than what would run now."""
    graph = campaign.graph
    now = {
        "campaign": graph.campaign,
        "revision": graph.revision,
        "guards": campaign.guards.digest,
        "audience": audience,
    }
    for name, value in now.items():
        if page.get(name) != value:
            raise _stale(f"the {name} of {flow} is now {value}", page.get(name), path, flow)
    then = page["policies"]["versions"]
    for name in sorted({*policies, *then}):
        if policies.get(name) != then.get(name):
            is_now = policies.get(name, "gone")
            raise _stale(f"the policy {name} is now {is_now}", then.get(name), path, flow)


def _stale(now: str, then: object, path: Path, flow: Path) -> TactfulError:
    return TactfulError(
        f"{now}; {path} was made for {then}",
        help=f"Look at a new plan: tactful plan --out {path} {flow}",
    )


def need_approvals(page: Page, path: Path, campaign: Campaign, wanted: int) -> None:
    """Raise `TactfulError` when too few people have approved what policies warn of in a plan."""
    doubts = doubts_of(page, campaign)
    people = {one["by"] for one in page["approvals"]}
    if not doubts or len(people) >= wanted:
        return
    first = doubts[0]
    more = f", and {len(doubts) - 1} more" if len(doubts) > 1 else ""
    need = "1 person" if wanted == 1 else f"{wanted} people"
    have = f"; so far: {', '.join(sorted(people))}" if people else ""
    raise TactfulError(
        f"{path} has warnings that must be approved by {need}{have}: "
        f"`{first['policy']}` ({first['rule']}): {first['reason']}{more}",
        help=f'tactful approve {path} --as "name@example.com" --because "…"',
    )


def approved_by_plan(page: Page, campaign: Campaign) -> Campaign:
    """Return a campaign with what a plan approves of it, and the plan's id."""
    given = tuple(
        Approval(
            policy=one["policy"],
            rule=one["rule"],
            text=one.get("text", ""),
            because=approval["because"],
            by=approval["by"],
            at=approval["at"],
            plan=page["id"],
        )
        for one in doubts_of(page, campaign)
        for approval in page["approvals"]
    )
    changes = {"approvals": (*campaign.approvals, *given), "plan": page["id"]}
    return campaign.model_copy(update=changes)
