"""Turns the text of a flow into HTML: Markdown, as people write mails, or just as it stands.

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
    """Return a reader of Markdown."""
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable(["linkify", "table", "strikethrough"])
    markdown.disable(["image", "html_block", "html_inline", "code", "lheading"])
    markdown.validateLink = _leads_somewhere_good  # type: ignore[method-assign]
    return markdown


def make_plain() -> MarkdownIt:
    """Return a reader that knows paragraphs, line ends, and web addresses that show themselves."""
    plain = MarkdownIt("zero", {"html": False, "linkify": True, "breaks": True})
    plain.enable(["linkify", "newline"])
    plain.validateLink = _leads_somewhere_good  # type: ignore[method-assign]
    return plain


class Markup:
    """A text to HTML, as Markdown or as it stands. Making one takes long, so it is made once."""

    def __init__(self, *, markdown: bool = True) -> None:
        self._markdown = make_markdown() if markdown else make_plain()

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
