"""Gives flows their colours in the documentation: a hook of MkDocs that knows the words."""

import re
from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.lexers import LEXERS
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text, Whitespace

from tactful.language.words import CORE_WORDS

__all__ = ["FlowLexer"]

_PHRASES = "|".join(sorted({word.phrase for word in CORE_WORDS}, key=len, reverse=True))
_JOINING = (
    "when and or not is missing contains matches one of above below at least at most before after "
    "until within every up to exactly containing number like yes no as with same from through "
    "default optional because to per in using newest oldest priority urgent"
)


class FlowLexer(RegexLexer):
    """Colours a flow: the word that begins a line, texts, lengths of time, and comments."""

    name = "Flow"
    aliases: ClassVar = ["flow", "flowline"]
    filenames: ClassVar = ["*.flow"]
    flags = re.MULTILINE | re.IGNORECASE
    tokens: ClassVar = {
        "root": [
            (r"#.*$", Comment.Single),
            (rf"^( *)((?:{_PHRASES})\b)", bygroups(Whitespace, Keyword)),
            (rf"(: )((?:{_PHRASES})\b)", bygroups(Text, Keyword)),
            (r'"""', String, "block"),
            (r'"', String, "line"),
            (r"/[^/\n]+/", String.Regex),
            (r"\d[\d:.-]*%?(?: (?:second|minute|hour|day|week|time)s?\b)?", Number),
            (rf"\b(?:{'|'.join(_JOINING.split())})\b", Operator.Word),
            (r"[\w./-]+", Name),
            (r"[^\S\n]+|\n|.", Text),
        ],
        "line": [
            (r"\{\{.*?\}\}", Name.Constant),
            (r'"|$', String, "#pop"),
            (r'[^"{\n]+|\{', String),
        ],
        "block": [
            (r"\{\{.*?\}\}", Name.Constant),
            (r'"""', String, "#pop"),
            (r'[^"{]+|["{]', String),
        ],
    }


LEXERS["FlowLexer"] = (__name__, FlowLexer.name, tuple(FlowLexer.aliases), ("*.flow",), ())
