"""The grammar is free of conflicts, and found wherever Tactful is installed."""

import threading

import pytest

from tactful.language import Checked
from tactful.language.grammar import grammar_text, tables_text
from tactful.language.lalr import build_parser, make_tables
from tactful.language.tables import encode, tables
from tests.language.flows import LATE_ORDER, checked


def test_the_grammar_has_no_conflicts_and_no_terminals_that_collide() -> None:
    assert build_parser(grammar_text(), strict=True).options.parser == "lalr"


def test_the_tables_beside_the_grammar_are_those_of_the_grammar() -> None:
    assert tables_text() == encode(make_tables(grammar_text())), "run `make grammar`"


def test_tables_of_another_grammar_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    text = grammar_text() + "\n// a line more\n"
    monkeypatch.setattr("tactful.language.tables.grammar_text", lambda: text)
    tables.cache_clear()
    try:
        made = tables()
    finally:
        tables.cache_clear()
    assert made == make_tables(text)


def test_the_grammar_knows_no_word_of_the_language_but_when() -> None:
    rules = "\n".join(line.split("//")[0] for line in grammar_text().splitlines())
    assert "when" in rules
    assert [word for word in ("send", "wait", "campaign", "journey", "sms") if word in rules] == []


def test_threads_do_not_disturb_each_other() -> None:
    expected = checked(LATE_ORDER)
    found: list[Checked] = []

    def run() -> None:
        found.extend(checked(LATE_ORDER) for _ in range(5))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all(result == expected for result in found)
