"""Folds what people write, so that wordings are compared without case, accents and signatures."""

import re
import unicodedata

_MOST = 1600  # characters: longer than any text message; what follows in a mail is not the wish

_signature = re.compile(
    r"\n\s*(?:>|--|sent from|get outlook|envoye de|gesendet von|enviado desde|inviato da"
    r"|on .+ wrote)"
)
_apostrophe = re.compile(r"(?<=\w)['’`](?=(?:t|m|ve|re)\b)")
_edges = re.compile(r"[.,!?;:\n…。！？、，]+")
_words = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text in small letters, without accents."""
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in text if not unicodedata.combining(char))


def sentences(text: str) -> list[list[str]]:
    """Return the folded words of each sentence, without what a mail program adds below.

    `don't` is one word (`dont`), `d'écrire` two.
    """
    text = _signature.split(fold(text[:_MOST]), maxsplit=1)[0]
    text = _apostrophe.sub("", text)
    found = (_words.findall(sentence) for sentence in _edges.split(text))
    return [words for words in found if words]
