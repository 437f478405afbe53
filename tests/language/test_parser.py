"""What runs for each token is ours, and does what Lark's own lexer and parser do."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.language.grammar import grammar_text
from tactful.language.lalr import build_parser
from tactful.language.layout import arrange
from tactful.language.parser import Branch, Reader, parse, tokens_in
from tactful.language.report import Report
from tactful.language.texts import lift_texts
from tactful.language.tokens import Token
from tests.language.corpus import FLOWS

LARK = build_parser(grammar_text(), strict=True, tree_class=Branch)
SIGNS = st.sampled_from(
    [*' \t":,.#/\\()<>=“”„%\ue000\ue001\u200b\u00a0', "when", "12:30", "1,5", "é"]
)


def _as_lark_reads(text: str) -> list[tuple[str, str, int, int]]:
    reading: Any = LARK.parse_interactive(text, start="start")
    tokens = reading.lexer_thread.lex(reading.parser_state)
    return [(token.type, str(token), token.line, token.column) for token in tokens]


def _as_we_read(text: str) -> list[tuple[str, str, int, int]]:
    rows = text.split("\n")[:-1]
    return [(token.kind, token.text, token.line, token.column) for token in tokens_in(rows)]


@given(st.text(st.one_of(st.characters(), SIGNS.filter(lambda s: len(s) == 1))))
def test_any_text_has_the_tokens_that_lark_finds(text: str) -> None:
    assert _as_we_read(f"{text}\n") == _as_lark_reads(f"{text}\n")


@given(st.lists(SIGNS).map("".join))
def test_any_row_of_signs_has_the_tokens_that_lark_finds(text: str) -> None:
    assert _as_we_read(f"{text}\n") == _as_lark_reads(f"{text}\n")


def _arranged(text: str) -> list[Token]:
    rows, texts = lift_texts(text.split("\n"), Report(""), lambda _: False, wary=False)
    return list(arrange(rows, texts, Report("")))


def _by_lark(start: str, tokens: list[Token]) -> Branch:
    reading: Any = LARK.parse_interactive(start=start)
    for token in tokens:
        reading.feed_token(token)
    parsed: Branch = reading.feed_eof()
    return parsed


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_is_parsed_as_lark_parses_it(name: str) -> None:
    tokens = _arranged(FLOWS[name])
    assert parse("start", tokens) == _by_lark("start", tokens)


KINDS = st.sampled_from(
    ["WORD", "STRING", "QUANTITY", "UNIT", "AND", "OR", "NOT", "OPEN", "CLOSE", "IS", "MISSING",
     "ABOVE", "ONE_OF", "COMMA", "AGO", "JUNK", "_NL"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(KINDS, max_size=8))
def test_tokens_that_do_not_fit_are_refused_where_lark_refuses_them(kinds: list[str]) -> None:
    tokens = [Token(kind, kind, 1, at, at + 1) for at, kind in enumerate(kinds)]
    reader = Reader("condition_tokens")
    fits = True
    for token in tokens:
        fits = fits and token.kind in reader.accepts()
        if fits:
            reader.feed(token)
    fits = fits and "$END" in reader.accepts()
    parsed = parse("condition_tokens", tokens)
    assert (parsed is not None) == fits
    if fits:
        assert parsed == _by_lark("condition_tokens", tokens)
