"""Tells machines' mails from people's: notices of systems, and automatic answers (RFC 3834)."""

import re

from tactful.mail.headers import Headers

_SYSTEM = re.compile(
    r"mailer[-_. ]?daemon|post[-_]?master|mail(?:er)? delivery|mail (?:system|administrator)|"
    r"delivery (?:sub)?system|mail(?:er)?[-_]?(?:admin|robot|service)|bounce|"
    r"returned[-_ ]?mail|system administrator|"
    r"\bndr\b|sysadmin|mdaemon|mmdf|auto-?answer|internet mail|mail router",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"un-?deliver|non-?deliver|not (?:be )?deliver|fail(?:ed|ure)|"
    r"return(?:ed|ing) (?:mail|message|e-?mail|to sender)|"
    r"deliver\w*[ -](?:status|notif|fail|err|report|problem|delay)|"
    r"mail (?:system )?error|bounce|reject|"
    r"(?:mail|message).{0,20}(?:blocked|refused|delayed|rejected)|delay(?:ed)?|user unknown|"
    r"could ?n[o']t|unable to|"
    r"problem delivering|warning: |are not member|"
    r"unzustellbar|non remis|no entregad|não entregue|エラー|配信",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"\bdelay(?:ed)?\b|still (?:being )?(?:trying|tried|undelivered|in the queue)|"
    r"will (?:keep|continue)(?: on)? (?:trying|to)|"
    r"temporary failure report|warning message only|not (?:yet )?been delivered|"
    r"(?:do(?: not|n't)|you do not need to) (?:need to )?re-?send",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\bout[- ]of[- ](?:the[- ])?office\b|"
    r"\bauto(?:mat(?:ic|ed|ische|ica|ique))?[- ]?"
    r"(?:reply|response|respons|antwort|r[ée]ponse|respuesta|risposta|antwoord|svar|vastaus)\w*|"
    r"\bauto(?:reply|respon\w+)|^\s*auto\s*:|"
    r"\bvacation\b|\bon (?:annual )?leave\b|\babwesen\w+|\babsence\b|\bausencia\b|"
    r"\bfuera de (?:la )?oficina|"
    r"r[ée]ponse automatique|respuesta autom|risposta automatica|resposta autom|"
    r"automatische antwort|"
    r"automatisch antwoord|automatiskt? svar|autosvar|自動(?:返信|応答)|自动(?:回复|答复)|"
    r"nicht im b[üu]ro",
    re.IGNORECASE,
)
_BULK = ("bulk", "junk", "list", "auto_reply", "auto-reply", "autoreply")


_ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|rv|res|ref|odp|vs)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def from_a_system(headers: Headers) -> bool:
    """Return whether a mail system is the author of a mail, by its name."""
    author = headers.words("from") or headers.get("sender")
    return bool(_SYSTEM.search(author[:500]))


def no_sender(headers: Headers) -> bool:
    """Return whether the envelope's sender was the empty one, which nobody may answer."""
    path = headers.get("return-path").strip().lower()
    return path == "<>" or path.startswith("<mailer-daemon")


def tells_of_failure(subject: str) -> bool:
    """Return whether a subject is one of those that mail systems give their notices."""
    return not _ANSWER.match(subject[:50]) and bool(_FAILED.search(subject[:500]))


def tells_of_absence(subject: str) -> bool:
    """Return whether a subject is one of those that answer for somebody who is away."""
    return bool(_AWAY.search(subject[:500]))


def tells_of_delay(text: str) -> bool:
    """Return whether a notice says that delivery is still being tried."""
    return bool(_LATE.search(text[:6_000]))


def is_automatic(headers: Headers) -> bool:
    """Return whether a machine wrote a mail by itself (RFC 3834, and older signs of the same)."""
    submitted = headers.get("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if any(
        name.startswith(("x-autoreply", "x-autorespond", "x-mail-autoreply")) for name in headers
    ):
        return True
    if headers.get("x-apple-action").upper() == "VACATION" or "x-vacation" in headers:
        return True
    if headers.get("precedence").strip().lower() in _BULK:
        return True
    return no_sender(headers) or tells_of_absence(headers.words("subject"))


def is_of_a_list(headers: Headers) -> bool:
    """Return whether a mail went to a list (RFC 2919, RFC 2369) rather than to us."""
    return "list-id" in headers or "list-post" in headers
