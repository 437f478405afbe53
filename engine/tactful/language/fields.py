"""Reads the values of a line into the fields of its word: left to right, without guessing.

If the next words name a value not yet given, what follows is that value; else the next value
without a name is filled; else it is a mistake.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from tactful.language.diagnostics import Span
from tactful.language.reading import Cursor, Wrong
from tactful.language.report import Report, replacing
from tactful.language.shape import Line
from tactful.language.suggest import nearest
from tactful.language.tokens import Token, first_of, last_of, span_of
from tactful.language.vocabulary import ValueField, Word, WordRule
from tactful.language.words.later import later_option

_LIMITS = {
    "greater_than": "this must be above {gt}",
    "greater_than_equal": "this must be at least {ge}",
    "less_than": "this must be below {lt}",
    "less_than_equal": "this must be at most {le}",
}


class Values(NamedTuple):
    """A word with its values and where they stand."""

    word: Word
    spans: Mapping[str, Span]


class FieldReader:
    """Reads one line."""

    def __init__(self, rule: WordRule, line: Line, phrase_length: int, report: Report) -> None:
        self.rule = rule
        self.line = line
        self.report = report
        self.cursor = Cursor(line.items[phrase_length:], rule.keys)
        self.head = line.items[:phrase_length]
        self.values: dict[str, Any] = {}
        self.spans: dict[str, Span] = {}
        self.broken = False
        self.waiting = list(rule.positional)

    def read(self) -> Values | None:
        """Return the word, or None when the line has mistakes; the report then has them."""
        opened = self._opened_quote()
        if opened is not None:
            self.report.add(
                "TF216",
                "a quote is opened and never closed",
                opened.span,
                "opened here",
                help=(
                    "Add the closing quote at the end of the text.",
                    'A long message stands between two lines with `"""`.',
                ),
            )
            return None
        while self.cursor.peek() is not None:
            self._next()
        if not self.broken:
            self._tell_missing()
        return None if self.broken else self._word()

    def _opened_quote(self) -> Token | None:
        for item in self.cursor.items:
            for token in (item,) if isinstance(item, Token) else item:
                if token.kind == "OPEN_STRING":
                    return token
        return None

    def _next(self) -> None:
        key = self.cursor.key()
        if key is not None and not (key in self._given() and self.waiting):
            field = self.rule.named[key]
            if field.name in self.values:
                self._tell("TF213", f"`{key}` is given twice", "second time")
            start = self.cursor.at
            self.cursor.skip(key)
            self._take(field, start)
            return
        if self._tell_sign() or self._tell_later():
            return
        if self.waiting:
            self._take(self.waiting.pop(0), self.cursor.at)
            return
        self._tell_unknown()

    def _take(self, field: ValueField, start: int) -> None:
        try:
            self.values[field.name] = field.kind.read(self.cursor)
        except Wrong as wrong:
            self.broken = True
            self.values[field.name] = None
            self._tell_wrong(wrong, field)
            self._skip()
        self.broken = self.broken or bool(self.cursor.noted)
        for diagnostic in self.cursor.noted:
            self.report.take(diagnostic)
        self.cursor.noted.clear()
        taken = self.cursor.items[start : self.cursor.at]
        if taken:
            key = len((field.key or "").split()) if field.at is None else 0
            value = taken[key:] or taken
            self.spans[field.name] = span_of(value[0], value[-1])

    def _given(self) -> set[str]:
        return {key for key, field in self.rule.named.items() if field.name in self.values}

    def _skip(self) -> None:
        """Step over what belongs to a mistake: up to the next named value."""
        while self.cursor.peek() is not None and self.cursor.key() is None:
            self.cursor.at += 1

    def _tell(self, code: str, message: str, label: str = "", *help: str) -> None:
        self.broken = True
        item = self.cursor.peek()
        span = span_of(item) if item is not None else self.line.last.span
        self.report.add(code, message, span, label, help=help)

    def _tell_wrong(self, wrong: Wrong, field: ValueField) -> None:
        if wrong.token is None:
            self.report.add(
                "TF211",
                f"`{self.rule.phrase}` needs {field.kind.says}",
                self._end().span,
                "something is missing after this",
                help=(*wrong.help, f"For example: `{self.rule.example}`"),
            )
            return
        span = wrong.token.span.to((wrong.upto or wrong.token).span)
        tell_wrong(self.report, self.line, wrong, span)

    def _end(self) -> Any:
        items = self.line.items
        return last_of(items[-1]) if items else self.line.last

    def _tell_sign(self) -> bool:
        """Tell `set name = value` and its like, and go on as if the word were there."""
        token = self.cursor.token()
        if token is None or token.text not in ("=", "->", ":=", "=>"):
            return False
        needed = [
            key
            for key, field in self.rule.named.items()
            if field.required and field.name not in self.values
        ]
        if len(needed) != 1:
            return False
        key = needed[0]
        self.broken = True
        self.report.add(
            "TF217",
            f"`{self.rule.phrase}` is written with `{key}`, not `{token.text}`",
            token.span,
            f"write `{key}`",
            help=(f"For example: `{self.rule.example}`",),
            fix=replacing(token.span, token.text, key),
        )
        self.cursor.at += 1
        self._take(self.rule.named[key], self.cursor.at)
        return True

    def _tell_later(self) -> bool:
        option = later_option(self.rule.phrase, self.cursor.items[self.cursor.at :])
        if option is None:
            return False
        self._tell("TF209", f"`{option}` in `{self.rule.phrase}` is not available yet")
        self._skip()
        return True

    def _tell_unknown(self) -> None:
        item = self.cursor.peek()
        assert item is not None
        token = first_of(item)
        open_keys = [key for key in self.rule.named if key not in self._given()]
        near = nearest(token.text, open_keys, 0.6)
        self.broken = True
        self.report.add(
            "TF212",
            f"`{self.rule.phrase}` does not know `{token.text}`",
            token.span,
            f"did you mean `{near}`?" if near else "I don't know what this is",
            help=()
            if near or not open_keys
            else (f"It also takes: {', '.join(f'`{key}`' for key in open_keys)}.",),
            fix=replacing(token.span, token.text, near) if near else None,
        )
        self.cursor.at += 1
        self._skip()

    def _tell_missing(self) -> None:
        if all(field.name in self.values or not field.required for field in self.rule.fields):
            return
        lacking = [field.kind.says for field in self.waiting if field.required]
        lacking += [
            f"`{key}` and {field.kind.says}"
            for key, field in self.rule.named.items()
            if field.required and field.name not in self.values
        ]
        if lacking:
            self.broken = True
            self.report.add(
                "TF211",
                f"`{self.rule.phrase}` needs {lacking[0]}",
                self._end().span,
                "something is missing after this",
                help=(f"For example: `{self.rule.example}`",),
            )

    def _word(self) -> Values | None:
        try:
            return Values(self.rule.word(**self.values), self.spans)
        except ValidationError as invalid:
            for error in invalid.errors():
                where = self.spans.get(str(error["loc"][0])) if error["loc"] else None
                limit = _LIMITS.get(error["type"])
                message = limit.format(**error.get("ctx", {})) if limit else plain(error["msg"])
                self.report.add(
                    "TF214",
                    message,
                    where or span_of(self.line.first),
                    help=(f"For example: `{self.rule.example}`",),
                )
            return None
        except Exception as error:  # a validator of a plugin may raise anything
            self.report.add(
                "TF218",
                f"`{self.rule.phrase}` of the plugin `{self.rule.plugin}` failed: "
                f"{type(error).__name__}: {error}"[:300],
                span_of(self.line.first),
                help=("This is a mistake of the plugin. Tell its author.",),
            )
            return None


def tell_wrong(report: Report, line: Line, wrong: Wrong, span: Span) -> None:
    """Tell a value of a line that cannot be read, and what was probably meant."""
    fix, label, meant = None, "", wrong.replacement
    if meant:
        fix = replacing(span, line.written(span), meant, wrong.sure)
        label = f"did you mean `{meant}`?"
    report.add(wrong.code, wrong.message, span, label, help=wrong.help, fix=fix)


def plain(message: str) -> str:
    """Return a validator's message without the words that pydantic puts before it."""
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
