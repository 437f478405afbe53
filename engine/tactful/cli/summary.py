"""Sums up what happened in a campaign, by its events."""

from collections import Counter

import msgspec

from tactful.cli.output import heading, say, table
from tactful.cli.spans import after_words, clock_words, count
from tactful.simulate.rehearsal import Rehearsed
from tactful.store.rows import EventRow, SendRow
from tactful.values import Instant

OUTCOMES = (
    "sent", "delivered", "undelivered", "no_answer", "voicemail", "failed", "bounced", "refused",
    "expired", "in_doubt",
)  # fmt: skip
"""Events of messages, in the order in which they are shown."""

_SHOWN = ("reply", "opt_out", "hand_off")


class Tally:
    """Counts events as they happen: messages by channel and outcome, answers, and how all ended."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.others: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.first_send: Instant | None = None
        self.last_send: Instant | None = None

    def count(self, event: EventRow, key: str | None, send: SendRow | None) -> None:
        """Count one event."""
        if event.event == "ended":
            self.ends[msgspec.json.decode(event.data or "{}").get("state", "done")] += 1
        elif send is not None and event.event in OUTCOMES:
            self.outcomes[send.channel, event.event] += 1
            if event.event == "sent":
                self.first_send = event.at if self.first_send is None else self.first_send
                self.last_send = event.at
        else:
            self.others[event.event] += 1


def show_tally(name: str, rehearsed: Rehearsed, tally: Tally) -> None:
    """Print a page of what happened."""
    say(f"{name}, played through", "bold")
    out = rehearsed.rows - rehearsed.joined
    say(f"{count(rehearsed.rows, 'row')}: {rehearsed.joined:,} in, {out:,} out")
    heading("Messages")
    show_outcomes(tally.outcomes)
    heading("People")
    people = [(event.replace("_", " "), tally.others[event]) for event in _SHOWN]
    ends = [
        (f"ended: {state.replace('_', ' ')}", times) for state, times in sorted(tally.ends.items())
    ]
    table(("", ""), [(what, f"{times:,}") for what, times in (*people, *ends) if times], right=(1,))
    heading("When")
    start = rehearsed.started_at
    rows = [("start", clock_words(start))]
    if tally.first_send is not None and tally.last_send is not None:
        rows.append(("first message", after_words(tally.first_send, start)))
        rows.append(("last message", after_words(tally.last_send, start)))
    rows.append(("finished", after_words(rehearsed.finished_at, start)))
    table(("", ""), rows)


def show_outcomes(outcomes: Counter[tuple[str, str]]) -> None:
    """Print how many messages of each channel came to which outcome."""
    channels = sorted({channel for channel, _ in outcomes})
    shown = [one for one in OUTCOMES if any(outcomes[channel, one] for channel in channels)]
    if not channels:
        say("nothing left")
        return
    table(
        ("channel", *(one.replace("_", " ") for one in shown)),
        [(channel, *(f"{outcomes[channel, one]:,}" for one in shown)) for channel in channels],
        right=range(1, len(shown) + 1),
    )
