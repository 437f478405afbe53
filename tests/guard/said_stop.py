"""What people write who want no more messages, in many languages."""

STOPS = """
STOP
stop
Stop.
 StOp!!!
"STOP"
STOP PLEASE
please stop
Stop it
STOP STOP STOP
ok stop
stop all
STOPALL
stop this please
stop now
s t o p
stpo
stopp
STOOP
st0p
unsubscribe
Unsubscibe
unsuscribe
unsubscribe me
UNSUB
please unsubscribe me from this
how do I unsubscribe?
cancel
Cancel please
end
quit
revoke
optout
opt out
opt-out
I want to opt out
please opt me out
stop texting me
Please stop texting me
can you stop texting me?
stop messaging me please!
stop sending me texts
stop sending me these
STOP SENDING THESE MESSAGES
stop calling me
stop contacting me
please stop the texts
no more messages
No more texts please
take me off your list
Please take me off this list
remove me from your list
remove my number
take my number off your list
don't text me
Don’t text me again
do not contact me anymore
don't ever message me again
never call this number again
leave me alone
I don't want these messages
I do not wish to receive any more texts
i dont want to get your messages
i no longer want to be contacted
I revoke my consent
wrong number, please stop
🛑 STOP 🛑
Who is this? STOP
I said no. Please stop.
STOP, wrong number
ARRET
Arrêt
arrêter
Arrêtez de m'écrire
ne m'envoyez plus de messages
désabonnez-moi
plus de SMS
ALTO
baja
darme de baja
Dejen de enviarme mensajes
no me escriban más
no quiero recibir más mensajes
Stopp
abmelden
Bitte keine SMS mehr
Keine weiteren Nachrichten
Schreiben Sie mir nicht mehr
Melden Sie mich bitte ab
Hören Sie auf
basta
Smettetela di scrivermi
Non scrivetemi più
cancellatemi
afmelden
geen berichten meer
Stop met sms'en
Haal mij van de lijst
PARAR
pare de me enviar mensagens
não me mandem mais mensagens
sair
cease and desist
no more txts
no more msgs
stop txting me
stop txt
stop w the texts
stop spamming
stop spamming my phone
enough with the messages
enough messages
Do not text
dont text
dont message
do not contact
no texts
no text messages please
no messages please
go away
get lost
lose my number
delete my number
remove
REMOVE ME
take me off
take me off this
get me off this list
please cancel these texts
cancel texts
end texts
stop alerts
stop reminders
turn off notifications
turn off these alerts
i want to stop receiving these
i don't want to receive these anymore
I do not want to receive messages from you
please stop sending messages
stop sending messages
stop sending me messages
stop sending this to me
stop sending me things
stop msgs
stop messages
stop sms
stop text
do not disturb
stop bothering me
Don't ever text this number again
no longer interested in receiving messages
I want to unsubscribe
I wish to unsubscribe
how can i stop these texts
how do i stop these
how do i stop getting these
please remove from list
remove from list
remove this number
remove this number from your list
take this number off
take my name off your list
please take my number out of your system
stop all messages
stop all texts to this number
stop immediately
stop asap
STOP STOP
stoooop
Stop already
just stop
plz stop
pls stop it
stop!!! I never signed up
stop i never signed up
stop ok
ok stop now
stop stop stop please
STOP TEXTING
stop contacting us
quit texting
quit messaging me
I opt out
opt me out
opt-out please
optout please
i'd like to opt out
i would like to be removed
I'd like to be removed from this list
please remove me from your contacts
i am opting out
please discontinue
discontinue messages
discontinue these texts
i don't want any more of these
don't send me any more
don't send me messages
please don't send any more texts
never message me again
please don't contact me
don't contact me
do not message this phone
i do not consent
I withdraw consent
i withdraw my consent to these messages
cancel my subscription to texts
unsubscribe from texts
unsubscribe from all
unsubscribe all
un subscribe
unsubcribe
unscribe
end messages
f off
fuck off
arrêtez
arrêtez svp
arrete de m'envoyer des sms
arrêtez les messages
stop les sms
stop sms svp
je ne veux plus recevoir de messages
je ne veux plus recevoir vos sms
je ne souhaite plus recevoir de SMS
je ne veux plus être contacté
ne me contactez plus
n'envoyez plus de messages
ne plus me contacter
plus de messages svp
désinscription
me désinscrire
désinscrivez-moi
retirez-moi de la liste
supprimez mon numéro
laissez-moi tranquille
foutez-moi la paix
fini les messages
no más mensajes
no mas sms por favor
no me manden mensajes
no me envíe más mensajes
no me escriba
no me contacten
no quiero mensajes
ya no quiero recibir mensajes
no deseo recibir más sms
deje de escribirme
dejen de molestar
deja de enviarme sms
dar de baja
quiero darme de baja
denme de baja
bórrenme de la lista
quítenme de la lista
elimine mi número
eliminar mi número
detener mensajes
déjenme en paz
basta de mensajes
stop mensajes
Keine SMS mehr
keine Nachrichten mehr bitte
keine weiteren SMS bitte
ich möchte keine SMS mehr
Ich möchte keine Nachrichten mehr erhalten
ich will keine Nachrichten mehr bekommen
nicht mehr schreiben
schreibt mir nicht mehr
bitte nicht mehr schreiben
bitte nicht mehr anrufen
rufen Sie mich nicht mehr an
Schicken Sie mir keine SMS mehr
bitte senden Sie mir nichts mehr
senden Sie keine weiteren Nachrichten
hört auf mir zu schreiben
aufhören
aufhören bitte
hören Sie auf, mir zu schreiben
lasst mich in Ruhe
lassen Sie mich in Ruhe
bitte abmelden
ich melde mich ab
mich abmelden
nehmen Sie mich von der Liste
löschen Sie meine Nummer
Bitte löschen Sie meine Nummer
streichen Sie mich aus dem Verteiler
ich widerrufe meine Einwilligung
widerruf
kein Interesse mehr, bitte keine Nachrichten
stop bitte
stopp bitte
basta messaggi
non voglio più messaggi
non voglio più ricevere messaggi
non voglio ricevere sms
non mandatemi più messaggi
non mi mandate più sms
non mi scrivete più
non scrivermi più
smettila di scrivermi
smettete di mandare messaggi
smetti
cancellami dalla lista
cancellate il mio numero
rimuovetemi dalla lista
toglietemi dalla lista
lasciatemi in pace
niente più messaggi
niente messaggi
disiscrivimi
mi disiscrivo
revoco il consenso
geen sms meer
geen berichten meer aub
geen berichten
ik wil geen berichten meer
ik wil geen sms meer ontvangen
ik wil geen berichten meer ontvangen
stuur mij geen berichten meer
stuur geen berichten meer
stuur me niets meer
stop met berichten sturen
stop met sturen
stop met mij te sms'en
hou op
hou op met sms'en
laat me met rust
haal me van de lijst
verwijder mijn nummer
schrijf mij uit
uitschrijven aub
meld mij af
mij afmelden
bel me niet meer
não quero mais mensagens
não quero receber mensagens
não quero receber mais mensagens
não desejo receber sms
parem de enviar mensagens
pare de mandar mensagem
para de me mandar mensagem
pare com as mensagens
parem
não me mande mais mensagem
não me mandem mais sms
não me contate mais
não me liguem mais
chega de mensagens
sem mais mensagens
me tire da lista
retire meu número
remova meu número
removam-me da lista
me deixem em paz
cancelar mensagens
cancelar inscrição
descadastrar
sair da lista
avsluta
avregistrera
sluta skicka sms
afmeld
frameld
avmeld
lopeta
wypisz
rezygnuję
iptal
ret
durdur
стоп
отписаться
отпишите меня
στοπ
توقف
إلغاء
הסר
עצור
退订
停止
配信停止
수신거부
stop 🛑
🛑
I signed up by mistake, please unsubscribe me
don't stop, stop texting me
I text STOP to 88088 already. Please stop texting me.
""".strip().splitlines()
