"""Writes the tables of the grammar anew, beside it: `make grammar`."""

from tactful.language.grammar import TABLES, grammar_folder, grammar_text
from tactful.language.lalr import make_tables
from tactful.language.tables import encode

if __name__ == "__main__":
    path = grammar_folder() / TABLES
    path.write_text(encode(make_tables(grammar_text())), encoding="utf-8")
