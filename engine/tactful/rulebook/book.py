"""A book of rules, compiled once, that judges texts.

Time grows with the length of a text and with nothing else: patterns are found in one walk
(`machine`), other ways to read a text are bounded (`hidden`), and what depends on other rules is
looked up among what was found.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tactful.errors import RulesInvalid
from tactful.rulebook.characters import Evasion
from tactful.rulebook.hidden import Hidden
from tactful.rulebook.machine import Machine
from tactful.rulebook.patterns import Pattern, expand, parse
from tactful.rulebook.reading import Reading
from tactful.rulebook.rules import Rule, RuleFile, Score, Told, forms_of, lists_of
from tactful.rulebook.tokens import MOST_TOKENS, Token

Place = tuple[int, int]


class Found(Struct, frozen=True, kw_only=True):
    """What a book found in a text: the rule, how it is told, and where.

    `words` are what triggered it, as the text has them. `assumed`: the rule is one of certain
    countries, and which one the recipient lives in is not known. `hidden` says how the words were
    hidden. `signals` are the rules of which a sum is made.
    """

    rule: Rule
    told: Told
    start: int | None = None
    end: int | None = None
    words: str = ""
    assumed: bool = False
    hidden: tuple[Evasion, ...] = ()
    signals: tuple[str, ...] = ()


class _Hit(Struct, frozen=True):
    """One place in the folded text where a rule fits, and the sentence it is in."""

    start: int
    end: int
    sentence: int
    hidden: Evasion | None = None
    in_text: bool = False  # its place is one in the text itself


class Book:
    """Some files of rules, compiled. `lists` adds words to their lists."""

    def __init__(
        self, files: Sequence[RuleFile], lists: Mapping[str, Collection[str]] | None = None
    ) -> None:
        """Compile the files. Raises `RulesInvalid`."""
        self.files = tuple(files)
        words = {name: list(listed) for name, listed in lists_of(files).items()}
        for name, more in (lists or {}).items():
            if name not in words:
                raise RulesInvalid(f"there is no list `{name}` to add words to")
            words[name] += more
        self.rules = tuple(rule for file in files for rule in file.rules)
        self._number = {rule.id: number for number, rule in enumerate(self.rules)}
        if len(self._number) < len(self.rules):
            twice = next(r.id for n, r in enumerate(self.rules) if self._number[r.id] != n)
            raise RulesInvalid(f"two rules are called `{twice}`")
        forms = forms_of(files)
        patterns: list[Pattern] = []
        self._rule_of: list[int] = []
        for number, rule in enumerate(self.rules):
            self._check(rule)
            try:
                read = [parse(p, words) for text in rule.patterns for p in expand(text, forms)]
            except RulesInvalid as error:
                told = f"rule `{rule.id}` of `{rule.category}`: {error.message}"
                raise RulesInvalid(told, help=error.help) from error
            patterns += read
            self._rule_of += [number] * len(read)
        self._machine = Machine(patterns)
        guessed = {
            word.lower()
            for file in files
            for name in file.guessed
            for word in words[name]
            if word.isalpha() and len(word) > 2
        }
        self._hidden = Hidden(self._machine.knows, self._machine.vocabulary, guessed)

    def _check(self, rule: Rule) -> None:
        if not rule.patterns and not rule.outside and not rule.needs:
            raise RulesInvalid(f"rule `{rule.id}` of `{rule.category}` has no patterns")
        for line in (*rule.needs, *rule.near, *rule.unless, *rule.unless_near):
            for name in line.split("|"):
                if name not in self._number:
                    raise RulesInvalid(
                        f"rule `{rule.id}` names `{name}`, and there is no such rule"
                    )

    def judge(
        self,
        reading: Reading,
        *,
        country: str | None = None,
        channel: str = "sms",
        outside: Mapping[str, Sequence[Place]] | None = None,
    ) -> list[Found]:
        """Return all that the rules find in a text, refusals first.

        `country` is where the recipient lives (ISO 3166); None is told as such, and takes the rules
        of all countries. `outside` are rules that are met for reasons outside the text, or found
        by other means, and their places in the text.
        """
        hits = self._hits(reading)
        for name, told in (outside or {}).items():
            hits.setdefault(self._number[name], []).extend(
                _Hit(start, end, -1, None, True) for start, end in told or ((0, 0),)
            )
        if not hits:
            return []
        met = self._met(hits)
        found: list[Found] = []
        sums: dict[str, list[int]] = {}
        for number, places in sorted(met.items()):
            rule = self.rules[number]
            if not _holds(rule, country, channel):
                continue
            if rule.strength == "signal":
                sums.setdefault(rule.category, []).append(number)
            else:
                found.append(self._told(rule, rule.strength, places[0], reading, country))
        clear = {one.rule.category for one in found if one.told == "refuse"}
        for file in self.files:
            if file.score is not None and file.category in sums and file.category not in clear:
                found += self._sum(file, file.score, sums[file.category], met, reading, country)
        return sorted(found, key=lambda one: one.told != "refuse")

    def met(self, reading: Reading) -> dict[str, tuple[Place, ...]]:
        """Return the rules that a text meets, signals among them, and their places in the text."""
        return {
            self.rules[number].id: tuple(reading.span(hit.start, hit.end) for hit in places)
            for number, places in sorted(self._met(self._hits(reading)).items())
        }

    # ---- how it is done -------------------------------------------------------------------------

    def _hits(self, reading: Reading) -> dict[int, list[_Hit]]:
        """Return where the patterns of each rule fit, by the rule's number."""
        tokens = reading.tokens[:MOST_TOKENS]
        ways = self._hidden.ways(tokens)
        hits: dict[int, list[_Hit]] = {}
        self._look(tokens, ways.others, ways.kinds, hits)
        if ways.tokens is not None:
            others = self._hidden.ways(ways.tokens).others if ways.others else {}
            self._look(ways.tokens, others, ways.kinds, hits)
        return hits

    def _look(
        self,
        tokens: Sequence[Token],
        others: Mapping[int, tuple[str, ...]],
        kinds: Mapping[int, Evasion],
        hits: dict[int, list[_Hit]],
    ) -> None:
        found = self._machine.find(tokens, others)
        if not found:
            return
        ends = [token[2] for token in tokens if token[0] == "end"]
        for hit in found:
            start, end = tokens[hit.first][2], tokens[hit.last][3]
            hides = None
            if kinds:
                places = (tokens[index][2] for index in range(hit.first, hit.last + 1))
                hides = next((kinds[place] for place in places if place in kinds), None)
            place = _Hit(start, end, bisect_left(ends, start), hides)
            number = self._rule_of[hit.pattern]
            if self.rules[number].hidden and hides not in self.rules[number].hidden:
                continue
            known = hits.setdefault(number, [])
            if not any(one.start == start and one.end == end for one in known):
                known.append(place)

    def _met(self, hits: Mapping[int, list[_Hit]]) -> dict[int, list[_Hit]]:
        """Return the rules that are met, with what they need: looked at in the order of the book.

        A rule may need those before it, and their own needs count; of those behind it, only that
        their patterns fit.
        """
        met: dict[int, list[_Hit]] = {n: list(places) for n, places in hits.items()}
        for number, rule in enumerate(self.rules):
            if not rule.patterns and not rule.outside:
                if all(self._any(line, met) for line in rule.needs):
                    met[number] = self._any(rule.needs[0], met)
            elif number not in met:
                continue
            elif not all(self._any(line, met) for line in rule.needs):
                del met[number]
                continue
            if number in met and any(self._any(line, met) for line in rule.unless):
                del met[number]
            if number not in met or not (rule.near or rule.unless_near):
                continue
            near = [{h.sentence for h in self._any(line, met)} for line in rule.near]
            apart = {h.sentence for line in rule.unless_near for h in self._any(line, met)}
            kept = [
                hit
                for hit in met[number]
                if hit.sentence not in apart and all(hit.sentence in others for others in near)
            ]
            if kept:
                met[number] = kept
            else:
                del met[number]
        return met

    def _any(self, line: str, met: Mapping[int, list[_Hit]]) -> list[_Hit]:
        """Return where any rule of a line (`offer|price`) is met."""
        return [hit for name in line.split("|") for hit in met.get(self._number[name], ())]

    def _told(
        self, rule: Rule, told: Told, hit: _Hit, reading: Reading, country: str | None
    ) -> Found:
        start, end = (hit.start, hit.end) if hit.in_text else reading.span(hit.start, hit.end)
        if start == end:
            return Found(rule=rule, told=told, assumed=bool(rule.countries) and country is None)
        hidden = {hit.hidden} if hit.hidden is not None else set()
        hidden |= {one.kind for one in reading.undone if one.start < end and start < one.end}
        return Found(
            rule=rule,
            told=told,
            start=start,
            end=end,
            words=reading.text[start:end],
            assumed=bool(rule.countries) and country is None,
            hidden=tuple(sorted(hidden)),
        )

    def _sum(
        self,
        file: RuleFile,
        score: Score,
        signals: Sequence[int],
        met: Mapping[int, list[_Hit]],
        reading: Reading,
        country: str | None,
    ) -> list[Found]:
        """Return the finding that the signals of a category make together, if they do."""
        total = sum(self.rules[number].weight for number in signals)
        if total < score.warn_at:
            return []
        heaviest = sorted(signals, key=lambda number: -self.rules[number].weight)
        first = self.rules[heaviest[0]]
        rule = replace(
            first,
            id=score.id,
            message=score.message or file.message,
            help=score.help or file.help,
        )
        told: Told = "refuse" if total >= score.refuse_at else "warn"
        found = self._told(rule, told, met[heaviest[0]][0], reading, country)
        said = tuple(
            self.rules[number].says or self.rules[number].id.replace("_", " ")
            for number in heaviest
            if self.rules[number].weight > 0
        )
        return [replace(found, signals=said)]


def _holds(rule: Rule, country: str | None, channel: str) -> bool:
    """Return whether a rule holds where the recipient lives, on a channel."""
    if rule.channels and channel not in rule.channels:
        return False
    return not rule.countries or country is None or country.upper() in rule.countries
