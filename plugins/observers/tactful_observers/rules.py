"""Judges one rate of a sender: from healthy over watched and slowed to paused, and back in steps.

What is known fades with time, so that an old campaign neither hides nor causes trouble today. A
rate is judged by how likely it is to be above its limits, never by its share alone. After a pause
the sender proves itself anew, slowly, and each further pause is twice as long.
"""

import msgspec

from tactful.guard.evidence import Cusum, Prior, posterior_above
from tactful.guard.standing import Standing
from tactful.values import DAY, Instant, Span

LONGEST_REST: Span = 7 * DAY
SURE_TO_WATCH = 0.8
SURE_TO_SLOW = 0.25
SURE_TO_STOP = 0.5
NO_LONGER = 0.5
"""A standing is left when the rate is likely below half the sureness that led to it."""

_STEPS: tuple[Standing, ...] = ("healthy", "watched", "slowed", "paused")


class Proof(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a rate: faded counts as of `at`, and how the sender stands by them.

    `since` is when the evidence began anew, 0 at first; `until` the end of a pause; `volume` the
    messages since the last move; `score` that of the sum which sees a rate turn bad.
    """

    standing: Standing = "healthy"
    events: float = 0.0
    of: float = 0.0
    at: Instant = 0
    score: float = 0.0
    since: Instant = 0
    until: Instant = 0
    pauses: int = 0
    volume: int = 0


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rate with its limits: `events` and `of` name the counters that it is made of.

    Above `watch` people are told, above `stop` (None: never) the standing becomes `worst`, but
    only after `least` events among `enough` messages; one that has paused before has no such grace.
    Evidence fades to a half in `half`. `clean` messages are one step back, and the first pause
    lasts `rest`. `what` and `among` are the words for the two counters.
    """

    name: str
    events: str
    of: str
    what: str
    among: str
    watch: float
    stop: float | None
    prior: Prior
    half: Span
    rest: Span
    least: int = 3
    enough: int = 50
    clean: int = 200
    worst: Standing = "paused"
    cusum: Cusum | None = None

    def take(
        self, proof: Proof, moment: Instant, now: Instant, *, events: int = 0, of: int = 0
    ) -> Proof:
        """Take in messages that left at `moment`: how many more of each counter there are."""
        if proof.until:
            if now < proof.until:
                return proof
            proof = Proof("slowed", since=proof.until, pauses=proof.pauses)
        if moment < proof.since:  # of the time before the pause, which has had its effect
            return proof
        return self._judged(self._with(proof, moment, events, of), now, worse=events > 0)

    def settle(self, proof: Proof, now: Instant) -> Proof:
        """Let time do what it does without any message: a pause ends."""
        if 0 < proof.until <= now:
            return Proof("slowed", since=proof.until, pauses=proof.pauses)
        return proof

    def _with(self, proof: Proof, moment: Instant, events: int, of: int) -> Proof:
        at = max(proof.at, moment)
        fades = 0.5 ** ((at - proof.at) / self.half)
        weight = 0.5 ** ((at - moment) / self.half)
        score = proof.score
        if self.cusum is not None:
            score = self.cusum.after(score, events, max(of, 0))
        return msgspec.structs.replace(
            proof,
            events=proof.events * fades + events * weight,
            of=max(0.0, proof.of * fades + of * weight),
            at=at,
            score=score,
            volume=proof.volume + of,
        )

    def sureness(self, proof: Proof, limit: float) -> float:
        """Return how likely the rate is above a limit."""
        return posterior_above(proof.events, proof.of, limit, self.prior)

    def _judged(self, proof: Proof, now: Instant, *, worse: bool) -> Proof:
        here = _STEPS.index(proof.standing)
        if worse:
            standing = self._standing(proof)
            if _STEPS.index(standing) > here:
                return self._moved(proof, standing, now)
            if here and proof.standing == standing:
                return msgspec.structs.replace(proof, volume=0)
        if here and proof.volume >= self.clean and self._is_over(proof):
            back = msgspec.structs.replace(proof, standing=_STEPS[here - 1], volume=0)
            return back if here > 1 else msgspec.structs.replace(back, pauses=0)
        return proof

    def _standing(self, proof: Proof) -> Standing:
        """Return how a rate stands by what is known of it.

        The sum alone is not believed: when receipts come in one go, after all the messages, it sees
        a turn for the worse in what is the usual share.
        """
        is_high = self.sureness(proof, self.watch) >= SURE_TO_WATCH
        is_enough = proof.pauses > 0 or proof.of > self.enough - 0.5
        if self.stop is not None and is_enough and proof.events > self.least - 0.5:
            sure = self.sureness(proof, self.stop)
            turned = is_high and self.cusum is not None and self.cusum.alarms(proof.score)
            if sure >= SURE_TO_STOP or turned:
                return self.worst
            if sure >= SURE_TO_SLOW:
                return "slowed"
        return "watched" if is_high else "healthy"

    def _is_over(self, proof: Proof) -> bool:
        """Whether the cause of the standing is gone, and not only just below its limit."""
        if proof.standing == "slowed" and self.stop is not None:
            return self.sureness(proof, self.stop) < SURE_TO_SLOW * NO_LONGER
        return self.sureness(proof, self.watch) < SURE_TO_WATCH * NO_LONGER

    def _moved(self, proof: Proof, standing: Standing, now: Instant) -> Proof:
        if standing != "paused":
            return msgspec.structs.replace(proof, standing=standing, volume=0)
        rest = min(self.rest << min(proof.pauses, 10), LONGEST_REST)
        return msgspec.structs.replace(
            proof, standing=standing, until=now + rest, pauses=proof.pauses + 1, volume=0, score=0.0
        )
