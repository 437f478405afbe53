"""Finds the word a line begins with, and says what may be meant when there is none."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.report import Report, replacing
from tactful.language.shape import Line
from tactful.language.suggest import OTHER_TOOLS, UNCLEAR_LIMITS, nearest
from tactful.language.tokens import first_of, span_of
from tactful.language.vocabulary import ANY_NAME, CORE, Block, Phrases, Vocabulary, WordRule
from tactful.language.words.later import LATER_WORDS, later_phrase

_IS_IT_TEXT = ('Is it part of a message? Messages stand between two lines with `"""`.',)

PLACES: dict[str, tuple[str, str]] = {
    "top": ("a setting of the campaign", "at the top of the file, without indentation"),
    "text": ("words of the text", "under `text …:`"),
    "for": ("words for these channels", "under `for …:` of a text"),
    "in": ("words in this language", "under `in …:` of a text"),
    "steps": ("a step", "in a `journey:` or a `stage`"),
    "audience": ("a setting of the audience", "under `audience from …:`"),
    "senders": ("a sender", "under `senders:`"),
    "send": ("an option of the message", "under `send …:`"),
    "wait": ("an `on …` line", "under `wait up to …:` or `wait until …:`"),
    "anytime": ("an `on …` line", "under `at any time:`"),
    "split": ("a `variant` line", "under `split …:`"),
    "handoff": ("a note", "under `hand off to …:`"),
    "scenario": ("a line of a scenario", "under `scenario …:`"),
    "given": ("a column and its value", "under `given:`"),
}
"""What stands in a place, and where the place is, in words for messages."""


class Found(NamedTuple):
    """A word and how many items of the line are its phrase."""

    rule: WordRule
    length: int


class Lookup:
    """The words of one file."""

    def __init__(self, vocabulary: Vocabulary, used: frozenset[str], report: Report) -> None:
        self._vocabulary = vocabulary
        self._places: Mapping[str, Phrases] = vocabulary.for_file(used)
        self._report = report
        self._homes: dict[str, dict[str, WordRule]] = {}
        for place, phrases in self._places.items():
            for phrase, rule in phrases.items():
                self._homes.setdefault(phrase, {})[place] = rule

    def find(self, place: str, line: Line) -> Found | None:
        """Return the word with the longest phrase that fits; tell the writer when none does."""
        found = self._longest(self._places.get(place, {}), line)
        later = later_phrase(place, line.lead)
        if later and (found is None or len(later.split()) > found.length):
            words = line.items[: len(later.split())]
            self._report.add(
                "TF209",
                f"`{later}` is not available yet",
                span_of(words[0], words[-1]),
                "a word of the language that this version cannot do",
            )
            return None
        elsewhere = self._elsewhere(place, line)
        if found and (elsewhere is None or elsewhere[1] <= found.length or _by_name(found)):
            return found
        self._explain(place, line)
        return None

    def fits(self, place: str, line: Line) -> bool:
        """Return whether a line begins with a word of this place."""
        return self._longest(self._places.get(place, {}), line) is not None

    def block_of(self, place: str, line: Line) -> Block | None:
        """Return the block of the word with which a line of this place begins."""
        found = self._longest(self._places.get(place, {}), line)
        return found.rule.word.block if found else None

    def meant(self, place: str, line: Line) -> WordRule | None:
        """Return the word that an unknown line probably begins with, to read what is below it."""
        if later_phrase(place, line.lead):
            return None
        elsewhere, guess = self._elsewhere(place, line), self._guess(place, line)
        if guess and (elsewhere is None or elsewhere[1] < len(guess[2].split())):
            return self._places[place].get(guess[0])
        return elsewhere[0] if elsewhere else None

    def anywhere(self, line: Line) -> list[Found]:
        """Return the words of all places with which a line may begin."""
        found = (self._longest(phrases, line) for phrases in self._places.values())
        return [word for word in found if word and not _by_name(word)]

    def _longest(self, phrases: Phrases, line: Line) -> Found | None:
        if not line.items and line.condition is not None:
            rule = phrases.get("when")
            return Found(rule, 0) if rule else None
        for phrase, length in self._beginnings(line):
            rule = phrases.get(phrase)
            if rule:
                return Found(rule, length)
        return self._by_name(phrases, line)

    def _by_name(self, phrases: Phrases, line: Line) -> Found | None:
        """Return the word for lines that begin with a name, unless this one slipped in here.

        A name and one value may look like a word of the place beside; more than that is one.
        """
        rule = phrases.get(ANY_NAME)
        if rule is None:
            return None
        beside = self._longest(self._places.get(rule.word.names_beside or "", {}), line)
        slipped = beside is not None and (beside.length > 1 or len(line.items) > 2)
        return None if slipped else Found(rule, 0)

    def _beginnings(self, line: Line) -> Iterator[tuple[str, int]]:
        """Yield what a line begins with that may be a phrase, and its length, longest first."""
        lead = line.lead
        if lead:
            for length in self._vocabulary.lengths.get(lead[0], ()):
                if length <= len(lead):
                    yield " ".join(lead[:length]), length

    def _elsewhere(self, place: str, line: Line) -> tuple[WordRule, int, list[str]] | None:
        """Return the word of other places with the longest phrase that fits, and the places."""
        for phrase, length in self._beginnings(line):
            homes = self._homes.get(phrase)
            if homes and place not in homes:
                return next(iter(homes.values())), length, list(homes)
        if not line.items and line.condition is not None and place != "steps":
            return self._homes["when"]["steps"], 0, ["steps"]
        return None

    def _explain(self, place: str, line: Line) -> None:
        head = first_of(line.items[0]) if line.items else line.first
        expected = PLACES.get(place, ("a line of its plugin", ""))[0]
        if head.kind == "OPEN_STRING":
            self._report.add("TF216", "a quote is opened and never closed", head.span)
            return
        if head.kind not in ("WORD", "WHEN"):
            self._report.add(
                "TF201",
                f"a line begins with a word, and this one with `{head.text}`",
                head.span,
                help=_IS_IT_TEXT,
            )
            return
        guess, elsewhere = self._guess(place, line), self._elsewhere(place, line)
        if self._tell_unused_plugin(place, line):
            return
        if guess is None or (elsewhere and elsewhere[1] >= len(guess[2].split())):
            guess = None
            if self._tell_elsewhere(place, line, expected):
                return
        if head.text.lower() in UNCLEAR_LIMITS:
            self._report.add(
                "TF206",
                f"should the rest wait, or be dropped? `{head.text}` can mean both",
                head.span,
                help=("Work that waits: `throttle sms 10 per 5 minutes`, at the top of the file.",),
            )
            return
        kind = "step" if place == "steps" else "word"
        if guess:
            phrase, span, wrong = guess
            self._report.add(
                "TF201",
                f"I don't know the {kind} `{wrong}`",
                span,
                f"did you mean `{phrase}`?",
                fix=replacing(span, wrong, phrase),
            )
            return
        known = sorted(phrase for phrase in self._places.get(place, {}) if phrase != ANY_NAME)
        wrong, span = head.text, head.span
        family = [phrase for phrase in known if phrase.startswith(f"{wrong.lower()} ")]
        if family and len(line.lead) > 1:
            known, span = family, span_of(line.items[0], line.items[1])
            wrong = line.written(span)
        listed = ": " + ", ".join(f"`{phrase}`" for phrase in known[:14]) if known else ""
        more = ", …" if len(known) > 14 else ""
        self._report.add(
            "TF201",
            f"I don't know the {kind} `{wrong}`",
            span,
            help=(
                f"Here I expect {expected}{listed}{more}.",
                *(_IS_IT_TEXT if place == "steps" and len(line.items) > 2 and not family else ()),
            ),
        )

    def _tell_unused_plugin(self, place: str, line: Line) -> bool:
        found = self._longest(self._vocabulary.all_places().get(place, {}), line)
        if found is None or found.rule.plugin == CORE:
            return False
        plugin = found.rule.plugin
        use = f"use {plugin} {self._vocabulary.majors.get(plugin, 1)}"
        self._report.add(
            "TF205",
            f"`{found.rule.phrase}` comes from the plugin `{plugin}`, which this file does not use",
            span_of(line.items[0], line.items[found.length - 1]),
            fix=Fix("safe", f"add `{use}` at the top", (Edit(Span(1, 1, 1, 1), f"{use}\n"),)),
        )
        return True

    def _tell_elsewhere(self, place: str, line: Line, expected: str) -> bool:
        elsewhere = self._elsewhere(place, line)
        if elsewhere is None:
            later = next((p for p in LATER_WORDS if later_phrase(p, line.lead)), None)
            if later is None:
                return False
            phrase = later_phrase(later, line.lead) or ""
            length, homes = len(phrase.split()), [later]
        else:
            phrase, length, homes = elsewhere[0].phrase, elsewhere[1], elsewhere[2]
        if phrase == "when":
            span, phrase = line.first.span, "when"
        else:
            span = span_of(line.items[0], line.items[length - 1])
        belongs = " or ".join(PLACES[home][1] for home in homes if home in PLACES)
        self._report.add(
            "TF202",
            f"`{phrase}` cannot stand here: I expect {expected}",
            span,
            f"belongs {belongs}" if belongs else "",
            help=("Check the indentation of this line.",),
        )
        return True

    def _guess(self, place: str, line: Line) -> tuple[str, Span, str] | None:
        """Return the phrase of this place that was probably meant, where, and what is written."""
        words = line.lead
        pool = [phrase for phrase in self._places.get(place, {}) if phrase != ANY_NAME]
        if not words:
            return None
        other = OTHER_TOOLS.get(words[0], "")
        if other in pool:
            return other, span_of(line.items[0]), words[0]
        for length in range(min(len(words), 3), 0, -1):
            said = " ".join(words[:length])
            same = [phrase for phrase in pool if len(phrase.split()) == length]
            near = nearest(said, same, 0.72)
            if near and _alike(said, near):
                return near, span_of(line.items[0], line.items[length - 1]), said
        first = nearest(words[0], {phrase.split()[0] for phrase in pool}, 0.72)
        if first and first in pool:
            return first, span_of(line.items[0]), words[0]
        return self._cut_short(pool, line)

    def _cut_short(self, pool: Sequence[str], line: Line) -> tuple[str, Span, str] | None:
        """Return the only phrase whose last word is missing on a line, as in `go refund`."""
        for length in range(min(len(line.lead), 3), 0, -1):
            said = " ".join(line.lead[:length])
            longer = [phrase for phrase in pool if phrase.rpartition(" ")[0] == said]
            if longer and length < len(line.items):
                if len(longer) > 1:
                    return None
                return longer[0], span_of(line.items[0], line.items[length - 1]), said
        return None


def _alike(said: str, phrase: str) -> bool:
    """Return whether each word looks like its counterpart, not only those that are the same."""
    pairs = zip(said.split(), phrase.split(), strict=True)
    return all(nearest(one, (other,), 0.55) is not None for one, other in pairs)


def _by_name(found: Found) -> bool:
    return found.rule.word.names_beside is not None
