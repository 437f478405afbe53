"""Remembers people, texts and signals in little space: sketches that never grow.

Everything is a short print: nobody can be read out of it.
"""

from base64 import urlsafe_b64encode
from hashlib import blake2b
from math import log

import msgspec

from tactful.guard.standing import SenderSignal
from tactful.values import HOUR, Instant


def printed(text: str) -> str:
    """Return the print of something: eight letters."""
    short = blake2b(text.encode(errors="replace"), digest_size=6).digest()
    return urlsafe_b64encode(short).decode()


# ---- how many different people ------------------------------------------------------------------

_BITS = 10
_REGISTERS = 1 << _BITS
_FIRST = 48  # the register's number as a letter: `0` is 0
_ALPHA = 0.7213 / (1 + 1.079 / _REGISTERS)


class People(msgspec.Struct, frozen=True, array_like=True):
    """About how many different people a day had: HyperLogLog of 1,024 registers, 3 % off."""

    day: int = -1
    registers: str = ""
    count: int = 0

    def add(self, recipient: str, day: int) -> tuple["People", int]:
        """Count a person, and return how many that makes more: 0 or 1, rarely another number.

        A day before the present one is over: whoever was written to then counts as a new person.
        """
        if not recipient or day < self.day:
            return self, 1
        known = self if day == self.day else People(day, chr(_FIRST) * _REGISTERS)
        bits = int.from_bytes(blake2b(recipient.encode(errors="replace"), digest_size=8).digest())
        place = bits & (_REGISTERS - 1)
        rest = bits >> _BITS
        rank = 64 - _BITS - rest.bit_length() + 1
        if ord(known.registers[place]) - _FIRST >= rank:
            return known, 0
        registers = f"{known.registers[:place]}{chr(_FIRST + rank)}{known.registers[place + 1 :]}"
        count = max(known.count, _estimate(registers))
        return People(day, registers, count), count - known.count


def _estimate(registers: str) -> int:
    """Flajolet's estimate, with linear counting while registers are empty."""
    total, empty = 0.0, 0
    for letter in set(registers):
        many = registers.count(letter)
        total += many * 2.0 ** (_FIRST - ord(letter))
        if ord(letter) == _FIRST:
            empty = many
    raw = _ALPHA * _REGISTERS * _REGISTERS / total
    if empty and raw <= 2.5 * _REGISTERS:
        return round(_REGISTERS * log(_REGISTERS / empty))
    return round(raw)


# ---- how often the same text --------------------------------------------------------------------

_TEXTS = 24
_TURN = 12 * HOUR


class Texts(msgspec.Struct, frozen=True, array_like=True):
    """How often the commonest texts were sent, in this half of a day and the one before.

    Counted after Misra and Gries: never too many, and too few by at most one in 25 of all.
    """

    turn: int = -1
    now: dict[str, int] = {}
    before: dict[str, int] = {}

    def add(self, text: str, at: Instant) -> "Texts":
        """Count a text. One of before the two halves is left out."""
        turn = at // _TURN
        texts = self._at(turn)
        if not text or turn < texts.turn - 1:
            return texts
        name = printed(text)
        if turn == texts.turn:
            return Texts(texts.turn, _counted(texts.now, name), texts.before)
        return Texts(texts.turn, texts.now, _counted(texts.before, name))

    def _at(self, turn: int) -> "Texts":
        if turn <= self.turn:
            return self
        return Texts(turn, {}, self.now if turn == self.turn + 1 else {})

    def most(self, at: Instant) -> int:
        """Return how often the commonest text was sent in the 12 to 24 hours up to `at`."""
        texts = self._at(at // _TURN)
        before = texts.before
        if not before:
            return max(texts.now.values(), default=0)
        both = (count + before.get(name, 0) for name, count in texts.now.items())
        return max(max(both, default=0), *before.values())


def _counted(counts: dict[str, int], name: str) -> dict[str, int]:
    if name in counts or len(counts) < _TEXTS:
        return {**counts, name: counts.get(name, 0) + 1}
    return {other: count - 1 for other, count in counts.items() if count > 1}


# ---- what was heard already ---------------------------------------------------------------------

_EACH = 8
_RARE, _USUAL = 128, 48
_COMMON_KINDS = ("sent", "delivered", "reply")


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """The prints of the last signals: many of those that tell of trouble, some of the others."""

    rare: str = ""
    usual: str = ""

    def add(self, signal: SenderSignal) -> "Heard | None":
        """Return what is known with this signal; None when it was heard before.

        Signals that do not say whom they are about may be alike and yet be two.
        """
        if not signal.recipient:
            return self
        about = (
            f"{signal.at}|{signal.code}|{signal.text}"
            if signal.sent_at is None
            else f"{signal.sent_at}|{signal.campaign}|{signal.text}"
        )
        name = printed(f"{signal.kind}|{signal.sender}|{signal.recipient}|{about}")
        if signal.kind in _COMMON_KINDS:
            usual = _kept(self.usual, name, _USUAL)
            return None if usual is None else Heard(self.rare, usual)
        rare = _kept(self.rare, name, _RARE)
        return None if rare is None else Heard(rare, self.usual)


def _kept(names: str, name: str, most: int) -> str | None:
    place = names.find(name)
    while place > 0 and place % _EACH:  # it begins within a name
        place = names.find(name, place + 1)
    return (names + name)[-most * _EACH :] if place < 0 else None
