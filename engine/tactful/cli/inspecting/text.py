"""`tactful inspect text`: how a text travels, and what the policies say of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from tactful.cli.flows import read_stdin
from tactful.cli.inspecting.bulk import answer_lines
from tactful.cli.options import config_option, format_option
from tactful.cli.output import json_page
from tactful.cli.people import CHANNELS

if TYPE_CHECKING:
    from tactful.runtime.facts import House
    from tactful.runtime.ports import Message, Policy, PolicyVerdict
    from tactful.runtime.project import Project

Channel = Literal["sms", "mms", "email", "voice", "chat"]
Decision = Literal["allow", "warn", "refuse"]
_WEIGHT: dict[Decision, int] = {"allow": 0, "warn": 1, "refuse": 2}


class Asked(msgspec.Struct):
    """One line of the input. `country` is an ISO 3166 code, `business` a line of business."""

    text: str
    channel: Channel | None = None
    country: str | None = None
    purpose: str | None = None
    business: str | None = None


class Found(msgspec.Struct):
    """One finding of a policy; `start` and `end` count characters of the text."""

    policy: str
    category: str
    rule: str
    start: int | None
    end: int | None
    message: str
    help: str


class Told(msgspec.Struct):
    """One line of the output. Only an SMS has an encoding; any other message counts as one."""

    encoding: str | None
    segments: int
    verdict: Decision
    findings: list[Found]


@click.command()
@click.argument("text", required=False)
@click.option("--channel", type=click.Choice(CHANNELS), default="sms", show_default=True,
              help="How it would be sent.")  # fmt: skip
@click.option("--country", metavar="CODE", help="Where its readers are: IE, US …")
@click.option("--purpose", default="service", show_default=True, help="What the message is for.")
@click.option("--business", metavar="LINE", help="Their line of business, such as pharmacy.")
@format_option("human", "json", "jsonl")
@config_option
def command(
    text: str | None,
    channel: Channel,
    country: str | None,
    purpose: str,
    business: str | None,
    form: str,
    config: Path | None,
) -> None:
    """Say how a text travels, and what the policies say of it.

    Shows the encoding and the segments of an SMS as they are counted and billed, what makes it
    longer than it need be, what it costs by the prices of tactful.toml, and what the installed
    policies find. `-` reads the text from stdin.

    With `--format jsonl`: in `text, channel?, country?, purpose?, business?`, out `encoding,
    segments, verdict, findings`; what a line does not say is taken from the options.

    \b
    Example:
      tactful inspect text "Your parcel comes today." --country IE
      tactful inspect text --format jsonl < texts.jsonl
    """
    from tactful.runtime.project import Project

    given = Asked("", channel, country, purpose, business)
    if form == "jsonl" and text is not None:
        raise click.UsageError("With `--format jsonl` the texts come from stdin.")
    if form != "jsonl" and text is None:
        raise click.UsageError('Give a text, such as "Your parcel comes today.", or `-`.')
    project = Project(Path.cwd(), config=config)
    with _policies(project) as judge:
        if form == "jsonl":
            answer_lines(Asked, lambda asked: tell(_completed(asked, given), judge))
            return
        given.text = read_stdin() if text == "-" else text or ""
        told = tell(given, judge)
    if form == "json":
        json_page(msgspec.to_builtins(told))
    else:
        _show(given, told, project)


Judge = Callable[[Asked, int], Sequence["PolicyVerdict"]]


def tell(asked: Asked, judge: Judge) -> Told:
    """Return how a text travels, and the verdict of all policies; a refusal of any one wins."""
    from tactful.guard.segments import count

    counted = count(asked.text) if asked.channel == "sms" else None
    said = judge(asked, counted.segments if counted else 1)
    return Told(
        counted.encoding if counted else None,
        counted.segments if counted else 1,
        max((_about_text(verdict) for verdict in said), key=_WEIGHT.__getitem__, default="allow"),
        [found for verdict in said for found in _findings(verdict)],
    )


def _about_text(verdict: "PolicyVerdict") -> Decision:
    """Return what a verdict says of the text: one that holds finds fault with the moment only."""
    return "allow" if verdict.decision == "hold" else verdict.decision


def _completed(asked: Asked, given: Asked) -> Asked:
    """Return what is asked, with what a line leaves out as the options have it."""
    for name in ("channel", "country", "purpose", "business"):
        if getattr(asked, name) is None:
            setattr(asked, name, getattr(given, name))
    return asked


def _asked_of(project: "Project") -> tuple["Policy", ...]:
    """Return the policies that judge a text of no campaign: all but those that wait to be named."""
    from tactful.runtime.ports import ByDefault

    return tuple(
        policy
        for policy in project.policies.values()
        if not isinstance(policy, ByDefault) or policy.applies_to
    )


@contextmanager
def _policies(project: "Project") -> Iterator[Judge]:
    """Have the installed policies at hand: all texts are judged in one event loop, as in a run."""
    policies, house = _asked_of(project), project.house
    if not policies:
        yield lambda asked, segments: ()
        return
    from anyio.from_thread import start_blocking_portal

    from tactful.runtime.policies import ask_each

    with start_blocking_portal() as portal:
        try:
            yield lambda asked, segments: portal.call(
                ask_each, policies, _message(asked, segments), _facts(asked, house)
            )
        finally:
            portal.call(project.plugins.aclose)


def _message(asked: Asked, segments: int) -> "Message":
    from tactful.runtime.ports import Message

    return Message(
        attempt="inspect",
        token="inspect",
        campaign="",
        launch="",
        key="",
        channel=asked.channel or "sms",
        to="",
        sender="",
        text=asked.text,
        subject=None,
        segments=segments,
        permitted_at=time.time_ns() // 1_000,
        expires_at=None,
    )


def _facts(asked: Asked, house: "House") -> dict[str, object]:
    """Return what is known of one text; what only a campaign knows is missing."""
    return {
        "purpose": asked.purpose,
        "country": asked.country.upper() if asked.country else None,
        "business": house.business if asked.business is None else asked.business,
        "house": house.name,
        "brands": house.brands,
        "domains": house.domains,
    }


def _findings(verdict: "PolicyVerdict") -> list[Found]:
    """Return what a policy found; one that only gives its reason has found that."""
    if not verdict.findings and verdict.decision != "allow":
        reason = verdict.reason or f"the policy says {verdict.decision}"
        return [Found(verdict.policy, "", verdict.rule, None, None, reason, "")]
    return [
        Found(
            verdict.policy,
            found.category,
            found.rule,
            found.start,
            found.end,
            found.message,
            found.help,
        )
        for found in verdict.findings
    ]


def _show(asked: Asked, told: Told, project: "Project") -> None:
    from tactful.cli.inspecting.drawing import draw_findings, draw_text, draw_verdict

    channel = asked.channel or "sms"
    draw_text(asked.text, channel, project.config.prices.of(channel, asked.country))
    draw_verdict(told, len(_asked_of(project)))
    draw_findings(told, asked.text)
