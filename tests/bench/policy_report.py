"""What the installed policies say of labelled texts: `make policy-report DATA=folder`.

Every `*.csv` of the folder has the columns `text`, `label` and `source` (`set` or `set:detail`).
One line of the report is a label, and below it are the rules that spoke most. A text is a mail
where its set or file says so (`email` in its name), else an SMS. `--business` says whose they are.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import anyio

from tactful.runtime.policies import ask_each
from tactful.runtime.ports import Medium, Policy, PolicyVerdict
from tactful.runtime.project import Project
from tactful.testing import sample_message

_LONGEST = {"sms": 1_600, "email": 100_000}
_WEIGHT = ("allow", "warn", "hold", "refuse")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file of labelled texts."""
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def channel_of(name: str, source: str) -> Medium:
    """Return on which channel a text would travel."""
    detail = source.partition(":")[2]
    return "email" if "email" in (detail or name) or "email" in name else "sms"


async def judge(
    policies: Sequence[Policy], text: str, channel: Medium, facts: dict[str, object]
) -> list[PolicyVerdict]:
    """Return what each policy says of a text whose recipient's country is not known."""
    message = sample_message(channel, text=text[: _LONGEST[channel]], to="")
    return await ask_each(policies, message, facts)


async def report(files: Sequence[Path], policies: Sequence[Policy], business: str | None) -> None:
    """Print a table of what the policies say of the texts of some files."""
    facts: dict[str, object] = {
        "purpose": "service", "locale": "", "country": None, "business": business
    }  # fmt: skip
    print(f"policies: {', '.join(policy.name for policy in policies)}")
    print(f"{'file':28} {'label':30} {'texts':>6} {'refused':>8} {'warned':>8}")
    spent: list[float] = []
    for path in files:
        counted: dict[str, Counter[str]] = {}
        rules: dict[str, Counter[str]] = {}
        for row in rows_of(path):
            channel = channel_of(path.name, row["source"])
            started = perf_counter()
            said = await judge(policies, row["text"], channel, facts)
            spent.append(perf_counter() - started)
            worst = max(said, key=lambda verdict: _WEIGHT.index(verdict.decision))
            counted.setdefault(row["label"], Counter())[worst.decision] += 1
            if worst.decision != "allow":
                rules.setdefault(row["label"], Counter())[worst.rule] += 1
        for label, decisions in sorted(counted.items()):
            total = decisions.total()
            print(
                f"{path.name:28} {label:30} {total:6} "
                f"{decisions['refuse'] / total:8.1%} {decisions['warn'] / total:8.1%}"
            )
            most = rules.get(label, Counter()).most_common(5)
            print("".join(f"{'':29} {count:6} {rule}\n" for rule, count in most), end="")
    spent.sort()
    if spent:
        print(f"per text: p50 {spent[len(spent) // 2] * 1e3:.2f} ms, ", end="")
        print(f"p99 {spent[len(spent) * 99 // 100] * 1e3:.2f} ms")


def main(arguments: Sequence[str]) -> None:
    """Report on the folder that the arguments name."""
    parser = argparse.ArgumentParser(prog="make policy-report")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--business")
    asked = parser.parse_args(arguments)
    policies = tuple(Project(Path.cwd()).plugins.policies().values())
    anyio.run(report, sorted(asked.folder.glob("*.csv")), policies, asked.business)


if __name__ == "__main__":
    main(sys.argv[1:])
