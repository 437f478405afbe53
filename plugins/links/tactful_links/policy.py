"""The policy: looks at every link of a text, and at every domain that is written without one."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from msgspec import Struct

from tactful.errors import ConfigInvalid
from tactful.rulebook import Link, links_in, read, without_fields
from tactful.runtime.ports import (
    Finding,
    FlowView,
    Medium,
    Message,
    PolicyFinding,
    PolicyVerdict,
    Severity,
)
from tactful_links.hosts import belongs_to, host_of
from tactful_links.likeness import Likeness, imitated
from tactful_links.listed import read_list, stamp_of
from tactful_links.settings import LinksSettings

VERSION = "1"
"""The version of the rules. That of the verdicts changes with settings and lists, too."""

LOOK_EVERY = 5.0
"""Seconds between two looks whether the files of domains have changed."""

MOST_LINKS = 50
"""A text with more links is refused unread: no message to one person needs so many."""

_BARE = re.compile(r"(?<![\w.@/-])(?:[\w-]{1,63}+\.){1,8}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
_NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}|\[[0-9a-f:.]*\]?")

_SOURCE = "Twilio Messaging Policy, fraud and phishing (2026-04-09)"
_IMITATES: Mapping[Likeness, str] = {
    "drawn_alike": "looks like your own {own}, written with other signs",
    "misspelt": "is your own {own} misspelt",
    "built_in": "has your own {own} in its name, and is not it",
    "other_ending": "has the name of your own {own} and another ending",
}


class Found(Struct, frozen=True):
    """What is wrong with one link."""

    told: Severity
    category: str
    rule: str
    message: str
    help: str
    start: int
    end: int


class LinksPolicy:
    """Refuses links to known phishing sites, and such as imitate the domains of the house."""

    name = "links"

    def __init__(self, settings: LinksSettings | None = None, folder: Path = Path()) -> None:
        """Read the lists. Raises `ConfigInvalid`."""
        settings = settings or LinksSettings()
        self.applies_to: frozenset[Medium] = frozenset(settings.channels)
        self._allow = frozenset(settings.allow)
        self._domains = frozenset(settings.domains)
        self._settings = settings
        self._lists = [read_list(folder / path) for path in settings.lists]
        self._problems: dict[Path, str] = {}
        self._looked: float | None = None
        links_in(read("https://example.com"))  # the list of endings is read now, not in the loop

    @property
    def version(self) -> str:
        """The version of rules, settings and lists. Verdicts under another are asked for again."""
        lists = [(one.path.name, one.stamp) for one in self._lists]
        seen = f"{self._settings.model_dump_json()} {lists}".encode()
        return f"{VERSION}/{hashlib.sha256(seen).hexdigest()[:8]}"

    # ---- campaigns ------------------------------------------------------------------------------

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        """Tell the bad links of a campaign, and which lists cannot be read again."""
        self._read_again()
        own = self._own({"domains": flow.house.domains})
        told: dict[tuple[str, int | None], Finding] = {}
        for text in flow.texts:
            said = "\n".join(filter(None, (text.subject, text.text)))
            for found in self._judge(without_fields(said), own):
                finding = Finding(found.told, found.rule, found.message, text.line, found.help)
                told.setdefault((found.message, text.line), finding)
        stale = [
            Finding("warning", "list_unreadable", f"{problem}; what was read before holds")
            for problem in self._problems.values()
        ]
        return [*told.values(), *stale]

    # ---- messages -------------------------------------------------------------------------------

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        """Judge one message with everything filled in."""
        await self._look_again()
        subject = f"{message.subject}\n" if message.subject else ""
        found = list(self._judge(subject + message.text, self._own(facts)))
        if not found:
            return PolicyVerdict("allow", self.name)
        found.sort(key=lambda one: one.told != "error")
        findings = tuple(_placed(one, len(subject)) for one in found)
        first = found[0]
        return PolicyVerdict(
            "refuse" if first.told == "error" else "warn",
            self.name,
            first.rule,
            first.message,
            findings,
        )

    # ---- how it is done -------------------------------------------------------------------------

    def _own(self, facts: Mapping[str, Any]) -> frozenset[str]:
        told = facts.get("domains")
        domains = told if isinstance(told, (tuple, list)) else ()
        hosts = (host_of(one) for one in domains if isinstance(one, str))
        return self._domains | {host for host in hosts if host is not None}

    def _judge(self, text: str, own: frozenset[str]) -> Iterator[Found]:
        reading = read(text)
        links = links_in(reading)
        if len(links) > MOST_LINKS:
            yield Found(
                "error",
                "phishing",
                "too_many_links",
                f"the text has {len(links)} links, and {MOST_LINKS} are looked at",
                _mend("Leave out what this person does not need."),
                links[MOST_LINKS].start,
                links[MOST_LINKS].end,
            )
            links = links[:MOST_LINKS]
        taken = [(link.start, link.end) for link in links]
        for link in links:
            yield from self._of_link(link, _host_written(text[link.start : link.end]), own)
        if not self._lists or "." not in text:
            return
        for bare in _BARE.finditer(text):
            start, end = bare.span()
            if not any(begin <= start < until for begin, until in taken):
                yield from self._of_list(bare.group().lower(), start, end, own)

    def _of_link(self, link: Link, host: str, own: frozenset[str]) -> Iterator[Found]:
        if not host or belongs_to(host, own | self._allow):
            return
        place = (link.start, link.end)
        if link.user:
            yield Found(
                "error",
                "phishing",
                "user_in_link",
                f"a link shows `{link.user}@` and leads to {host}",
                _mend("Write the link without what stands before the @."),
                *place,
            )
        if _NUMBER.fullmatch(host):
            yield Found(
                "error",
                "phishing",
                "number_as_host",
                f"a link leads to the number {host}, and readers cannot tell whose it is",
                _mend("Link to your own domain."),
                *place,
            )
            return
        shown = link.host if link.punycode else host
        yield from self._of_list(shown, *place, own)
        found = imitated(shown, own)
        if found is not None:
            says = _IMITATES[found.likeness].format(own=found.domain)
            yield Found(
                "warning" if found.likeness == "other_ending" else "error",
                "lookalike",
                found.likeness,
                f"a link leads to {shown}, which {says}",
                _mend(
                    f"Link to {found.domain}. If {shown} is yours, too, add it to `domains` of "
                    "`[owner]` in tactful.toml."
                ),
                *place,
            )
        elif link.punycode or not host.isascii():
            yield Found(
                "warning",
                "lookalike",
                "letters_of_other_scripts",
                f"a link leads to {shown}, which is not written in plain letters",
                _mend("See that it is the right one, and add it to `allow` of `[plugins.links]`."),
                *place,
            )

    def _of_list(self, host: str, start: int, end: int, own: frozenset[str]) -> Iterator[Found]:
        if belongs_to(host, own | self._allow):
            return
        for one in self._lists:
            if belongs_to(host, one.domains):
                yield Found(
                    "error",
                    "phishing",
                    "known_phishing_domain",
                    f"{host} is known for phishing, says {one.path.name}",
                    _mend("Take it out. If the list is wrong, add it to `allow`."),
                    start,
                    end,
                )
                return

    async def _look_again(self) -> None:
        """Read lists that have changed, now and then, and not in the loop of the engine."""
        now = anyio.current_time()
        if not self._lists or (self._looked is not None and now - self._looked < LOOK_EVERY):
            return
        self._looked = now
        await anyio.to_thread.run_sync(self._read_again)

    def _read_again(self) -> None:
        """Read the lists that have changed; one that cannot be read stays as it was."""
        for place, one in enumerate(self._lists):
            try:
                if stamp_of(one.path) != one.stamp:
                    self._lists[place] = read_list(one.path)
            except (OSError, ConfigInvalid) as error:
                self._problems[one.path] = f"{one.path.name}: {error}"
            else:
                self._problems.pop(one.path, None)


def _host_written(link: str) -> str:
    """Return the host of a link as it is written, and not as it is read: letters keep their script.

    What browsers take for the same letter (wide and fancy ones) is the same here, and what they
    leave out is left out (UTS 46).
    """
    text = unicodedata.normalize("NFKC", link).lower()
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    rest = text.partition("://")[2] or text
    address = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    host = address.rpartition("@")[2]
    return host if host.startswith("[") else host.partition(":")[0].strip(".")


def _mend(help: str) -> str:
    return f"{help} Rule: {_SOURCE}."


def _placed(found: Found, skip: int) -> PolicyFinding:
    """Return a finding with its place in the text; `skip` characters of a subject stand before."""
    in_text = found.start >= skip
    return PolicyFinding(
        category=found.category,
        rule=found.rule,
        message=found.message,
        help=found.help,
        start=found.start - skip if in_text else None,
        end=found.end - skip if in_text else None,
    )
