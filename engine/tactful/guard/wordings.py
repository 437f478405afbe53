"""What people write when they want no more messages, by language, as `optout` compares it.

All of it is folded: small letters, no accents, no marks, `dont` for `don't`. English names what
carriers and the FCC name first (47 CFR 64.1200(a)(10)); the other languages are their like.
"""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _words(
    "stop stopall unsubscribe cancel end quit revoke optout unsub remove stp sotp stpo tsop opout "
    "arret arreter arretez desabonner desabonnement desinscrire desinscription stopper "
    "alto parar pare baja cancelar detener deten basta salir "
    "stopp stoppen abmelden abbestellen austragen kundigen aufhoren ende "
    "ferma fermare fermati annulla disiscrivi disiscrivimi cancellami "
    "afmelden uitschrijven opzeggen einde "
    "sair remover descadastrar descadastre"
)
"""Each is an opt-out when it is the whole message."""

CLEAR = _words("stop stopall unsubscribe optout unsub arret basta stopp")
"""Those of `STOP` that mean messages whatever stands around them, not an order or a visit."""

START = _words("start unstop resubscribe optin reprendre empezar iniciar avvia")
HELP = _words("help info aide ayuda hilfe aiuto hulp ajuda")

POLITE = _words(
    "please pls plz thanks thank you thx ty now just immediately already merci svp por favor "
    "gracias ya bitte danke jetzt sofort per favore grazie ora aub nu obrigado obrigada agora"
)
"""Beside a word of `STOP` these change nothing."""

LOOSE = POLITE | _words(
    "ok okay yes no it this that these them all everything texts messages sms me"
)
"""Beside a word of `CLEAR` these change nothing."""

_WRITE = r"(?:text|messag|contact|call|email|mail|spam|bother|harass|writ|send|sms)"
_WRITING = r"(?:texting|messaging|contacting|calling|emailing|spamming|bothering|harassing|writing)"
_NOUN = r"(?:texts?|messages?|sms|e?mails?|calls?|spam|notifications?|reminders?|updates?)"
_LIST = r"(?:lists?|database|system|group|contacts|records|distribution)"

_ENGLISH = (
    rf"\b(?:stop|quit|cease) (?:\w+ )?{_WRITE}\w*(?: me)?(?: \w+)? {_NOUN}\b",
    rf"\b(?:stop|quit|cease) (?:\w+ )?{_WRITING}(?: to)? (?:me|us|this number|my \w+)\b",
    r"\bstop (?:texting|messaging|spamming|contacting)$",
    r"\bstop sending (?:me )?(?:these|this|those|any ?more|anything|stuff)\b",
    rf"\b(?:stop|end|cancel) (?:all |these |those |the |your |any |my |with the )+{_NOUN}$",
    rf"\bno more (?:\w+ )?{_NOUN}\b",
    r"\bunsubscribe\b",
    r"\bopt(?:ing)?(?: me| us)? out\b",
    r"\b(?:take|get|remove|delete) (?:me|us|my (?:\w+ )?\w+) (?:off|from|out of) (?:\w+ )*?"
    rf"{_LIST}\b",
    r"\b(?:take|remove|delete|lose|forget) my (?:\w+ )?number(?: off| please)?$",
    r"^(?:please )?remove (?:me|us)(?: please)?$",
    r"\bleave me alone\b",
    rf"\b(?:dont|do not|never) (?:ever )?{_WRITE}(?:e|ing)? (?:me|us|this number)"
    r"(?: (?:again|any ?more|ever|please|any(?: more)? \w+|(?:on|at) this number))*$",
    r"\b(?:dont|do not|no longer|never) (?:want|wish|like)(?: to)?(?: (?:get|receive|have|be|any"
    r"|more|further|your|these|those|all|getting|receiving|from you|the))*"
    rf" (?:{_NOUN}|contacted|texted|messaged|called|emailed)\b",
    r"\b(?:revoke|withdraw) (?:my )?consent\b",
)
_FRENCH = (
    r"\b(?:arretez?|arreter|cessez|cesser) (?:de |d )?(?:m |me |nous )?"
    r"(?:ecrire|envoyer|contacter|appeler|texter|harceler|deranger|spammer)\b",
    r"\bne (?:m |me |nous )?(?:contactez|ecrivez|envoyez|appelez|textez|derangez)(?: moi)? plus\b",
    r"\b(?:desabonn|desinscri)(?:ez|er|re|vez|s)\b",
    r"\b(?:plus|pas) (?:de |d )?(?:messages?|sms|textos?|courriels?|mails?|appels?)$",
    r"\b(?:retirez|enlevez|supprimez)(?: moi| mon numero)\b.*\b(?:liste|numero)\b",
)
_SPANISH = (
    r"\b(?:deja|deje|dejen|dejad|paren) (?:ya )?de (?:enviar|mandar|escribir|llamar|contactar"
    r"|molestar)\w*\b",
    r"\bno (?:me |nos )?(?:envi|mand|escrib|llam|contact|molest)(?:e|en|es|a|an|as)\b.*\bmas\b",
    r"\b(?:dar|den|deme|denme|darme) ?(?:me )?de baja\b",
    r"\bno (?:quiero|deseo) (?:recibir )?(?:mas |sus |estos )+(?:mensajes|sms|correos|llamadas)\b",
    r"\b(?:borr|quit|elimin|sa[cq]u)(?:en|ar|e)(?:me)?\b.*\b(?:lista|mi numero)\b",
)
_GERMAN = (
    r"\bkeine (?:weiteren |mehr )?(?:sms|nachrichten|e?mails?|anrufe|werbung)\b"
    r"(?: mehr| bitte| schicken| senden)*$",
    r"\b(?:schreib(?:en|t)?|kontaktieren|ruf(?:en|t)?) (?:sie |ihr )?(?:mir|mich|uns)\b"
    r".*\b(?:nicht|nie) (?:mehr|wieder)\b",
    r"^(?:bitte )?(?:hor|horen|hort) (?:sie )?(?:bitte |endlich |jetzt )*auf\b",
    r"\bmeld(?:e|en|et) (?:sie )?(?:mich )(?:bitte )?ab\b",
    r"\b(?:von|aus) (?:der|ihrer|eurer|dem|ihrem) (?:\w*liste|verteiler)\b",
)
_ITALIAN = (
    r"\b(?:smett\w+|basta|finite\w*) (?:di |con )?(?:\w+ )?(?:scriver\w*|mandar\w*|inviar\w*"
    r"|chiamar\w*|contattar\w*|messaggi|sms)\b",
    r"\bnon (?:mi |ci )?(?:scrive|contatta|manda|invia|chiama)te(?:mi|ci)?\b.*\bpiu\b",
    r"\bnon voglio (?:ricevere )?(?:piu |altri |questi )+(?:messaggi|sms)\b",
    r"\b(?:cancellate|rimuovete|togliete)mi\b",
    r"\bniente piu (?:messaggi|sms|chiamate)\b",
)
_DUTCH = (
    r"\bgeen (?:\w+ )?(?:sms|smsjes|berichten|berichtjes|mails?|appjes)(?: meer)?$",
    r"\b(?:stop|hou op|stopt) met (?:mij |me )?(?:sms|berichten|bellen|appen|sturen|mailen)\w*\b",
    r"\b(?:haal|verwijder|schrijf) (?:mij|me|mijn nummer) (?:van|uit)\b.*\blijst\b",
)
_PORTUGUESE = (
    r"\b(?:pare|parem|deixe|deixem) de (?:me )?(?:enviar|mandar|ligar|escrever|conta[ct]+ar)\b",
    r"\bnao (?:me )?(?:envi|mand|ligu|conta[ct]+|escrev)(?:e|em|a|am)\b.*\bmais\b",
    r"\bnao (?:quero|desejo) (?:receber )?(?:mais |suas |estas )+"
    r"(?:mensagens|sms|emails|ligacoes)\b",
    r"\b(?:remov|retir|tir)(?:a|am|e|em)(?: me)?\b.*\b(?:lista|meu numero)\b",
)
SENTENCES = tuple(
    re.compile(pattern)
    for language in (_ENGLISH, _FRENCH, _SPANISH, _GERMAN, _ITALIAN, _DUTCH, _PORTUGUESE)
    for pattern in language
)
"""Wordings that are an opt-out wherever they stand."""

DENIED = re.compile(
    r"\b(?:dont|do not|not|never|didnt|wont|did) (?:you |i |we |ever |want to )?"
    r"(?:stop|unsubscribe|opt|quit|remove|end|cancel|take me|leave me alone)\b"
    r"|\b(?:by mistake|by accident|accidentally|versehentlich|par erreur|por error)\b"
    r"|\b(?:reply|text|txt|send) (?:with )?stop (?:to|2)\b|\bunsubscribe with stop\b"
    r"|\bto (?:opt out|unsubscribe) (?:reply|text|txt|send)\b"
)
"""The same turned round, told of the past, or another machine's own notice: no opt-out."""

MISSPELT = re.compile(r"s+t+o+p+|st0p+|un?su[bscri]{3,8}e?")
"""Slips of the most common words, as whole words."""

SIGNATURE = re.compile(
    r"\n\s*(?:>|--|sent from|get outlook|envoye de|gesendet von|enviado desde|on .+ wrote)"
)
"""Where what a mail program adds begins."""
