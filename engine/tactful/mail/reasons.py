"""What refusals say, as data: patterns of the words that mail systems use, and enhanced codes.

The table is read from its top: what stands higher is the more telling where a text says several
things. Only `hard` reasons are about the address itself, so that it can never be reached; all
others are about a mailbox, a message, a sender or a network as they were at that time.
"""

import re
from typing import Literal, NamedTuple

Class = Literal["hard", "soft"]


class Reason(NamedTuple):
    """A kind of refusal. `said` finds it in a text of small letters without addresses and links."""

    name: str
    hardness: Class
    said: re.Pattern[str]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_WHO = (
    r"(?:e-?mail ?box|mail ?box|user(?: ?name| account)?|"
    r"recipient(?:'s)?(?: e-?mail)?(?: address(?:es)?| name| account)?|(?:e-?mail |mail |"
    r"this |deliver\w* |destination |final |target )?address(?:ee)?|account|mail ?drop|"
    r"local part|person|customer|member|subscriber|inbox|id|name)"
)
_NOT = r"(?:not|n't|no longer|never)"

REASONS = (
    # Microsoft's and Postfix's way to say that there is no such recipient.
    Reason(
        "unknown_address",
        "hard",
        _any(
            r"recipient address rejected: access denied",
        ),
    ),
    Reason(
        "mailbox_full",
        "soft",
        _any(
            r"(?:mail ?box|inbox|mail ?drop|mail ?folder|account|quota|storage|user|"
            r"recipient)\S{0,30}(?: \S{1,40}){0,6} (?:is |was |are |too |been |has |currently |"
            r"already )*(?:over ?flow\w*|full\b|over(?: |-)?(?:its |the |his |her |"
            r"their )?(?:\w+ )?(?:quota|limit|size|weight|allow\w*|storage)|exceed\w*|exceeds)",
            r"over ?quota",
            r"quota (?:is |was |has been |would be |limit )*(?:exceed\w*|full|reached|violation|"
            r"error)",
            r"(?:exceed\w*|out of|above|beyond|over|reached|"
            r"excess\w*)(?: \S{1,40}){0,5} (?:quota|mail ?box size|storage (?:limit|allocation|"
            r"space)|mail ?box limit)",
            r"full mail ?box",
            r"disk quota",
            r"not enough (?:storage|disk )?space in(?: \S{1,40}){0,3} mail ?box",
            r"mail ?box (?:size )?(?:limit|exceed)",
            r"too (?:much|many)(?: \S{1,40}){0,3} (?:mail|"
            r"messages?) in(?: \S{1,40}){0,2} (?:mail ?box|inbox)",
            r"insufficient (?:disk )?(?:quota|space in)",
            r"容量",
        ),
    ),
    Reason(
        "too_big",
        "soft",
        _any(
            r"(?:message|mail|size|content|header|data|attachment|"
            r"it)\S{0,30}(?: \S{1,40}){0,6} (?:too (?:big|large|long)|"
            r"exceed\w*(?: \S{1,40}){0,6} (?:size|limit|length|max\w*))",
            r"(?:exceed\w*|larger than|bigger than|over)(?: \S{1,40}){0,5} (?:message|mail|file|"
            r"max\w*|administrative|fixed)\S{0,30}(?: \S{1,40}){0,2} (?:size|limit|length)",
            r"(?:message|maximum|max) (?:file )?size (?:exceed|limit)",
            r"message length exceed",
            r"too (?:big|large) (?:message|mail)",
        ),
    ),
    Reason(
        "system_full",
        "soft",
        _any(
            r"(?:insufficient|not enough|no|out of) (?:system )?(?:disk |storage |"
            r"file ?system )?(?:space|storage|resources?)",
            r"disk full",
            r"no space left",
        ),
    ),
    Reason(
        "virus",
        "soft",
        _any(
            r"virus",
            r"malware",
            r"(?:infected|trojan|phish\w*)\b",
        ),
    ),
    Reason(
        "sender_refused",
        "soft",
        _any(
            r"\bspam\w*",
            r"\bunsolicited",
            r"\bjunk\b",
            r"\bbulk mail",
            r"\bubes?\b",
            r"\bphishing",
            r"block(?:ed|ing|list\w*)\b",
            r"black ?list\w*",
            r"deny ?list\w*",
            r"\b[dr]ns?bl\b",
            r"\brbl\b",
            r"spamhaus",
            r"spamcop",
            r"barracuda",
            r"reputation",
            r"\bbanned\b",
            r"recipient preferences",
            r"access denied",
            r"permission denied",
            r"\bdenied\b",
            r"prohibited",
            r"not (?:been )?(?:authori[sz]ed|permitted|allowed|accepted)\b",
            r"unauthori[sz]ed",
            r"unauthenticated",
            r"administrative(?:ly)?",
            r"\bpolic(?:y|ies)\b",
            r"\bprohibit",
            r"\bptr\b",
            r"reverse (?:dns|lookup|mapping)",
            r"\brdns\b",
            r"(?:cannot|could not|can't|unable to) (?:find|resolve|"
            r"verify)(?: \S{1,40}){0,3} (?:host ?name|sender|reverse)",
            r"\bspf\b",
            r"\bdmarc\b",
            r"\bdkim\b",
            r"sender id\b",
            r"purported responsible",
            r"forged",
            r"relay\w* (?:access )?(?:denied|not|is not|prohibited|disallowed)",
            r"(?:unable|cannot|not|can't|won't|refuse[sd]?|deny|denied|"
            r"no) (?:\S{1,40} ){0,2}relay",
            r"not a relay",
            r"open relay",
            r"relay\w* (?:is |was )?(?:blocked|rejected)",
            r"must (?:be )?(?:authenticat|login|log in)",
            r"authentication (?:is )?(?:required|failed|failure)",
            r"not authenticated",
            r"sender (?:\S{1,40} ){0,4}(?:reject|refus|denied|block|invalid|not|unknown|verify|"
            r"verification|domain)",
            r"(?:helo|ehlo)\b.{0,40}(?:reject|invalid|refus|bad)",
            r"bad (?:helo|sender|reputation)",
            r"(?:domain of sender|sender address|return ?path|mail from|"
            r"from address)(?: \S{1,40}){0,6} (?:does|is|not|reject|invalid|unknown|no)",
            r"rejected (?:for|due to|because of|by)(?: \S{1,40}){0,4} (?:policy|content|filter|"
            r"reason)",
            r"(?:message|mail|content|transaction) (?:was |is |has been |contains? )?(?:rejected|"
            r"refused|filtered|blocked|discarded)",
            r"content (?:filter|rejected|restriction)",
            r"\bfilter(?:ed|ing)? ",
            r"too many (?:connection|session|message|recipient|mail|error|concurrent|spam|"
            r"e-?mail|hop|bad)",
            r"(?:rate|frequency|connection|hourly|daily|"
            r"sending)\S{0,30}(?: \S{1,40}){0,3} (?:limit\w*|exceed\w*|throttl\w*)",
            r"throttl",
            r"gr[ae]ylist",
            r"too (?:fast|frequent)",
            r"unusual rate",
            r"(?:receiving|getting) (?:too many|mail at a rate)",
            r"(?:closed?|restricted|members?.only|moderated) (?:mailing )?(?:list|group)",
            r"not (?:a )?(?:member|subscriber|subscribed)\b",
            r"only (?:members|subscribers)",
            r"permission to (?:post|send|submit)",
            r"sender.{0,30}restrict",
            r"\bstarttls\b",
            r"\btls\b",
            r"encrypt",
            r"certificate",
            r"mail loop",
            r"\bloop(?:s|ing)?\b(?: detected)?",
            r"bad (?:content|header)",
            r"rfc ?\d*\W*(?:non.?)?complian",
            r"not rfc",
            r"header error",
            r"syntax error",
            r"(?:missing|invalid|bad)(?: \S{1,40}){0,2} header",
            r"message-id",
        ),
    ),
    Reason(
        "disabled",
        "soft",
        _any(
            rf"{_WHO}(?: \S{{1,40}}){{0,4}} (?:disabled|suspended|inactive|deactivated|locked|"
            rf"expired|discontinued|frozen|blocked|closed|terminated|not active(?:ted)?|"
            rf"{_NOT} (?:been )?(?:active|activated|enabled))\b",
            rf"(?:disabled|suspended|inactive|locked|blocked|expired|deactivated|closed|"
            rf"invalid or inactive) (?:{_WHO})",
            r"not (?:currently )?accept\w* (?:mail|messages?)(?: \S{1,40}){0,3} (?:at this time|"
            r"now|currently)",
        ),
    ),
    Reason(
        "moved",
        "hard",
        _any(
            r"has moved",
            r"(?:recipient|user|mailbox) no longer (?:on|at|here|with)",
            r"(?:has )?changed (?:his|her|their) (?:e-?mail )?address",
            r"address (?:has )?changed",
            r"account has been (?:transferred|moved)",
        ),
    ),
    Reason(
        "takes_no_mail",
        "hard",
        _any(
            r"null mx",
            r"indicated no smtp service",
            r"couldn't find a mail exchanger",
            r"not accepting network messages",
            r"does ?n[o']t accept (?:any )?(?:e-?)?mail",
            r"domain (?:does|will) not (?:accept|receive)",
            r"no mx (?:record )?(?:found )?for",
            r"mail (?:is )?not accepted (?:here|by|for)",
            r"(?:host|domain|server) (?:does not|never) accepts? mail",
            r"smtp service is not",
        ),
    ),
    Reason(
        "unknown_host",
        "hard",
        _any(
            r"(?:host|domain|server|site)(?: or domain)?(?: name)?(?: \S{1,40}){0,3}? (?:(?:is |"
            r"was )?not (?:found|known|exist)|(?:is )?unknown|could ?n[o']t be (?:found|"
            r"resolved)|does ?n[o']t exist|not valid|lookup fail\w*|non-?exist\w*)",
            r"(?:unknown|no such|invalid|non-?existent|bad|illegal|"
            r"unroutable) (?:or \w+ )?(?:host|domain|mail server|destination|site)",
            r"nx ?domain",
            r"(?:name or service|nodename).{0,20} not known",
            r"(?:all|no) (?:relevant )?(?:mx|mail exchanger|dns)(?: records?| hosts?|"
            r" servers?)?(?: \S{1,40}){0,3} (?:non-?existent|found|point)",
            r"recipient(?:'s)? domain (?:does|is|not)",
            r"domain part",
            r"no (?:valid )?(?:mx|a) records?",
            r"unrout\w+ address",
            r"\b[\w-]+(?:\.[\w-]+)+ does not exist",
            r"domain is not reachable",
            r"bad destination (?:host|system|domain)",
            r"unresolvable",
            r"couldn'?t find any host",
            r"malformed (?:domain|address)",
        ),
    ),
    Reason(
        "unknown_address",
        "hard",
        _any(
            r"user ?unknown",
            r"unknown ?(?:local |e-?mail |mail |virtual |or \w+ )?(?:user|recipient|mail ?box|"
            r"address|account|person|name|alias)",
            r"(?:no|not) (?:such |a |such a |valid |known |local |longer )*(?:user|recipient|"
            r"mail ?box|address|person|account|name|alias|email)\b",
            r"no (?:one|body|mail ?box|account|user|valid recipients?)(?: \S{1,40}){0,4} (?:here|"
            r"by that|with that|exist\w*|found|name|for|has|on|at|this)",
            r"no valid recipient",
            rf"{_WHO}(?:(?: \S{{1,40}}){{0,6}}?) (?:(?:is |was |are |were |could |can |has |"
            rf"have |may |probably |been |be |possibly )*(?:{_NOT}(?: a| an| been| be| currently|"
            rf" longer)*)(?: \S{{1,40}})? ?(?:found|known|exist\w*|valid|listed|recogni[sz]ed|"
            rf"available|hosted|here|registered|correct|located|active|in|defined|in use|user|"
            rf"mail ?box|match|handled|available|resolved|existing|have)|does ?(?:not|"
            rf"n'?t) (?:exist|have|match|appear)|do(?:es)? not exist|unknown|invalid|incorrect|"
            rf"non-?existent|undeliverable|unavailable|not ?found|has been (?:deleted|removed|"
            rf"terminated)|is (?:deleted|gone))",
            rf"(?:invalid|unknown|bad|incorrect|non-?exist\w*|undeliverable|wrong|mistyped|"
            rf"illegal|unrouteable|deleted|unrecogni[sz]ed)(?: or \w+)? {_WHO}",
            r"does ?(?:not|n'?t) (?:exist|have an? (?:\S{1,40} ){0,3}account)",
            r"account that you tried to reach does not exist",
            r"(?:is|are) not (?:a )?(?:known|valid|an? existing|recogni[sz]ed|listed)",
            r"no longer (?:valid|exist\w*|available|in use|with|at|here|works|an? )",
            r"(?:left|quit|leaves) (?:the|this|our) company",
            r"recipient (?:not|doesn't|does not)\b",
            r"not listed in",
            r"unknown$",
            r"cannot be (?:found|resolved)",
            r"not our customer",
            r"mail ?box not",
            r"user not",
            r"recipient not",
            r"address not",
            r"recipunknown",
            r"destination addresses were unknown",
            r"resolver\.adr",
            r"couldn't be found",
            r"could ?n[o']t (?:find|locate)(?: \S{1,40}){0,4} (?:user|address|mail ?box|"
            r"recipient|account)",
        ),
    ),
    Reason(
        "not_delivered_in_time",
        "soft",
        _any(
            r"(?:time|retry|queue|delivery)\S{0,30}(?: \S{1,40}){0,3} (?:exceed\w*|expired|"
            r"timed? ?out|time-?out)",
            r"timed? ?-?out",
            r"expired",
            r"(?:could|can) ?not be delivered (?:for|within|after|in)",
            r"unable to deliver(?: \S{1,40}){0,4} (?:for|after|in) ",
            r"(?:too|how) long",
            r"giving up",
            r"did not accept our requests",
            r"socket error",
            r"connection (?:was |is |has been )?(?:refused|reset|closed|dropped|lost|timed|"
            r"failed|interrupt\w*|died|terminated)",
            r"(?:no route to|cannot connect|couldn'?t connect|failed to connect|not connect|"
            r"unreachable|network is|lost connection|unable to connect|could not connect|"
            r"did not respond|no answer|not responding|host (?:is )?(?:down|unreachable))",
            r"try(?:ing)? again",
            r"tr(?:y|ied) later",
            r"temporar\w+",
            r"deferred",
            r"delayed",
            r"still (?:trying|undelivered|in)",
            r"service (?:is )?(?:not available|temporarily|currently)",
            r"not (?:yet )?been delivered",
            r"retry",
        ),
    ),
)

# Words in which a system speaks of its own directory, or a provider's code for it. Elsewhere words
# alone are not enough to call an address gone for good.
OWN_DIRECTORY = _any(
    r"not listed in (?:the )?(?:\S{1,40} )?directory",  # Domino
    r"not listed in public name",  # Notes
    r"no matches found for address",
    r"recipient name is not recogni[sz]ed",  # Exchange
    r"no valid recipients for this mm",  # Verizon
    r"^unknown user:",  # IMail
    r"invalid final delivery userid",
    r"mail\.local: unknown user",  # Sendmail
    r"address not found your message wasn't delivered",  # Gmail
    r"(?:ofr|lpn)\w*_416",  # Orange, La Poste
    r"recipient address rejected: access denied",
)

# What the subject and detail of an enhanced code say (RFC 3463, and the registry of RFC 5248).
BY_CODE = {
    "1.0": "unknown_address",
    "1.1": "unknown_address",
    "1.2": "unknown_host",
    "1.3": "unknown_address",
    "1.6": "moved",
    "1.7": "sender_refused",  # the address is that of the sender
    "1.8": "sender_refused",
    "1.10": "takes_no_mail",  # RFC 7505
    "2.1": "disabled",
    "2.2": "mailbox_full",
    "2.3": "too_big",
    "3.1": "system_full",
    "3.2": "takes_no_mail",
    "3.4": "too_big",
    "4.4": "unknown_host",
}
BY_SUBJECT = {"4": "not_delivered_in_time", "6": "sender_refused", "7": "sender_refused"}
BY_REPLY = {"521": "takes_no_mail", "556": "takes_no_mail", "552": "mailbox_full"}
