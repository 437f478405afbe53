"""Recognises an opt-out, an opt-in or a call for help in what a person wrote.

Carriers act on single words only. The law is wider: any wording that a reasonable person takes as
"no more messages" counts (47 CFR 64.1200(a)(10), in force since 2025-04-11). So a message, or a
sentence of one, that is a stop word with nothing but politeness counts, and so do plain sentences.
A stop word inside another sentence ("can you stop the delivery?") does not. `YES` is never an
opt-in here: it answers a question of the flow.
"""

import re
import unicodedata
from typing import Literal

from tactful.guard import wordings

Wish = Literal["stop", "start", "help"]

_MOST = 1600  # characters: longer than any text message; what follows in a mail is not the wish


def classify(text: str) -> Wish | None:
    """Return what an inbound message asks of us as a sender, or None when it asks nothing."""
    sentences = _fold(text)
    tokens = [token for sentence in sentences for token in sentence]
    if not tokens:
        return None
    # "s t o p" and "opt out" are one word each.
    whole = "".join(tokens) if len(tokens) <= 4 else ""
    if (
        whole in wordings.STOP
        or wordings.MISSPELT.fullmatch(whole)
        or _stops(tokens, any_word=True)
    ):
        return "stop"
    if whole in wordings.START:
        return "start"
    if whole in wordings.HELP:
        return "help"
    if any(_stops(sentence, any_word=False) for sentence in sentences):
        return "stop"
    words = " ".join(tokens)
    if wordings.DENIED.search(words):
        return None
    return "stop" if any(wording.search(words) for wording in wordings.SENTENCES) else None


def _fold(text: str) -> list[list[str]]:
    """Return the words of each sentence in small letters, without accents and signature."""
    text = unicodedata.normalize("NFKD", text[:_MOST]).casefold()
    text = wordings.SIGNATURE.split(text, maxsplit=1)[0]
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"(?<=\w)['’`](?=t\b)", "", text)  # don't is one word, d'écrire two
    return [re.findall(r"[^\W_]+", sentence) for sentence in re.split(r"[.,!?;:\n]+", text)]


def _stops(tokens: list[str], *, any_word: bool) -> bool:
    """Return whether some words are a stop word and nothing but politeness: `please stop`."""
    if len(tokens) > 8:
        return False
    clear = {t for t in tokens if t in wordings.CLEAR or wordings.MISSPELT.fullmatch(t)}
    if clear:
        return set(tokens) - clear <= wordings.LOOSE
    stops = wordings.STOP.intersection(tokens) if any_word else frozenset()
    return bool(stops) and set(tokens) - stops <= wordings.POLITE


_CONFIRMATIONS: dict[str, dict[Wish, str]] = {
    "en": {
        "stop": "{owner}: you are opted out and will get no more messages here. "
        "Reply START to undo this.",
        "start": "{owner}: you can get our messages here again. Reply STOP to end them.",
        "help": "{owner}: we write about your service with us. {contact}Reply STOP to end this.",
    },
    "fr": {
        "stop": "{owner} : c'est noté, vous ne recevrez plus de messages ici. "
        "Répondez START pour annuler.",
        "start": "{owner} : vous pouvez à nouveau recevoir nos messages ici. "
        "Répondez STOP pour y mettre fin.",
        "help": "{owner} : nous écrivons au sujet de votre service. {contact}"
        "Répondez STOP pour ne plus rien recevoir.",
    },
    "es": {
        "stop": "{owner}: hemos registrado su baja y no le enviaremos nuevos mensajes. "
        "Responda START para anularla.",
        "start": "{owner}: vuelve a recibir nuestros mensajes. Responda STOP para darse de baja.",
        "help": "{owner}: le escribimos sobre su servicio. {contact}"
        "Responda STOP para darse de baja.",
    },
    "de": {
        "stop": "{owner}: Sie erhalten hier keine Nachrichten mehr. "
        "Antworten Sie START, um das zu ändern.",
        "start": "{owner}: Sie erhalten hier wieder Nachrichten. "
        "Antworten Sie STOP, um sie abzubestellen.",
        "help": "{owner}: Wir schreiben zu Ihrem Auftrag bei uns. {contact}"
        "Antworten Sie STOP, um nichts mehr zu erhalten.",
    },
    "it": {
        "stop": "{owner}: non riceverà più messaggi qui. Risponda START per annullare.",
        "start": "{owner}: riceverà di nuovo i nostri messaggi. Risponda STOP per non riceverne.",
        "help": "{owner}: scriviamo per il suo servizio. {contact}"
        "Risponda STOP per non ricevere altro.",
    },
    "nl": {
        "stop": "{owner}: u krijgt hier geen berichten meer. "
        "Antwoord START om dit ongedaan te maken.",
        "start": "{owner}: u krijgt hier weer berichten. Antwoord STOP om ze te stoppen.",
        "help": "{owner}: wij schrijven over onze dienst aan u. {contact}"
        "Antwoord STOP om niets meer te krijgen.",
    },
    "pt": {
        "stop": "{owner}: recebemos o seu pedido e deixamos de lhe enviar mensagens. "
        "Responda START para anular.",
        "start": "{owner}: volta a receber as nossas mensagens. Responda STOP para deixar de as "
        "receber.",
        "help": "{owner}: escrevemos sobre o seu pedido. {contact}"
        "Responda STOP para nada mais receber.",
    },
}


def confirmation(kind: Wish, locale: str, owner: str, contact: str = "") -> str:
    """Return our one answer to such a message, in the language of `locale` (`fr-CA`), else English.

    Each fits one SMS segment with an owner and contact of up to 30 GSM-7 characters in all.
    `contact` is where a person is reached, such as `01 234 5678`; only `help` tells it.
    """
    language = re.split("[-_]", locale.casefold())[0]
    texts = _CONFIRMATIONS.get(language, _CONFIRMATIONS["en"])
    return texts[kind].format(owner=owner, contact=f"{contact}. " if contact else "")
