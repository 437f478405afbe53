"""Reads yes and no in the usual words of our languages, as people and spreadsheets write them."""

from tactful.errors import ValueUnreadable
from tactful.graph.fold import fold

_YES_WORDS = (
    "yes y true t 1 on x ✓ ✔ ☑ ja j wahr oui o vrai si sì sí s vero verdadero sim verdadeiro waar "
    "tak prawda ano pravda kyllä tosi jo sant sand igen igaz evet doğru ναι да так da adevărat tá"
)
_NO_WORDS = (
    "no n false f 0 off ✗ ✘ ☐ nein falsch non faux falso não nao nee onwaar nie fałsz ne nepravda "
    "ei epätosi nej falskt falsk nem hamis hayır yanlış όχι нет ні nu fals níl"
)
_YES = frozenset(map(fold, _YES_WORDS.split()))
_NO = frozenset(map(fold, _NO_WORDS.split()))


def read_yes_no(text: str) -> bool:
    """Read a yes or no. Raises `ValueUnreadable`."""
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueUnreadable("it is neither yes nor no", help="Write yes or no.")
