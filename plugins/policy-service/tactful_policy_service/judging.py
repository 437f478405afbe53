"""Says of one text whether it serves or sells, with the words that sell. Pure.

Text messages and calls: one promotional element makes all of it promotional (Twilio Messaging
Policy, exception for informational messages). E-mail: mixed mail is commercial where its subject
reads as promotion, or where what serves does not stand first (16 CFR 316.3(a)(2)).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from tactful.rulebook import Book, Reading, Rule, read
from tactful_policy_service.lexicon import ALLOWED, KINDS, kind_of, service_rules

Decision = Literal["allow", "warn", "refuse"]
Part = Literal["text", "subject"]

DOUBT = 1.0
"""From this sum of weights on a text is doubtful: one clear hint, or two faint ones."""
CERTAIN = 2.0
"""From this sum on it sells, though no single word settles it."""
_RELIEF = 0.5  # a text that speaks of an order or an account may say `free` or `offer` once
_MANY_KINDS = 4  # a mail that sells in so many ways was written to sell
_MOST_PLACES = 3  # so many places of one kind are told


class Element(Struct, frozen=True, kw_only=True):
    """One thing in a text that sells: its kind, its words and their place.

    `strong` settles the matter by itself; else `weight` is added up. `part` is where it stands.
    """

    kind: str
    words: str
    start: int
    end: int
    strong: bool
    weight: float
    source: str
    part: Part = "text"


class Judgement(Struct, frozen=True, kw_only=True):
    """What is to be said of a text. `speaks_of` are the transactional purposes that it shows."""

    decision: Decision
    rule: str = ""
    reason: str = ""
    elements: tuple[Element, ...] = ()
    speaks_of: tuple[str, ...] = ()


class Judge:
    """Judges texts by a book. Kinds in `off` are not looked for, those in `warn` only hint."""

    def __init__(self, book: Book, off: Collection[str] = (), warn: Collection[str] = ()) -> None:
        services = {rule.id for rule in service_rules().rules}
        self._book = book
        self._services = services
        self._rules = {rule.id: rule for rule in book.rules}
        self._kinds: dict[str, str] = {}
        for rule in book.rules:
            kind = kind_of(rule)
            if rule.id not in services and kind is not None and kind not in off:
                self._kinds[rule.id] = kind
        self._warn = frozenset(warn)

    def judge(
        self, text: str, *, subject: str | None = None, mail: bool = False, safety: bool = False
    ) -> Judgement:
        """Return what is to be said of a text. `safety`: nothing doubtful may go with it."""
        sells, serves = self._look(text, "text")
        if subject:
            more, also = self._look(subject, "subject")
            sells = [*more, *sells]
            speaks_of = tuple(sorted({*serves, *also}))
        else:
            speaks_of = tuple(sorted(serves))
        elements = _one_of_each(sells)
        strong = [one for one in elements if one.strong]
        if mail and strong:
            judged = _mixed(strong, sells, serves)
        else:
            judged = _unmixed(strong, elements, bool(speaks_of))
        decision, rule, reason = judged
        if safety and decision == "warn":
            decision, reason = "refuse", f"{reason}; a safety message carries nothing doubtful"
        if decision == "allow":
            return Judgement(decision=decision, speaks_of=speaks_of)
        told = strong if strong and decision == "refuse" else elements
        return Judgement(
            decision=decision, rule=rule, reason=reason, elements=tuple(told), speaks_of=speaks_of
        )

    def _look(
        self, text: str, part: Part
    ) -> tuple[list[Element], dict[str, tuple[tuple[int, int], ...]]]:
        """Return what sells in a text, in order, and where it speaks of which service."""
        met = self._book.met(read(text) if len(text) < 2_000 else Reading(text))
        allowed = met.get(ALLOWED, ())
        found = [
            self._element(self._rules[name], text, place, part)
            for name, places in met.items()
            if name in self._kinds
            for place in places[:_MOST_PLACES]
            if not _touches(place, allowed)
        ]
        found.sort(key=lambda one: (one.start, -one.end))
        taken = [(one.start, one.end) for one in found]
        serves = {
            name: kept
            for name, places in met.items()
            if name in self._services
            and (kept := tuple(place for place in places if not _touches(place, taken)))
        }
        return found, serves

    def _element(self, rule: Rule, text: str, place: tuple[int, int], part: Part) -> Element:
        kind = self._kinds[rule.id]
        strong = rule.strength == "refuse" and kind not in self._warn
        weight = DOUBT if kind in self._warn else rule.weight
        return Element(
            kind=kind,
            words=text[place[0] : place[1]],
            start=place[0],
            end=place[1],
            strong=strong,
            weight=weight,
            source=rule.source,
            part=part,
        )


def _unmixed(
    strong: Sequence[Element], elements: Sequence[Element], serves: bool
) -> tuple[Decision, str, str]:
    if strong:
        return "refuse", strong[0].kind, f"it sells: {told(strong)}"
    doubts = sum(one.weight for one in elements if one.weight >= DOUBT)
    hints = sum(one.weight for one in elements if one.weight < DOUBT)
    total = doubts + max(0.0, hints - (_RELIEF if serves else 0.0))
    if total < DOUBT:
        return "allow", "", ""
    if total >= CERTAIN:
        return "refuse", "promotional_tone", f"it reads as an advertisement: {told(elements)}"
    return "warn", elements[0].kind, f"it may sell: {told(elements)}"


def _mixed(
    strong: Sequence[Element],
    sells: Sequence[Element],
    serves: Mapping[str, Sequence[tuple[int, int]]],
) -> tuple[Decision, str, str]:
    """Judge a mail that sells: whether it serves in the first place."""
    subject = [one for one in strong if one.part == "subject"]
    if subject:
        return "refuse", "promotional_subject", f"its subject reads as promotion: {told(subject)}"
    first = min((one.start for one in sells if one.strong), default=0)
    places = [place for found in serves.values() for place in found]
    if not any(start < first for start, _ in places):
        reason = f"what sells stands first: {told(strong)}"
        return "refuse", "promotion_first", reason
    selling = _apart([(one.start, one.end) for one in sells if one.strong])
    if len(strong) >= _MANY_KINDS or selling > 2 * _apart(places):
        return "refuse", "mostly_promotion", f"much more of it sells than serves: {told(strong)}"
    return "warn", "promotion_in_service", f"it serves first, and sells below: {told(strong)}"


def told(elements: Sequence[Element]) -> str:
    """Return what sells, for a person: `a discount (“20% off”)`."""
    return ", ".join(f"{KINDS[one.kind].says} (“{shortened(one.words)}”)" for one in elements)


def shortened(words: str) -> str:
    """Return words on one line, with the middle left out where they are many."""
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:40]} … {words[-15:]}"


def _one_of_each(elements: Sequence[Element]) -> list[Element]:
    """Return the weightiest element of each kind, the strong ones first, else in order."""
    best: dict[str, Element] = {}
    for one in elements:
        known = best.get(one.kind)
        if known is None or (one.strong, one.weight) > (known.strong, known.weight):
            best[one.kind] = one
    return sorted(best.values(), key=lambda one: (not one.strong, one.part == "text", one.start))


def _apart(places: Collection[tuple[int, int]]) -> int:
    """Return how many places there are, those that overlap counted once."""
    count, reached = 0, -1
    for start, end in sorted(places):
        count += start >= reached
        reached = max(reached, end)
    return count


def _touches(place: tuple[int, int], others: Collection[tuple[int, int]]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)
