"""German and Dutch, and the words that the Scandinavian languages have for it."""

from tactful.guard.wordings.language import Language, patterns, words

_DE = r"(?:sms|nachrichten|e?mails?|anrufe|werbung|mitteilungen|erinnerungen|benachrichtigungen)"
_DE_LAST = r"(?: (?:mehr|bitte|schicken|senden|danke|erhalten|bekommen|haben|empfangen|an mich))*$"

GERMAN = Language(
    stop=words("stopp stoppen abmelden abbestellen austragen kündigen aufhören widerruf abmeldung"),
    help=words("hilfe"),
    polite=words("bitte danke jetzt sofort mich endlich"),
    sentences=patterns(
        rf"\bkeine (?:weiteren |mehr )?{_DE}{_DE_LAST}",
        r"\b(?:schreib(?:en|t)?|kontaktieren|ruf(?:en|t)?|belastig(?:en|t)?) (?:sie |ihr )?"
        r"(?:mir|mich|uns)\b.*\b(?:nicht|nie) (?:mehr|wieder)\b",
        r"^(?:bitte )?nicht mehr (?:schreiben|anrufen|kontaktieren|melden|texten)(?: bitte)?$",
        r"\b(?:schick|send)(?:en|et|t)? (?:sie |ihr )?(?:mir |uns )?(?:bitte )?nichts mehr$",
        r"^(?:bitte )?(?:hor|horen|hort) (?:sie )?(?:bitte |endlich |jetzt )*auf\b",
        r"\bmeld(?:e|en|et) (?:sie )?(?:mich )(?:bitte )?ab\b",
        r"\b(?:von|aus) (?:der|ihrer|eurer|dem|ihrem) (?:\w*liste|verteiler)\b",
        r"^(?:bitte )?(?:losch(?:en|t|e)?) (?:sie )?(?:bitte )?meine (?:\w*nummer|daten)"
        r"(?: bitte)?$",
        r"\b(?:lass|lasst|lassen)(?: sie)? mich (?:bitte |endlich )*in ruhe\b",
        r"\bwiderrufe (?:hiermit )?(?:meine|die) einwilligung\b",
        r"\bstopp?t? (?:mit )?(?:den|die|diese|diesen|eure|ihre)? ?(?:sms|nachrichten)\b",
    ),
    denied=patterns(
        r"\bversehentlich\b|\bversehen\b|\bnicht (?:abmelden|aufhoren|stoppen|abbestellen)\b",
    ),
    notices=patterns(
        r"\b(?:um|zum) (?:\w+ )*?(?:abmelden|abbestellen|abzumelden|abzubestellen)\b",
        r"\bantworten sie\b",
    ),
    wrong=(
        r"^(?:sorry |hallo |nein |entschuldigung |ich glaube |tut mir leid )*"
        r"(?:sie (?:haben|sind)(?: hier)? |du (?:hast|bist)(?: hier)? |das ist |hier ist )?"
        r"(?:die |eine |der |mit der |bei der )?(?:falsche[nr]? (?:nummer|person)"
        r"|falsch verbunden)(?: sorry)*$",
        r"^(?:sorry |hallo |nein |entschuldigung )*(?:ich bin nicht|hier ist nicht|das ist nicht"
        r"|hier ist keine?|hier gibt es keine?n?|hier wohnt keine?)(?: der| die| frau| herr)*"
        r" {name}$",
        r"\b(?:sie haben|du hast) (?:sich|dich) (?:verwahlt|in der nummer geirrt)\b",
    ),
)

_NL = r"(?:sms(?:jes|sen)?|bericht(?:en|jes)|e?mails?|appjes|meldingen|herinneringen|telefoontjes)"
_NL_LAST = r"(?: (?:meer|aub|a u b|alstublieft|svp|graag|ontvangen|krijgen|hebben|dank u))*$"

DUTCH = Language(
    stop=words("afmelden uitschrijven opzeggen"),
    help=words("hulp"),
    polite=words("aub nu alstublieft mij me"),
    sentences=patterns(
        rf"\bgeen (?:\w+ )?{_NL}{_NL_LAST}",
        r"\b(?:stop|hou op|stopt|houd op) met (?:mij |me |te )*(?:te )?(?:sms|berichten|bellen"
        r"|appen"
        r"|sturen|mailen|schrijven)\w*\b",
        r"^(?:aub )?hou(?:d)?(?: er| nu)? (?:mee )?op(?: aub)?$",
        r"\b(?:haal|verwijder|schrijf) (?:mij|me|mijn nummer) (?:van|uit)\b.*\blijst\b",
        r"^(?:aub )?(?:verwijder|wis) mijn (?:nummer|gegevens)(?: aub)?$",
        r"^(?:aub )?(?:schrijf (?:mij|me) uit|meld (?:mij|me) af)(?: aub)?$",
        r"\b(?:stuur|bel|sms|app|schrijf|contacteer)(?: mij| me)(?: \w+)?"
        r" (?:niet|niets|nooit) meer\b",
        r"\blaat (?:mij|me) met rust\b",
        r"\btrek mijn toestemming in\b",
    ),
    denied=patterns(r"\bper ongeluk\b"),
    notices=patterns(r"\bom (?:\w+ )?(?:af te melden|uit te schrijven)\b"),
    wrong=(
        r"^(?:sorry |hallo |nee |ik denk dat )*(?:u heeft |u hebt |je hebt |dit is |u bent )?"
        r"(?:het |een |de )?(?:verkeerde? (?:nummer|persoon)|verkeerd verbonden)$",
        r"^(?:sorry |hallo |nee )*(?:ik ben niet|dit is niet|hier woont geen) {name}$",
        r"^(?:sorry |hallo |nee )*(?:ik ben|dit is) {name} niet$",
    ),
)

SCANDINAVIAN = Language(
    stop=words("avsluta avregistrera avmeld frameld afmeld lopeta"),
    help=words("hjalp hjelp"),
    sentences=patterns(
        r"\bsluta (?:att )?(?:skicka|ringa|kontakta|messa|sms)\w*\b",
        r"\b(?:inga|ingen|ikke) (?:fler|flere) (?:sms|meddelanden|beskeder|meldinger)\b",
        r"\bstop med at (?:skrive|sende|ringe|kontakte)\b",
        r"\bslutt (?:med )?(?:å |a )?(?:å )?(?:sende|ringe|kontakte)\b",
    ),
    wrong=(
        r"^(?:hej |hei |sorry |nej |nei )*(?:du har |det er |det ar |ni har )?(?:fel|feil|forkert)"
        r" nummer$",
    ),
)
