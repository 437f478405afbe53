"""English: what carriers and the FCC name (47 CFR 64.1200(a)(10)), and what people write."""

from tactful.guard.wordings.language import Language, patterns, words

_WRITE = r"(?:text|txt|messag|msg|contact|call|e?mail|spam|bother|harass|writ|send|sms|phon)"
_WRITING = (
    r"(?:texting|txting|messaging|msging|contacting|calling|e?mailing|spamming|bothering"
    r"|harassing|writing|phoning)"
)
_TEXTS = r"(?:texts?|txts?|text messages?|messages?|msgs?|sms|notifications?|reminders?|alerts?)"
_NOUN = rf"(?:{_TEXTS}|e?mails?|calls?|spam|updates?)"
_LIST = r"(?:lists?|database|system|group|contacts|records|distribution)"
_NOT = r"(?:dont|do not|never)"
_HALT = r"(?:stop|quit|cease|discontinue)"
_FIRST = (
    r"^(?:please |pls |plz |can you |could you |will you |would you |just |hey |hi |hello |ok "
    r"|okay |so |now |and |sorry |i said |you must |you should )*"
)
_LAST = (
    r"(?: (?:please|pls|plz|now|immediately|asap|already|thanks|thank you|thx|ok|again|any ?more"
    r"|ever|at all|at once|to (?:me|us|this (?:phone|number|line))|from (?:you|this number)))*$"
)

ENGLISH = Language(
    stop=words(
        "stop stopall unsubscribe cancel end quit revoke optout unsub remove stp sotp stpo tsop "
        "opout"
    ),
    start=words("start unstop resubscribe optin"),
    help=words("help info"),
    polite=words(
        "please pls plz thanks thank you thx ty now just immediately already asap at once"
    ),
    sentences=patterns(
        rf"\b{_HALT} (?:\w+ )?{_WRITE}\w*(?: me)?(?: \w+)? {_NOUN}\b",
        rf"\b{_HALT} (?:\w+ )?{_WRITING}(?: to)? (?:me|us|this (?:number|phone)|my \w+)\b"
        r"(?! (?:an?|names|that)\b)",
        rf"\b{_HALT} {_WRITING}{_LAST}",
        r"\bstop sending (?:me )?(?:these|this|those|any ?more|anything|stuff|things)\b",
        rf"\b{_HALT} (?:receiving|getting) (?:any |all |more |of )*"
        rf"(?:these|those|them|your|such|{_NOUN})\b",
        rf"\b{_HALT}(?: with| w)?(?: all| these| those| the| your| any| my| more)*"
        rf" {_NOUN}{_LAST}",
        r"\b(?:end|cancel|turn off|switch off|enough(?: of| with)?)"
        rf"(?: all| these| those| the| your| any| my)* {_TEXTS}{_LAST}",
        rf"\bcancel my subscription to (?:the |these |your )?{_TEXTS}\b",
        rf"\bno (?:more|further) (?:\w+ )?{_NOUN}\b",
        rf"{_FIRST}no (?:texts|txts|sms){_LAST}",
        rf"{_FIRST}no {_TEXTS} (?:please|pls|thanks|thank you|any ?more|ever)\b",
        r"\bunsubscribe\b",
        r"\bopt(?:ing)?(?: me| us)? out\b",
        r"\b(?:take|get|remove|delete) (?:me|us|this (?:phone )?number|my (?:\w+ )?\w+)"
        rf" (?:off|from|out of) (?:\w+ )*?{_LIST}\b",
        rf"{_FIRST}remove from (?:the |this |your |all )*{_LIST}{_LAST}",
        rf"{_FIRST}(?:take|get) me off(?: of)?(?: this| these| here| it)?{_LAST}",
        r"\b(?:take|remove|delete|lose|forget) my (?:\w+ )?number(?: off| please)?$",
        rf"{_FIRST}(?:take|remove|delete|lose) this (?:phone )?number(?: off)?{_LAST}",
        rf"{_FIRST}remove (?:me|us){_LAST}",
        rf"\b(?:be|get) (?:removed|taken off)(?: (?:from|of) (?:\w+ )*?{_LIST})?{_LAST}",
        rf"{_FIRST}(?:leave me alone|go away|get lost|do not disturb|(?:fuck|piss|f) off){_LAST}",
        r"\bleave me alone\b",
        rf"{_FIRST}(?:please )?discontinue{_LAST}",
        rf"\b{_NOT} (?:ever )?{_WRITE}(?:e|ing)? (?:me|us|this (?:number|phone))"
        r"(?: (?:again|any ?more|ever|please|any(?: more)? \w+|(?:on|at) this number))*$",
        rf"\b{_NOT} (?:ever )?send (?:me |us )?(?:any |more |further |these |your |those )*"
        rf"{_TEXTS}{_LAST}",
        rf"{_FIRST}{_NOT} (?:ever )?(?:text|txt|message|msg|contact|sms){_LAST}",
        rf"{_FIRST}{_NOT} (?:ever )?call (?:again|any ?more|ever)\b",
        r"\b(?:dont|do not|no longer|never) (?:want|wish|like)(?: to)?(?: (?:get|receive|have|be"
        r"|any|more|further|your|these|those|all|getting|receiving|from you|the))*"
        rf" (?:{_NOUN}|contacted|texted|messaged|called|emailed)\b",
        r"\b(?:dont|do not|no longer) (?:want|wish|like)(?: to)?(?: any| more| of| get| receive"
        r"| getting| receiving)* (?:these|this|those|them) any ?more\b",
        r"\b(?:dont|do not) want any more of (?:these|this|those|them)\b",
        r"\bno longer interested in (?:receiving|getting|your)\b",
        r"\bhow (?:do|can) (?:i|we) (?:stop|end|turn off)"
        rf" (?:these|them|those|(?:these |those |the |your )?{_TEXTS})$",
        r"\b(?:revoke|withdraw) (?:my )?consent\b",
        rf"{_FIRST}i (?:do not|dont) consent{_LAST}",
        r"^(?:please )*stop i (?:never|didnt|did not|dont|do not)"
        r" (?:sign|subscribe|ask|want|know|consent)",
        r"^cease and desist\b",
    ),
    denied=patterns(
        r"\b(?:dont|do not|not|never|didnt|wont|did) (?:you |i |we |ever |want to )?"
        r"(?:stop|unsubscribe|opt|quit|remove|end|cancel|take me|leave me alone)\b",
        r"\b(?:by mistake|by accident|accidentally)\b",
    ),
    notices=patterns(
        # Who would rather be reached another way still wants to be reached.
        r"\b(?:call|phone|ring|text|txt|e?mail|write|message|whatsapp)(?: to)? (?:me|us) instead\b",
        r"\b(?:just|only|rather) (?:call|phone|ring|text|txt|e?mail|write|message) (?:me|us)\b",
        r"(?<!i )\b(?:reply|text|txt|send) (?:with )?stop\b|\bunsubscribe with stop\b",
        r"\bto (?:opt out|unsubscribe|(?:stop|end|cancel)(?: \w+){0,2}) "
        r"(?:reply|text|txt|send|call|click|visit)\b",
        r"\b(?:opt out|unsubscribe)(?: \w+){0,3} (?:reply|text|txt|send|call|click|visit)\b",
        r"\b(?:opt out|unsubscribe)(?: \w+)? to \d{3,}\b|\bopt out available\b",
        r"\b(?:stop|opt out|opt out stop)(?: (?:sms|texts?|call|on))* \d{4,}",
        r"\byou (?:can|may) (?:\w+ )?(?:opt out|unsubscribe|cancel)(?! me| us)\b",
    ),
    wrong=(
        r"^(?:hi |hello |hey |no |sorry |so |but |i think |i believe |im afraid |think )*"
        r"(?:(?:you|u|youve|ya)(?: have| ve| must| probably| got| have got| are| re| just)*"
        r" (?:have|got|texted|texting|messaged|messaging|called|calling|dialed|dialled|sent this to"
        r"|reached|ve)? ?(?:to )?(?:the |a )?)?"
        r"wrong (?:number|person|guy|man|woman|lady|contact)"
        r"(?: (?:sorry|please|pls|mate|man|dude|buddy|friend|here|again|i think|i guess|lol"
        r"|thanks|stop))*$",
        r"^(?:hi |hello |no |sorry |but |i think )*(?:this|it|that) (?:is|must be|s) "
        r"(?:the |a )?wrong (?:number|person|phone)\b",
        r"^(?:hi |hello |no |nope |sorry |but |i think )*(?:this|it) (?:is not|isnt|aint|s not)"
        r" (?:{name}|(?:{name} )?s? ?(?:the )?right (?:number|person))(?: sorry| here)*$",
        r"^(?:hi |hello |no |nope |sorry |but )*(?:i am|im) not {name}$",
        r"^(?:sorry |hi |hello )*(?:there (?:is|s) )?no {name} (?:here|(?:at|on) this number)$",
        r"\b(?:this|the) (?:number|phone) (?:is no longer|isnt|is not|doesnt belong to"
        r"|no longer belongs to) {name}\b",
        r"\b(?:nobody|no one|noone) (?:here )?(?:is )?(?:called|named) {name}\b",
        r"^(?:no |sorry )*(?:this|it) (?:isnt|is not) {name} s (?:number|phone)\b",
        r"\b(?:not|no longer) {name} s (?:number|phone)\b",
        r"\b{name} (?:no longer|doesnt|does not) (?:has|have|use|uses) this (?:number|phone)\b",
    ),
)
