"""`tactful plan`: says what a campaign would do, before anything leaves."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from tactful.cli.flows import Opened, open_flow
from tactful.cli.looping import run_async
from tactful.cli.options import (
    audience_option,
    config_option,
    flow_argument,
    format_option,
    start_option,
)
from tactful.cli.output import heading, json_page, note, say, table, working
from tactful.cli.planned import with_id, write_plan
from tactful.cli.spans import after_words, clock_words, count, most_words
from tactful.runtime.judging import findings_on_senders, remarks_on
from tactful.runtime.loading import Out
from tactful.runtime.project import start_of
from tactful.simulate.plan import Plan, make_plan
from tactful.values import Instant

SHOWN_OUTS = 10
MOST_DAYS = 7

_STYLES = {"error": "bold red", "warning": "yellow", "note": ""}


@click.command()
@flow_argument
@audience_option
@start_option
@config_option
@click.option(
    "--out",
    metavar="PLAN",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the plan here, as JSON; `run --plan` takes it.",
)
@format_option("human", "json")
@click.pass_context
def command(
    ctx: click.Context,
    flow: Path,
    audience: Path | None,
    start: str | None,
    config: Path | None,
    out: Path | None,
    form: str,
) -> None:
    """Say what a campaign would do, before anything leaves.

    Who gets it and who does not, how many messages and what they cost, when the last one leaves,
    and the most that one person can get. It plays the campaign through as if every message arrived
    and nobody answered.

    \b
    Examples:
      tactful plan flows/delayed_order.flow
      tactful plan --start "2026-12-01 09:00 Europe/Dublin" --out plan.json flows/hello.flow
    """
    opened = open_flow(flow, config=config)
    moment = start_of(opened.campaign, start)
    with working("playing the campaign through"):
        plan = run_async(lambda: _plan(opened, audience, moment))
    page = with_id(plan.to_json(str(flow)))
    if form == "json":
        json_page(page)
    else:
        _show(opened, plan)
    if out is not None:
        write_plan(out, page)
        note(f"The plan is in {out}; `tactful run --plan {out} {flow}` keeps to it.")
    ctx.exit(1 if any(finding.severity == "error" for finding in plan.findings) else 0)


async def _plan(opened: Opened, audience: Path | None, start: Instant) -> Plan:
    project, source = opened.project, opened.source
    recipients = await project.recipients(opened.campaign, source.path, audience, at=start)
    return await make_plan(
        opened.campaign,
        recipients,
        start=start,
        config=project.config,
        strategies=project.strategies,
        pace_for=project.pace_for,
        policies=project.policies,
        observers=project.observers,
        house=project.house,
        findings=[
            *recipients.findings,
            *findings_on_senders(opened.campaign, project.plugins.channels()),
        ],
        remarks=remarks_on(opened.campaign, project.policies, project.house),
    )


# ---- for people ---------------------------------------------------------------------------------


def _show(opened: Opened, plan: Plan) -> None:
    say(f"The plan for {opened.campaign.graph.name}", "bold")
    say(f"revision {plan.revision} · guards {plan.guards}", "dim")
    _show_people(plan)
    _show_messages(plan)
    _show_times(plan)
    _show_findings(plan)


def _show_people(plan: Plan) -> None:
    outs = sorted(plan.rehearsed.outs, key=lambda out: out.row)
    heading("Who")
    rows = count(plan.rehearsed.rows, "row")
    say(
        f"{rows}: {plan.rehearsed.joined:,} in, {plan.rehearsed.rows - plan.rehearsed.joined:,} out"
    )
    if not outs:
        return
    table(
        ("row", "key", "out of", "why"),
        [(out.row, out.key or "-", out.channel or "all", _why(out)) for out in outs[:SHOWN_OUTS]],
        right=(0,),
    )
    if len(outs) > SHOWN_OUTS:
        say(f"and {len(outs) - SHOWN_OUTS:,} more; `--format json` has them all", "dim")
        codes = Counter(out.code for out in outs)
        say("In all: " + ", ".join(f"{code} {times:,}" for code, times in codes.most_common()))


def _why(out: Out) -> str:
    where = f"`{out.column}`: " if out.column else ""
    return f"{where}{out.reason} ({out.code})"


def _show_messages(plan: Plan) -> None:
    heading("What")
    if not plan.sends:
        say("nothing leaves")
        return
    table(
        ("channel", "messages", "segments", "cost"),
        [
            (channel, f"{sends.messages:,}", f"{sends.segments:,}", sends.cost_text or "no price")
            for channel, sends in sorted(plan.sends.items())
        ],
        right=(1, 2),
    )
    say(most_words(plan.worst_case).capitalize() + ", whatever happens.")


def _show_times(plan: Plan) -> None:
    start = plan.rehearsed.started_at
    heading("When, if everything arrives and nobody answers")
    rows: list[Sequence[str]] = [("start", clock_words(start))]
    if plan.first_send is not None and plan.last_send is not None:
        rows.append(("first message", after_words(plan.first_send, start)))
        rows.append(("last message", after_words(plan.last_send, start)))
    rows.append(("finished", after_words(plan.rehearsed.finished_at, start)))
    if len(plan.days) > 1:
        few = [f"{day} {messages:,}" for day, messages in [*plan.days.items()][:MOST_DAYS]]
        more = f", {len(plan.days) - MOST_DAYS} days more" if len(plan.days) > MOST_DAYS else ""
        rows.append(("by day (UTC)", ", ".join(few) + more))
    table(("", ""), rows)


def _show_findings(plan: Plan) -> None:
    heading("Worth knowing")
    for finding in plan.findings:
        line = f" (line {finding.line})" if finding.line else ""
        told = f"{finding.severity} {finding.code}: {finding.message}{line}"
        say(told, _STYLES[finding.severity], hang=2)
        if finding.help:
            say(f"  {finding.help}", "dim")
