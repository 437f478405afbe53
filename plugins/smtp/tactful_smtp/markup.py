"""Turns the text of a flow into HTML: Markdown, as people write mails.

Raw HTML stays text, since values in it come from data; links lead to the web, to mail or to a
telephone, and nowhere else; single line ends count, as in a mail.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

_SCHEMES = ("http", "https", "mailto", "tel")


def _leads_somewhere_good(url: str) -> bool:
    return urlsplit(url).scheme.lower() in _SCHEMES


def make_markdown() -> MarkdownIt:
    """Return the reader of Markdown. Making it takes long, so it is made once."""
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable(["linkify", "table", "strikethrough"])
    markdown.disable(["image", "html_block", "html_inline", "code", "lheading"])
    markdown.validateLink = _leads_somewhere_good  # type: ignore[method-assign]
    return markdown


class Markup:
    """Markdown to HTML."""

    def __init__(self) -> None:
        self._markdown = make_markdown()

    def html(self, text: str) -> str:
        """Return a text as HTML."""
        return str(self._markdown.render(text))

    def first_words(self, text: str, most: int = 120) -> str:
        """Return how a text begins, without its marks: what mail programs show in their list."""
        words: Sequence[str] = [
            child.content
            for token in self._markdown.parse(text)
            for child in token.children or ()
            if child.type in ("text", "code_inline") and child.content.strip()
        ]
        shown = " ".join(" ".join(words).split())
        return shown if len(shown) <= most else shown[:most].rpartition(" ")[0] + "…"
