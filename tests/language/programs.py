"""Programs made of the vocabulary: any of its words, with values of their kinds, in its places."""

from hypothesis import strategies as st

from tactful.language.kinds import Choice, Flag
from tactful.language.vocabulary import ValueField, WordRule
from tests.language.flows import VOCABULARY

PLACES = VOCABULARY.for_file(())
_DEEPEST = 4

CONDITIONS = st.sampled_from(
    ["vip", "not vip", "total above 5", 'name is one of "a", "b"', "(vip or x is missing) and y"]
)


def _value(field: ValueField) -> st.SearchStrategy[str]:
    kind = field.kind
    if isinstance(kind, Flag):
        return st.just("")
    if isinstance(kind, Choice) and kind.options:
        return st.sampled_from(kind.options)
    return st.sampled_from([kind.example, '"Hello {{ first_name }}"', "name_1", "3", "2 days"])


@st.composite
def _head(draw: st.DrawFn, rule: WordRule) -> str:
    """Return a line of a word without its colon, with any of its values."""
    words = [rule.phrase]
    for field in rule.positional:
        if field.required or draw(st.booleans()):
            words.append(draw(_value(field)))
    named = [key for key, field in rule.named.items() if field.required or draw(st.booleans())]
    for key in draw(st.permutations(named)):
        words += [key, draw(_value(rule.named[key]))]
    mode = rule.word.condition
    if mode == "required" or (mode == "allowed" and draw(st.integers(0, 4)) == 0):
        condition = f"when {draw(CONDITIONS)}"
        words = [condition] if rule.phrase == "when" else [*words, condition]
    return " ".join(word for word in words if word)


@st.composite
def _lines(draw: st.DrawFn, place: str, depth: int) -> list[str]:
    rules = list(PLACES.get(place, {}).values())
    lines: list[str] = []
    for rule in draw(st.lists(st.sampled_from(rules), min_size=1, max_size=4)) if rules else ():
        block = rule.word.block
        below: list[str] = []
        if block is not None and depth < _DEEPEST and (block.required or draw(st.booleans())):
            below = draw(_lines(block.holds, depth + 1))
            if block.text and draw(st.booleans()):
                below = ['"""', "Hello {{ first_name }},", "", '"""', *below]
        lines.append(draw(_head(rule)) + (":" if below else ""))
        lines += [f"  {line}" if line else "" for line in below]
    return lines


PROGRAMS = _lines("top", 0).map(lambda lines: "\n".join(lines) + "\n")
"""Whole files; most of them have mistakes that need the sense of a file to be seen."""
