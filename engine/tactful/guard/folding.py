"""The one form in which two spellings of an address are equal; by it addresses are compared.

Who a message goes to is never read from here: that is the address as its list writes it.
"""

from functools import lru_cache
from string import whitespace
from unicodedata import normalize

_LONGEST_DOMAIN = 253  # RFC 1035, section 2.3.4, without the dot at the end
_AFTER = f"{whitespace}."  # `example.com.` is `example.com`


def fold(address: str) -> str:
    """Return what all spellings of a mail address have in common; any other address as it is.

    Capitals do not count, nor how a letter is composed (NFC), nor whether a domain is in its own
    script or in ASCII (RFC 5890). RFC 5321, section 2.4, lets a local part tell capitals apart,
    but people are heard as they write, and hardly a mailbox does. Dots and `+tags` count: whether
    they name another mailbox is known to its provider alone.
    """
    if "@" not in address:
        return address
    if address.isascii():
        return address.lstrip(whitespace).rstrip(_AFTER).lower()
    return _fold_unicode(address)


@lru_cache(maxsize=10_000)
def _fold_unicode(address: str) -> str:
    local, _, domain = address.lstrip(whitespace).rpartition("@")
    return f"{_caseless(local)}@{_ascii(domain.rstrip(_AFTER)).rstrip(_AFTER)}"


def _caseless(text: str) -> str:
    """Return a text such that all that differ in capitals alone are equal (Unicode, D145)."""
    return normalize("NFC", normalize("NFD", text).casefold())


def _ascii(domain: str) -> str:
    """Return a domain in its ASCII form; one that has none without its capitals.

    It is not case-folded first: that would make `straße.example` and `strasse.example` one domain.
    """
    import idna  # only where it is needed: every command loads this module

    for form in (domain, _caseless(domain)):
        if len(form) > _LONGEST_DOMAIN:
            continue  # the time this takes grows with the square of the length
        try:
            return idna.encode(form, uts46=True).decode().lower()
        except UnicodeError:
            continue
    return _caseless(domain)
