"""Writes the page of what carriers refuse, out of the data files of the policy `twilio`."""

from collections.abc import Iterator, Sequence

from tactful.rulebook import RuleFile
from tactful_policy_twilio.books import rule_files

_HEAD = """# What carriers refuse

Each category is a data file of [`tactful-policy-twilio`](../how-to/carrier-rules.md), with its
source and the day it was read. A rule holds where the recipient lives. Not legal advice: a house
can set each category to `off`, `warn` or `refuse`, for everybody or by country. {made}

A category refuses what one of its rules finds, or what several signs say together: a prize alone is
none, a prize and a number that costs extra are. Words of trade that have an honest use (a
prescription that is ready, help to stop smoking, a card that expires) are let through by rules that
look for just that.
"""


def carrier_rules_page(made: str) -> str:
    """Return the page: categories of texts, rules with their source, and lines of business."""
    lines = [_HEAD.format(made=made), "## Texts", ""]
    lines += _table(rule_files("rules"))
    lines += ["", "## Lines of business", ""]
    lines += ["`business` in `[owner]` of `tactful.toml` says what the house does.", ""]
    lines += _table(rule_files("business"))
    return "\n".join([*lines, ""])


def _table(files: Sequence[RuleFile]) -> Iterator[str]:
    yield "| category | where | rules | source |"
    yield "| --- | --- | --- | --- |"
    for file in files:
        rules = ", ".join(_rules(file))
        where = ", ".join(file.countries) or "everywhere"
        yield f"| **{file.title}** `{file.category}` | {where} | {rules} | {_source(file)} |"


def _rules(file: RuleFile) -> Iterator[str]:
    """Yield what a category tells: rules that speak for themselves, then the sum of its signs."""
    for rule in file.rules:
        if rule.strength != "signal":
            yield f"`{rule.id}`" + (" (warns)" if rule.strength == "warn" else "")
    if file.score is not None:
        yield f"`{file.score.id}`"


def _source(file: RuleFile) -> str:
    name, _, address = file.source.rpartition(": https://")
    told = f"[{name}](https://{address})" if name else file.source
    return f"{told}, {file.date}"
