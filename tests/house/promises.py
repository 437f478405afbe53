"""What Tactful promises, by id. Tests that keep a promise carry `@pytest.mark.promise(ID)`."""

PROMISES = {
    "PACE": "No more messages than the limit in any stretch of its period: over workers, restarts,"
    " clock steps and live changes; campaigns do not eat each other's allowance.",
    "ONCE": "A send is tried again only after its channel, or a person, declared it not sent.",
    "LOSS": "Every recipient ends in a named state.",
    "HOURS": "No send outside its hours, in any time zone and at both edges of summer time.",
    "STOP": "Nothing after an opt-out but its one confirmation.",
    "LATE": "Nothing after its expiry.",
    "EDIT": "A live change strands nobody and sends nothing again.",
    "SIGNAL": "Status signals, repeated and out of order, equal one ordered delivery; replies and"
    " events take effect once, in the order first received.",
    "CLOSED": "A missing or broken guard setting is an error, never a guard left out.",
    "POISON": "One recipient that raises, hangs or is rejected changes nothing for the others.",
    "ENDS": "Every journey ends, and `check` prints the most messages one person can get.",
    "SECRET": "No secret and no full address in logs, errors or exports, unless asked for.",
}
