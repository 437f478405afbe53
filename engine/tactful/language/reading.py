"""Reading the values of one line from left to right."""

from collections.abc import Mapping, Sequence

from tactful.language.diagnostics import Diagnostic
from tactful.language.tokens import Item, Token


class Wrong(Exception):
    """A value cannot be read. Kinds raise it; the binder makes a diagnostic of it.

    `token` is the wrong part (the next one on the line if not given), up to `upto`.
    `replacement` is what was probably meant in its place; `sure` says that nothing else can be.
    """

    def __init__(
        self,
        message: str,
        token: Token | None = None,
        *,
        upto: Token | None = None,
        replacement: str | None = None,
        help: tuple[str, ...] = (),
        code: str = "TF210",
        sure: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.token = token
        self.upto = upto
        self.replacement = replacement
        self.help = help
        self.code = code
        self.sure = sure


class Cursor:
    """A place among the values of a line. `noted` collects mistakes that do not stop reading.

    `forms` has, by line and column of a token, the one way to write it, where that is another than
    the writer's: the language's own words in small letters, `24 hours` for `24h`. `keys` are the
    names of values that may stand on the line, by their first words.
    """

    def __init__(
        self, items: Sequence[Item], keys: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.items = items
        self.keys = keys or {}
        self.at = 0
        self.noted: list[Diagnostic] = []
        self.forms: dict[tuple[int, int], str] = {}

    def peek(self, ahead: int = 0) -> Item | None:
        """Return the next item, or the one `ahead` of it, or None at the end of the line."""
        at = self.at + ahead
        return self.items[at] if at < len(self.items) else None

    def token(self, kind: str = "", ahead: int = 0) -> Token | None:
        """Return the next item if it is one token (of this kind), else None."""
        item = self.peek(ahead)
        return item if isinstance(item, Token) and kind in ("", item.kind) else None

    def word(self, ahead: int = 0) -> str | None:
        """Return the next item in small letters if it is a word without quotes, else None."""
        token = self.token("WORD", ahead)
        return token.text.lower() if token else None

    def key(self, ahead: int = 0) -> str | None:
        """Return the name of a value that comes next, or None."""
        first = self.word(ahead)
        for key in self.keys.get(first, ()) if first else ():
            if all(self.word(ahead + at) == part for at, part in enumerate(key.split())):
                return key
        return None

    def skip(self, words: str) -> bool:
        """Step over these words if they come next."""
        parts = words.split()
        if any(self.word(ahead) != part for ahead, part in enumerate(parts)):
            return False
        for part in parts:
            self.step(part)
        return True

    def step(self, form: str) -> None:
        """Step over the next item, a token that is best written as `form`."""
        item = self.items[self.at]
        self.at += 1
        if isinstance(item, Token) and item.text != form:
            self.forms[item.line, item.column] = form

    def take(self) -> Item:
        """Return the next item and step over it. Raises `Wrong` at the end of the line."""
        item = self.peek()
        if item is None:
            raise Wrong("something is missing here")
        self.at += 1
        return item
