"""For authors of policies: texts as a human reads them, and books of rules that judge them.

    files = [read_rules("offers.toml", text)]
    book = Book(files)
    for found in book.judge(read("W1N a pr\u200bize!"), country="US"):
        print(found.rule.id, found.start, found.end, found.words)

Pure: no clock, file or network; who uses it reads the files.
"""

from tactful.rulebook.book import Book, Found, Place
from tactful.rulebook.characters import LOOKALIKES, Evasion
from tactful.rulebook.fields import without_fields
from tactful.rulebook.links import Link, links_in, registrable
from tactful.rulebook.patterns import LONGEST
from tactful.rulebook.reading import Reading, Undone, fold, read
from tactful.rulebook.rules import Rule, RuleFile, Score, Strength, Told, read_rules
from tactful.rulebook.tokens import MOST_TOKENS

__all__ = [
    "LONGEST",
    "LOOKALIKES",
    "MOST_TOKENS",
    "Book",
    "Evasion",
    "Found",
    "Link",
    "Place",
    "Reading",
    "Rule",
    "RuleFile",
    "Score",
    "Strength",
    "Told",
    "Undone",
    "fold",
    "links_in",
    "read",
    "read_rules",
    "registrable",
    "without_fields",
]
