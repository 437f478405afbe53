"""Opt-outs are recognised however they are worded, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.optout import Wish, classify, confirmation
from tactful.guard.segments import count

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
""".strip().splitlines()

NOTHING = """
YES
yes
Y
no
ok thanks
don't stop
please don't stop
do not stop the texts, they help
don't unsubscribe me
I did not opt out
I unsubscribed by mistake
I'll stop by tomorrow
stop by any time
the bus stop
it is next to the bus stop
can you stop the delivery?
please stop the delivery
stop the order
Can you cancel my order?
please cancel the appointment
yes please cancel
Yes, cancel it
cancel my appointment on Friday please
at the end of the day
the end of the street
non-stop flight
when will it end?
I quit my job
why did you stop texting me?
you stopped texting me
send me more texts
I got no message
I don't want the blue one
I do not want it delivered on Monday
don't call me before 9
don't text me at work, my private number is better
remove the sofa from the order please
take me off the Monday delivery and put me on Tuesday
Text STOP to opt out
This is an automatic answer. To unsubscribe, reply STOP.
You work too much. Just quit.
help me
can you help?
I need some info about my order
start over
when does it start?
where is my parcel
unsure
unsupported
The driver did not stop at my house
El fin de semana
à la fin du mois
Ende der Woche
am Ende
Wann ist die Lieferung?
la salida
arriverò alla fine del mese
""".strip().splitlines()

OTHERS: list[tuple[str, Wish]] = [
    ("START", "start"),
    ("start.", "start"),
    ("UNSTOP", "start"),
    ("Un-stop", "start"),
    ("opt in", "start"),
    ("HELP", "help"),
    ("Help!", "help"),
    ("INFO", "help"),
    ("aide", "help"),
    ("AYUDA", "help"),
    ("Hilfe", "help"),
]


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("text", [*STOPS, "STOP\n\nSent from my iPhone", "Stop\n> On Monday …"])
def test_any_reasonable_wording_is_an_opt_out(text: str) -> None:
    assert classify(text) == "stop"


@pytest.mark.parametrize("text", NOTHING)
def test_other_messages_ask_nothing_of_the_sender(text: str) -> None:
    assert classify(text) is None


@pytest.mark.parametrize(("text", "wish"), OTHERS)
def test_start_and_help_are_whole_messages(text: str, wish: Wish) -> None:
    assert classify(text) == wish


@pytest.mark.parametrize("text", ["", "   ", "...", "👍", "\x00", "\ud800", "?" * 5000])
def test_a_message_without_words_asks_nothing(text: str) -> None:
    assert classify(text) is None


@given(st.text(max_size=200))
def test_any_text_can_be_classified(text: str) -> None:
    assert classify(text) in {None, "stop", "start", "help"}


@pytest.mark.parametrize("locale", ["en", "fr", "es", "de", "it", "nl", "pt"])
@pytest.mark.parametrize("kind", ["stop", "start", "help"])
def test_a_confirmation_fits_one_segment_and_names_its_owner(kind: Wish, locale: str) -> None:
    text = confirmation(kind, locale, "Harbour Lights Ltd", "01 234 5678")
    counted = count(text)
    assert (counted.encoding, counted.segments) == ("GSM-7", 1), text
    assert text.startswith("Harbour Lights Ltd")
    assert ("START" in text) == (kind == "stop")
    assert ("01 234 5678" in text) == (kind == "help")


def test_an_unknown_language_gets_english() -> None:
    assert confirmation("stop", "xx", "Acme") == confirmation("stop", "en-GB", "Acme")
    assert confirmation("stop", "fr-CA", "Acme") != confirmation("stop", "en", "Acme")
