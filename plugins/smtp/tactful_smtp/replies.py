"""Says what a mail server's reply means for a message, by the rules of `replies.toml`.

The enhanced code (RFC 3463) decides over the basic code (RFC 5321): only a few of them speak of the
address; those of subject 7 speak of us. Where one code says temporary and the other permanent, it
is taken as temporary, because nobody is told wrongly then.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from msgspec import Struct, convert

from tactful.values import Duration, Span

Stage = Literal["connect", "mail", "rcpt", "data", "dot"]
Means = Literal["recipient", "configuration", "policy", "later"]

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
_LONGEST_TOLD = 300
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Reply(Struct, frozen=True):
    """A server's reply: its basic code and its text, the lines joined."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        """Whether it says yes."""
        return 200 <= self.code < 400

    @property
    def enhanced(self) -> tuple[int, str] | None:
        """The class and the `subject.detail` of its enhanced code, if it has one."""
        found = _ENHANCED.match(self.text)
        return (int(found[1]), f"{int(found[2])}.{int(found[3])}") if found else None

    def __str__(self) -> str:
        return _NOT_SHOWN.sub(" ", f"{self.code} {self.text}").strip()[:_LONGEST_TOLD]


class Meaning(Struct, frozen=True):
    """What a reply means. `after` replaces the usual schedule; `host`: leave the host alone."""

    means: Means
    why: str
    after: Span | None = None
    host: bool = False


class _Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule as the file has it."""

    why: str
    means: Means = "later"
    enhanced: tuple[str, ...] = ()
    basic: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    says: str = ""
    after: str = ""
    host: bool = False

    def fits(self, reply: Reply, stage: Stage) -> bool:
        """Return whether all that the rule asks for is there."""
        if self.stages and stage not in self.stages:
            return False
        if not self._fits_codes(reply):
            return False
        return not self.says or _pattern(self.says).search(reply.text) is not None

    def _fits_codes(self, reply: Reply) -> bool:
        if not (self.enhanced or self.basic):
            return True
        if reply.code in self.basic:
            return True
        code = reply.enhanced
        if code is None:
            return False
        subject = code[1].partition(".")[0]
        return any(known in self.enhanced for known in (code[1], f"{subject}.x", "x.x"))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@cache
def _rules() -> Mapping[str, tuple[_Rule, ...]]:
    text = files("tactful_smtp").joinpath("replies.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(text)
    return {name: convert(rows, tuple[_Rule, ...]) for name, rows in tables.items()}


def load_rules() -> None:
    """Read the rules now, while reading a file holds up nobody."""
    _rules()


def meaning(reply: Reply, stage: Stage) -> Meaning:
    """Say what a reply that is no yes means for the message, or the connection, it answers."""
    family = "temporary" if is_temporary(reply) else "permanent"
    rule = next(rule for rule in _rules()[family] if rule.fits(reply, stage))
    after = Duration.parse(rule.after).span if rule.after else None
    return Meaning(rule.means, rule.why, after, rule.host)


def is_temporary(reply: Reply) -> bool:
    """Return whether a reply says: not now. Both codes must say never for a never."""
    enhanced = reply.enhanced
    return reply.code < 500 or (enhanced is not None and enhanced[0] == 4)
