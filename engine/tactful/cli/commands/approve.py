"""`tactful approve`: a named person lets what policies doubt in a plan stand, and says why."""

from pathlib import Path

import click


@click.command()
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "who", metavar="NAME", required=True, help="Who approves it.")
@click.option("--because", metavar="TEXT", required=True, help="Why it may stand.")
def command(plan: Path, who: str, because: str) -> None:
    """Approve what policies warn of in a plan.

    Shows what is approved: for each rule the reason, and how many people it is about. The approval
    is written into the plan and covers these texts, these people and these policies only; when
    anything of them changes, the plan is refused. `[policies] approvals` of tactful.toml says how
    many people must approve a plan before `run --live`.

    \b
    Example:
      tactful approve plan.json --as duty@example.com --because "the refund is owed by law"
    """
    import time

    from tactful.cli.output import note, say
    from tactful.cli.planned import doubts_of, read_plan, write_plan
    from tactful.errors import TactfulError
    from tactful.values import iso

    who, because = who.strip(), because.strip()
    if not who or not because:
        raise click.UsageError("An approval says who gives it, and why.")
    page = read_plan(plan)
    doubts = doubts_of(page)
    if not doubts:
        note(f"No policy warns of anything in {plan}; there is nothing to approve.")
        return
    if who.casefold() in {one["by"].casefold() for one in page["approvals"]}:
        raise TactfulError(f"{who} has approved {plan} already")
    for one in doubts:
        people = one["people"]
        about = "the flow" if not people else "1 person" if people == 1 else f"{people:,} people"
        line = f", line {one['line']}" if one.get("line") else ""
        say(f"{one['policy']} ({one['rule']}{line}), {about}: {one['reason']}", hang=2)
    now = iso(time.time_ns() // 1_000)
    page["approvals"].append({"by": who, "because": because, "at": now})
    write_plan(plan, page)
    note(f"Approved by {who}: {because}")
