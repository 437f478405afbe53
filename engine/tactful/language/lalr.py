"""Lark at work: it reads the grammar and makes its terminals and LALR tables. Imported only here.

That takes longer than to check a flow, so the tables are kept beside the grammar, and made anew
only when they are of another grammar (see `tables`).
"""

from collections.abc import Collection
from typing import Any

import lark

from tactful.language.tables import Entry, Rule, Tables, digest_of

STARTS = ("start", "condition_tokens")
"""The rules that a text can be parsed by."""


def build_parser(text: str, *, strict: bool = False, tree_class: type | None = None) -> lark.Lark:
    """Build Lark's own parser. With `strict`, a conflict in the grammar raises.

    (`strict` needs `interegular`.)
    """
    return lark.Lark(
        text,
        parser="lalr",
        lexer="basic",
        start=list(STARTS),
        maybe_placeholders=False,
        propagate_positions=False,
        strict=strict,
        **({} if tree_class is None else {"tree_class": tree_class}),
    )


def make_tables(text: str) -> Tables:
    """Return the tables of a grammar."""
    parser = build_parser(text)
    rules: list[Rule] = []
    places: dict[Any, int] = {}
    moves: list[dict[str, int]] = []
    entries = {}
    for start in STARTS:
        conf: Any = parser.parse_interactive(start=start).parser_state.parse_conf
        rows = _rows(conf)
        numbers = {state: number for number, state in enumerate(rows, len(moves))}
        for row in rows.values():
            moves.append({name: _move(to, numbers, rules, places) for name, to in row})
        entries[start] = Entry(numbers[conf.start_state], numbers[conf.end_state])
    return Tables(
        digest=digest_of(text),
        pattern="|".join(
            f"(?P<{one.name}>{one.pattern.to_regexp()})" for one in _in_order(parser.terminals)
        ),
        ignored=sorted(parser.ignore_tokens),
        entries=entries,
        moves=moves,
        rules=rules,
    )


def _rows(conf: Any) -> dict[Any, list[tuple[str, Any]]]:
    """Return what each symbol leads to in each state, always in one order: as states are met."""
    rows: dict[Any, list[tuple[str, Any]]] = {}
    met = [conf.start_state]
    for state in met:
        if state not in rows:
            rows[state] = sorted((str(name), to) for name, (_, to) in conf.states[state].items())
            met += [to for _, to in rows[state] if not isinstance(to, lark.grammar.Rule)]
    return rows


def _in_order(terminals: Collection[Any]) -> list[Any]:
    """Return terminals in the order in which Lark's basic lexer tries them."""
    return sorted(
        terminals,
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )


def _move(target: Any, numbers: dict[Any, int], rules: list[Rule], places: dict[Any, int]) -> int:
    """Return a state, or below nought a rule that is complete (-1 is the first)."""
    if not isinstance(target, lark.grammar.Rule):
        return numbers[target]
    if target not in places:
        places[target] = len(rules)
        rules.append(_rule(target))
    return -1 - places[target]


def _rule(rule: Any) -> Rule:
    """Return what Lark would make of a rule's parts; its trees follow the same conventions.

    Terminals that the grammar hides are left out; the parts of a rule whose name begins with `_`
    stand in its place; a `?rule` with one part is that part, unless it has a name of its own.
    """
    taken = [
        (place, not symbol.is_term and symbol.name.startswith("_"))
        for place, symbol in enumerate(rule.expansion)
        if not (symbol.is_term and symbol.filter_out)
    ]
    return Rule(
        origin=str(rule.origin.name),
        name=str(rule.alias or rule.origin.name),
        size=len(rule.expansion),
        taken=[place for place, _ in taken],
        opened=[place for place, opens in taken if opens],
        stands_for_one=bool(rule.options.expand1 and not rule.alias),
    )
