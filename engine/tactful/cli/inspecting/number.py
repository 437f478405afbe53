"""`tactful inspect number`: what a telephone number is, and where its owner may be."""

from typing import TYPE_CHECKING

import click
import msgspec

from tactful.cli.inspecting.bulk import answer_lines
from tactful.cli.options import format_option
from tactful.cli.output import json_page, say, table

if TYPE_CHECKING:
    from tactful.guard.addresses import PhoneRead
    from tactful.guard.zones import Zones


class Asked(msgspec.Struct):
    """One line of the input. `region` is an ISO 3166 code."""

    number: str
    region: str | None = None


class Told(msgspec.Struct):
    """One line of the output; what is not known is null or empty."""

    e164: str | None
    possible: bool
    valid: bool
    fictional: bool
    type: str | None
    zones: "Zones"


@click.command()
@click.argument("number", required=False)
@click.option("--region", metavar="CODE", help="Whose national form it may have: IE, US …")
@format_option("human", "json", "jsonl")
def command(number: str | None, region: str | None, form: str) -> None:
    """Say what a telephone number is, and where its owner may be.

    `possible`: a number can look so. `valid`: its country has given out such numbers. `fictional`:
    kept for films and tests, only the outbox delivers there. Quiet hours suit every one of `zones`.

    With `--format jsonl`: in `number, region?`, out `e164, possible, valid, fictional, type,
    zones`.

    \b
    Example:
      tactful inspect number "087 123 4567" --region IE
      tactful inspect number --format jsonl < numbers.jsonl
    """
    if form == "jsonl":
        if number is not None:
            raise click.UsageError("With `--format jsonl` the numbers come from stdin.")
        answer_lines(Asked, lambda asked: tell(asked.number, asked.region or region))
    elif number is None:
        raise click.UsageError('Give a number, such as "+353 87 123 4567".')
    elif form == "json":
        json_page(msgspec.to_builtins(tell(number, region)))
    else:
        _show(number, region)


def tell(number: str, region: str | None) -> Told:
    """Return what is known of a number as somebody wrote it."""
    from tactful.guard.addresses import AddressProblem, read_phone

    found = read_phone(number, region)
    read = found.read if isinstance(found, AddressProblem) else found
    if read is None:
        return Told(None, False, False, False, None, ())
    return Told(read.e164, read.possible, read.valid, read.fictional, read.type, read.zones)


_MOST_ZONES = 4
_KINDS = {
    "FIXED_LINE": "a landline",
    "MOBILE": "a mobile",
    "FIXED_LINE_OR_MOBILE": "a landline or a mobile; the number does not tell",
    "TOLL_FREE": "toll-free",
    "PREMIUM_RATE": "premium rate: who calls pays extra",
    "SHARED_COST": "shared cost: who calls pays extra",
    "VOIP": "an Internet telephone",
    "PERSONAL_NUMBER": "a personal number, put through to somewhere",
    "PAGER": "a pager",
    "UAN": "a company's number",
    "VOICEMAIL": "a voice mailbox",
    "UNKNOWN": "unknown",
}


def _show(number: str, region: str | None) -> None:
    from tactful.guard.addresses import AddressProblem, read_phone

    found = read_phone(number, region)
    problem = found if isinstance(found, AddressProblem) else None
    read = found.read if isinstance(found, AddressProblem) else found
    if read is not None:
        table(("", ""), _rows(read), styles={0: "dim"})
        say()
    if problem is not None:
        say(f"Tactful sends nothing there: {problem.reason}.", "red")
        say(problem.help)
    elif read is not None and read.fictional:
        say("It is kept for fiction: a campaign may hold it, and nobody is reached there.")
    else:
        say("Tactful sends there.", "green")


def _rows(read: "PhoneRead") -> list[tuple[str, str]]:
    where = read.region if read.region not in ("", "001", "ZZ") else "no one country"
    return [
        ("number", read.e164 + (f", extension {read.extension}" if read.extension else "")),
        ("country", where),
        ("kind", _KINDS.get(read.type, read.type)),
        ("possible", "yes" if read.possible else "no"),
        ("valid", "yes" if read.valid else "no"),
        ("fictional", "yes" if read.fictional else "no"),
        ("zones", _zones(read.zones)),
    ]


def _zones(zones: "Zones") -> str:
    """Return the zones as one line; of very many, how many they are."""
    if len(zones) > _MOST_ZONES:
        return f"{', '.join(zones[:_MOST_ZONES])} and {len(zones) - _MOST_ZONES} more"
    return ", ".join(zones) or "not known"
