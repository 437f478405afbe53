"""French, Spanish, Italian and Portuguese."""

from tactful.guard.wordings.language import Language, patterns, words

_FR = r"(?:messages?|sms|textos?|courriels?|e?mails?|appels?|notifications?|rappels?)"
_FR_WRITE = r"(?:ecrire|envoyer|contacter|appeler|texter|harceler|deranger|spammer|solliciter)"
_FR_LAST = r"(?: (?:svp|merci|s il vous plait|s il te plait|maintenant|ici))*$"

FRENCH = Language(
    stop=words(
        "arret arreter arretez desabonner desabonnement desinscrire desinscription stopper stop"
    ),
    start=words("reprendre"),
    help=words("aide"),
    polite=words("merci svp"),
    sentences=patterns(
        rf"\b(?:arretez?|arreter|cessez|cesser) (?:de |d )?(?:m |me |nous )?{_FR_WRITE}\b",
        rf"\b(?:arretez?|arreter|cessez|cesser|stop|stopper|fini)(?: (?:les|vos|ces|tous|tes|aux"
        rf"|avec|de|d))* {_FR}{_FR_LAST}",
        r"\b(?:ne |n )(?:m |me |nous )?(?:contacte|ecri[ts]|envoie|envoye|appelle|appele|texte"
        r"|derange|ecrive)\w*(?: moi)? plus\b",
        rf"\bne plus (?:m |me |nous )?{_FR_WRITE}\b",
        r"\b(?:ne )?(?:veux|souhaite|desire)(?: \w+)? plus (?:rien )?(?:recevoir|etre contacte"
        r"|avoir|de|d)\b",
        r"\b(?:desabonn|desinscri)(?:ez|er|re|vez|s)\b",
        rf"\b(?:plus|pas) (?:de |d )?{_FR}{_FR_LAST}",
        r"\b(?:retirez|enlevez|supprimez)(?: moi| mon numero)\b.*\b(?:liste|numero)\b",
        rf"^(?:merci de )?(?:retirez|enlevez|supprimez|effacez) mon numero{_FR_LAST}",
        r"\b(?:laissez|foutez|fichez|laisse) moi (?:tranquille|la paix|en paix)\b",
        r"\b(?:revoque|retire) mon consentement\b",
    ),
    denied=patterns(
        r"\bpar erreur\b|\b(?:ne|n) (?:\w+ )?(?:arretez|stoppez|desabonnez) pas\b",
    ),
    notices=patterns(
        r"\b(?:pour|afin de) (?:\w+ )?(?:desabonner|desinscrire|stopper|arreter)\b",
    ),
    wrong=(
        r"^(?:desole |pardon |non |bonjour |je crois que |c est )*(?:vous (?:avez|vous etes) )?"
        r"(?:fait |compose )?(?:un |le |du )?(?:mauvais|faux) (?:numero|destinataire)"
        r"(?: desole| pardon)*$",
        r"\b(?:vous vous trompez|vous vous etes trompe|tu te trompes|tu t es trompe)"
        r" (?:de (?:numero|personne)|d (?:interlocuteur|destinataire))\b",
        r"^(?:desole |pardon |c est une )*erreur de (?:numero|destinataire)$",
        r"^(?:desole |pardon |non |bonjour )*(?:ce n est|c est|je ne suis|je suis) pas {name}$",
        r"^(?:il n y a |y a )?pas de {name} (?:ici|a ce numero)$",
    ),
)

_ES = r"(?:mensajes?|sms|correos?|llamadas|notificaciones|recordatorios|avisos)"
_ES_LAST = r"(?: (?:por favor|gracias|ya|a este numero|nunca))*$"

SPANISH = Language(
    stop=words("alto parar pare baja cancelar detener deten basta salir"),
    start=words("empezar iniciar"),
    help=words("ayuda"),
    polite=words("por favor gracias ya"),
    sentences=patterns(
        r"\b(?:deja|deje|dejen|dejad|para|paren) (?:ya )?de (?:enviar|mandar|escribir|llamar"
        r"|contactar|molestar)\w*\b",
        r"\bno (?:me |nos )?(?:envi|mand|escrib|llam|contact|molest)(?:e|en|es|a|an|as)\b.*\bmas\b",
        r"^(?:por favor )?no (?:me |nos )(?:escrib|contact|molest)(?:e|en|es|a|an|as)"
        rf"{_ES_LAST}",
        rf"^(?:por favor )?no (?:me |nos )(?:envi|mand)(?:e|en|es|a|an|as)(?: mas)?"
        rf" {_ES}{_ES_LAST}",
        r"\b(?:dar|den|deme|denme|darme) ?(?:me )?de baja\b",
        r"\bno (?:quiero|deseo)(?: recibir| mas| sus| estos| ningun| tener| otros)* "
        rf"{_ES}{_ES_LAST}",
        r"\b(?:borr|quit|elimin|sa[cq]u)(?:en|ar|e|a)(?:me)?\b.*\b(?:lista|mi numero)\b",
        rf"^(?:no mas|basta de|detener|stop|cancelar|parar)(?: los| las| sus| de)* {_ES}{_ES_LAST}",
        r"\b(?:dejenme|dejeme|dejame) en paz\b",
        r"\b(?:revoco|retiro) mi consentimiento\b",
    ),
    denied=patterns(
        r"\bpor error\b|\bno (?:dejen|deje|dejes) de\b",
    ),
    notices=patterns(r"\bpara (?:darse|dar) de baja\b"),
    wrong=(
        r"^(?:lo siento |perdon |no |hola |creo que )*(?:tiene |tienes |es |este es )?"
        r"(?:un |el )?(?:numero|persona) (?:equivocad[oa]|erroneo)(?: lo siento)*$",
        r"\b(?:se equivoco|se equivoca|te equivocaste|se han equivocado|se ha equivocado"
        r"|te has equivocado) de (?:numero|persona)\b",
        r"^(?:lo siento |perdon |no |hola )*(?:no soy|esta no es|este no es(?: el numero de)?"
        r"|aqui no (?:vive|hay ningun[a]?)) {name}$",
    ),
)

_IT = r"(?:messagg[io]|sms|e?mail|chiamate|notifiche|avvisi)"

ITALIAN = Language(
    stop=words("ferma fermare fermati annulla disiscrivi disiscrivimi cancellami smetti smettete"),
    start=words("avvia"),
    help=words("aiuto"),
    polite=words("per favore grazie ora"),
    sentences=patterns(
        r"\b(?:smett\w+|basta|finite\w*) (?:di |con )?(?:\w+ )?(?:scriver\w*|mandar\w*|inviar\w*"
        rf"|chiamar\w*|contattar\w*|{_IT})\b",
        r"\bnon (?:mi |ci )?(?:scrive|contatta|manda|invia|chiama)te(?:mi|ci)?\b.*\bpiu\b",
        r"\bnon (?:scriver|contattar|mandar|inviar|chiamar)(?:mi|ci)\b.*\bpiu\b",
        rf"\bnon (?:voglio|desidero)(?: ricevere| piu| altri| questi| i vostri)* {_IT}\b",
        r"\b(?:cancellate|rimuovete|togliete|cancella|rimuovi|togli)mi\b",
        r"^(?:per favore )?(?:cancellate|rimuovete|cancella) il mio numero\b",
        rf"^(?:niente|basta|stop)(?: piu| altri| con)* {_IT}\b",
        r"\b(?:lasciatemi|lasciami) in pace\b",
        r"\bmi (?:disiscrivo|cancello)\b",
        r"\brevoco il (?:mio )?consenso\b",
    ),
    denied=patterns(r"\bper (?:errore|sbaglio)\b"),
    notices=patterns(r"\bper (?:disiscriversi|cancellarsi)\b"),
    wrong=(
        r"^(?:scusi |scusa |mi spiace |no |ciao |guardi )*(?:ha |hai |avete |e |e il )?"
        r"(?:il |un )?(?:numero sbagliato|sbagliato (?:numero|persona)|persona sbagliata)$",
        r"^(?:scusi |scusa |mi spiace |no |ciao )*(?:non sono|questo non e(?: il numero di)?"
        r"|qui non c e nessun[a]?) {name}$",
    ),
)

_PT = r"(?:mensage[nm]s?|sms|e?mails?|ligacoes|notificacoes|avisos|lembretes)"

PORTUGUESE = Language(
    stop=words("sair remover descadastrar descadastre parem"),
    help=words("ajuda"),
    polite=words("por favor obrigado obrigada agora"),
    sentences=patterns(
        r"\b(?:para|pare|parem|deixe|deixem) de (?:me )?(?:enviar|mandar|ligar|escrever"
        r"|conta[ct]+ar)\b",
        rf"^(?:por favor )?(?:para|pare|parem|chega|basta)(?: com| de)(?: as| os| essas)* {_PT}\b",
        r"\bnao (?:me )?(?:envi|mand|ligu|conta[ct]+|escrev)(?:e|em|a|am)\b.*\bmais\b",
        rf"\bnao (?:quero|desejo)(?: receber| mais| suas| estas| essas)* {_PT}\b",
        rf"^(?:sem|nada de) mais {_PT}\b",
        r"\b(?:remov|retir|tir)(?:a|am|e|em)(?: me)?\b.*\b(?:lista|meu numero)\b",
        rf"^(?:cancelar|parar)(?: as| os)* (?:{_PT}|inscricao)$",
        r"^sair da lista$",
        r"\bme deixem? em paz\b|\bdeixem? me em paz\b",
        r"\b(?:revogo|retiro) (?:o )?meu consentimento\b",
    ),
    denied=patterns(r"\bpor (?:engano|erro)\b"),
    wrong=(
        r"^(?:desculpe |desculpa |nao |ola |acho que )*(?:e |foi |voce ligou para o )?"
        r"(?:engano|(?:o )?(?:numero|pessoa) (?:errad[oa]|trocado))$",
        r"^(?:desculpe |desculpa |nao |ola )*(?:nao sou|este nao e(?: o numero d[aeo])?"
        r"|aqui nao (?:mora|tem)) (?:a |o )?{name}$",
    ),
)
