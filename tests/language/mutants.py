"""Flows damaged in one place, and what the compiler says of each."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tactful.graph.compile import Compiled, compile_source
from tests.language.corpus import rows_in_texts
from tests.language.flows import INSTALLED, VOCABULARY

Damage = Literal["colon removed", "shifted", "misspelt", "deleted", "block shifted"]
Verdict = Literal["same", "silent", "one on the line", "one elsewhere", "several"]

_OWN = {
    word
    for known in VOCABULARY.for_file(()).values()
    for phrase, rule in known.items()
    for word in (*phrase.split(), *(part for key in rule.named for part in key.split()))
    if len(word) > 3
}


class Mutant(NamedTuple):
    """A damaged flow. `row` is where its message belongs, counted from 1."""

    damage: Damage
    row: int
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Yield every way to damage one place of a flow."""
    rows = text.rstrip("\n").split("\n")
    inside = rows_in_texts(text)
    for at, row in enumerate(rows):
        if not row.strip() or at in inside or row.lstrip().startswith("#"):
            continue

        def mutant(damage: Damage, *new: str, at: int = at, until: int = at + 1) -> Mutant:
            damaged = [*rows[:at], *new, *rows[until:]]
            return Mutant(damage, at + 1, "\n".join(damaged) + "\n")

        if row.endswith(":"):
            yield mutant("colon removed", row[:-1])
        for by in (-2, -1, 1, 2):
            if row.startswith(" " * -by):
                yield mutant("shifted", _shifted(row, by))
        for misspelt in _misspelt(row):
            yield mutant("misspelt", misspelt)
        yield mutant("deleted")
        until = _end_of_block(rows, at)
        for by in (-2, 2):
            if until > at + 1 and row.startswith(" " * -by):
                moved = (_shifted(one, by) for one in rows[at:until])
                yield mutant("block shifted", *moved, until=until)


def _shifted(row: str, by: int) -> str:
    return (" " * by + row if by > 0 else row[-by:]) if row.strip() else row


def _misspelt(row: str) -> Iterator[str]:
    """Yield a row with two letters swapped in each of its words that belong to the language."""
    quoted = {at for found in re.finditer(r'"[^"]*"|#.*', row) for at in range(*found.span())}
    for found in re.finditer(r"[a-z]+", row):
        word = found[0]
        if word in _OWN and found.start() not in quoted and word[1] != word[2]:
            swapped = word[0] + word[2] + word[1] + word[3:]
            yield row[: found.start()] + swapped + row[found.end() :]


def _end_of_block(rows: list[str], at: int) -> int:
    """Return the row behind those that belong to a line."""
    margin = len(rows[at]) - len(rows[at].lstrip())
    end = at + 1
    for number in range(at + 1, len(rows)):
        if rows[number].strip():
            if len(rows[number]) - len(rows[number].lstrip()) <= margin:
                break
            end = number + 1
    return end


def compiled(text: str) -> Compiled:
    """Compile a flow of the tests."""
    return compile_source(text, path="x.flow", vocabulary=VOCABULARY, installed=INSTALLED)


def verdict(mutant: Mutant, right: Compiled) -> Verdict:
    """Return what became of a mutant of a flow that compiles."""
    result = compiled(mutant.text)
    found = [one for one in result.diagnostics if one not in right.diagnostics]
    if not found:
        assert result.campaign is not None
        assert right.campaign is not None
        nowhere: dict[str, object] = {"lines": {}}
        is_same = result.campaign.model_copy(update=nowhere) == right.campaign.model_copy(
            update=nowhere
        )
        return "same" if is_same else "silent"
    if len(found) > 1:
        return "several"
    return "one on the line" if found[0].span.line == mutant.row else "one elsewhere"
