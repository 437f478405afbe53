"""What people write that is no opt-out, though it may sound like one, and wrong numbers."""

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
no more
no messages
do not call me, text me instead
No calls please, just text me
stop calling me an idiot
T&Cs/stop SMS 08718727868
To stop texts call 08712460324
Opt-out available
You can unsubscribe at anytime by calling us
please cancel my call with the doctor
can you stop the parcel?
don't send me the blue one
don't send me anything on Monday
I would like to be called on Monday
take me off at the next stop
how do I stop the alarm of the new oven?
is there an end to this delay?
remove the old number from the label
I don't want to receive this parcel
I don't need the reminder in French
do I still get the reminder?
cancel the reminder call at 9 and come at 10
send no more than two boxes
no more parcels at the door please
get me off the phone queue
pas de problème
plus de pain
ne venez plus à 9 heures
je ne veux plus le produit
il n'y a plus de place
no más de dos
no quiero la azul
no me llamen antes de las nueve
keine Zeit
ich habe keine Nachricht bekommen
Bitte nicht mehr als zwei
bitte den Termin löschen
non voglio quello blu
niente da fare
geen tijd
stop met de levering
não quero o azul
para de manhã
""".strip().splitlines()

WRONG = """
Wrong number
Sorry, wrong number
you have the wrong number
You've got the wrong number
u got wrong number
I think you have the wrong number
you texted the wrong number
You must have the wrong number
this is the wrong number
This is not Anna
this isn't anna
I'm not Anna
im not Anna, sorry
no this isn't Anna
This isn't Anna's number anymore
this is no longer anna's number
There is no Anna here
No Anna here
nobody named anna here
Anna doesn't have this number
You have the wrong person.
this is not the right number
Mauvais numéro
vous avez le mauvais numéro
Vous vous trompez de numéro
erreur de numéro
Ce n'est pas Anna
Je ne suis pas Anna
Número equivocado
Tiene el número equivocado
se equivocó de número
No soy Anna
Falsche Nummer
Sie haben die falsche Nummer
Sie sind falsch verbunden
Ich bin nicht Anna
Hier ist keine Anna
Sie haben sich verwählt
numero sbagliato
ha sbagliato numero
non sono Anna
verkeerd nummer
u heeft het verkeerde nummer
ik ben Anna niet
Número errado
foi engano
Não sou a Anna
Fel nummer
""".strip().splitlines()

OUR_NUMBER = """
I gave you the wrong number
I put the wrong number on the form, it's 34
you sent the wrong number of shirts
the tracking number is the wrong number
I have the wrong number for the driver
This isn't right
this is not working
I'm not home
I'm not ready
this is not my order
it's the wrong address
you have the wrong address
Wrong colour
is this Anna?
This is Anna
I am Anna
No Anna is at work, I am her husband
je ne suis pas là
no soy de aquí
ich bin nicht da
falsche Größe
non sono a casa
ik ben niet thuis
não estou em casa
I'm not Bertram
""".strip().splitlines()
