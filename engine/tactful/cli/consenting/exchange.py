"""`tactful consent import` and `export`: the whole ledger, in and out of files."""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tactful.cli.asking import order, wall_clock, whoami
from tactful.cli.failure import WRONG
from tactful.cli.options import config_option, format_option, full_option, store_option
from tactful.cli.output import json_line, json_page, note, say
from tactful.cli.people import CHANNELS
from tactful.cli.spans import count
from tactful.cli.stores import store_path

if TYPE_CHECKING:
    from tactful.cli.consenting.records import Record, WrongRecord
    from tactful.runtime.consents import Scope
    from tactful.store.client import StoreClient
    from tactful.store.contract import Group
    from tactful.store.rows import ConsentRow, OrderRow, SuppressionRow

AT_ONCE = 500
"""So many lines become durable together; an engine is told of them by one order."""
MOST_TOLD = 50
"""So many bad lines are told one by one."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--channel", type=click.Choice(CHANNELS), default=None, help="Of lines that name no channel."
)
@click.option("--source", metavar="TEXT", default="", help="Of lines that name no source.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and note nothing.")
@format_option("human", "json")
@store_option
@config_option
@click.pass_context
def bring(
    ctx: click.Context,
    file: Path,
    channel: str | None,
    source: str,
    dry_run: bool,
    form: str,
    store: str | None,
    config: Path | None,
) -> None:
    """Bring consents and their ends into the record, from CSV or JSON lines.

    Lines have the columns that `export` writes: address, channel, purpose, at, source, method,
    wording, evidence, ip, who, revoked_at, revoke_source. What is known already changes nothing, so
    a file may be brought in again. An opt-out ends only by a consent that is newer and says its
    source and method. Bad lines are told, and the others taken.

    \b
    Example:
      tactful consent import signups.csv --channel sms --source "web form" --dry-run

    Exit codes: 0 all taken, 1 a line was bad.
    """
    from tactful.cli.consenting.records import RecordFile, WrongRecord
    from tactful.plugins.config import load_config
    from tactful.store.client import StoreClient

    scope = load_config(config, near=Path.cwd()).consent.revoke
    records = RecordFile(file, whoami(), wall_clock(), channel or "", source)
    wrong: list[WrongRecord] = []
    tally: Counter[str] = Counter()
    path = store_path(store)
    if dry_run and not path.exists():
        _take(None, _good(records.read(), wrong), scope, tally, file)
    else:
        with StoreClient(path, create=True) as client:
            for some in _batches(_good(records.read(), wrong)):
                _take(client, some, scope, tally, file, dry_run=dry_run)
    if form == "json":
        told = [{"line": one.line, "column": one.column, "reason": one.reason} for one in wrong]
        json_page({"dry_run": dry_run, **_figures(tally), "wrong": told})
    else:
        _tell(file, tally, wrong, records.ignored, dry_run=dry_run)
    ctx.exit(WRONG if wrong else 0)


def _good(read: Iterable["Record | WrongRecord"], wrong: list["WrongRecord"]) -> "Iterator[Record]":
    from tactful.cli.consenting.records import WrongRecord

    for one in read:
        if isinstance(one, WrongRecord):
            wrong.append(one)
        else:
            yield one


def _batches(records: "Iterator[Record]") -> "Iterator[list[Record]]":
    while some := list(islice(records, AT_ONCE)):
        yield some


def _take(
    client: "StoreClient | None",
    records: "Iterable[Record]",
    scope: "Scope",
    tally: Counter[str],
    file: Path,
    *,
    dry_run: bool = True,
) -> None:
    """Bring some lines into the store, unless it is a dry run, and count them."""
    from tactful.runtime.consents import changes

    read = list(records)
    rows: list[ConsentRow] = [row for record in read for row in record.rows]
    addresses = list(dict.fromkeys(row.address for row in rows))

    def decide(
        known: "Sequence[ConsentRow]", opt_outs: "Sequence[SuppressionRow]"
    ) -> "tuple[Group, OrderRow]":
        change = changes(known, opt_outs, rows, scope)
        tally["lines"] += len(read)
        tally["consents"] += sum(row.given for row in change.rows)
        tally["ends"] += sum(not row.given for row in change.rows)
        tally["opt_outs"] += len(change.suppress)
        tally["lifted"] += len(change.lift)
        told = order(
            "consents",
            data={
                "addresses": list(dict.fromkeys(row.address for row in change.rows)),
                "suppressed": [(row.address, row.group) for row in change.suppress],
                "lifted": list(change.lift),
            },
            because=f"imported from {file.name}",
        )
        return change.group(), told

    if client is None:
        decide((), ())
    elif dry_run:
        decide(
            [row for one in addresses for row in client.consents(one)],
            [row for one in addresses for row in client.suppressions(one)],
        )
    else:
        client.revise_consents(addresses, decide)


def _figures(tally: Counter[str]) -> dict[str, int]:
    return {name: tally[name] for name in ("lines", "consents", "ends", "opt_outs", "lifted")}


def _tell(
    file: Path,
    tally: Counter[str],
    wrong: "Sequence[WrongRecord]",
    ignored: set[str],
    *,
    dry_run: bool,
) -> None:
    for one in wrong[:MOST_TOLD]:
        where = f" {one.column}:" if one.column else ""
        note(f"{file}:{one.line}:{where} {one.reason}. {one.help}".rstrip())
    if len(wrong) > MOST_TOLD:
        note(f"… and {count(len(wrong) - MOST_TOLD, 'bad line')} more")
    if ignored:
        note(f"not taken: {', '.join(sorted(name or '(no name)' for name in ignored))}")
    does = "would note" if dry_run else "noted"
    say(
        f"{does} {count(tally['consents'], 'consent')} and {count(tally['ends'], 'end')} "
        f"from {count(tally['lines'], 'line')}"
    )
    if tally["opt_outs"] or tally["lifted"]:
        say(f"opt-outs: {tally['opt_outs']:,} new, {tally['lifted']:,} ended by a newer consent")
    if wrong:
        say(f"{count(len(wrong), 'bad line')} not taken; mend and import again: nothing is doubled")


@click.command("export")
@full_option
@format_option("csv", "jsonl")
@store_option
def give_out(full: bool, form: str, store: str | None) -> None:
    """Write the whole record to stdout, a line for each consent and each opt-out.

    Ends of consents stand on their line as revoked_at and revoke_source. Addresses are masked, and
    IP addresses left out, unless --full; only a full export can be imported.

    \b
    Example:
      tactful consent export --full > consents.csv
    """
    from tactful.cli.consenting.records import COLUMNS, lines_of
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        lines = lines_of(client.consents(), client.suppressions(), full=full)
        if form == "jsonl":
            for line in lines:
                json_line(line)
            return
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
