"""Draws a text as it travels: its segments, what makes it long, and what policies found in it."""

import unicodedata
from typing import TYPE_CHECKING

from tactful.cli.output import clean, console, heading, say, table, wants_colour
from tactful.cli.spans import count as counted_words
from tactful.guard.segments import Segments, count, cut, outside, units
from tactful.guard.smart import SMART, smart_text
from tactful.runtime.costs import shown
from tactful.values import Money

if TYPE_CHECKING:
    from tactful.cli.inspecting.text import Told

_LETTER_WIDTH = 4  # the digits of a segment's number
_STYLE = {"allow": "green", "warn": "yellow", "refuse": "red"}


def draw_text(text: str, channel: str, price: Money | None) -> None:
    """Draw how a text travels on a channel; `price` is that of one segment, or of one message."""
    if channel != "sms":
        said = f"{counted_words(len(text), 'character')}, one message"
        say(said + _costs(price, 1))
        return
    counted = count(text)
    say(f"{_travels(text, counted)}{_costs(price, counted.segments)}", "bold")
    say()
    _draw_segments(text, counted)
    if counted.encoding == "UCS-2":
        _draw_outside(text, counted, price)
    else:
        _draw_doubles(text)


def _travels(text: str, counted: Segments) -> str:
    unit = "septets" if counted.encoding == "GSM-7" else "units"
    return (
        f"{counted.encoding}, {counted_words(counted.segments, 'segment')}: "
        f"{counted.units} of {counted.room * counted.segments} {unit}"
    )


def _costs(price: Money | None, segments: int) -> str:
    return "" if price is None else f", {shown(Money(price.amount * segments, price.currency))}"


def _draw_segments(text: str, counted: Segments) -> None:
    """Draw each segment on lines of its own, with how full it is."""
    drawn = wants_colour()
    for number, part in enumerate(cut(text), start=1):
        used = units(part, counted.encoding)
        line = clean(part.replace("\r\n", "⏎").replace("\n", "⏎"))
        if drawn:
            from rich.text import Text

            written = Text(f"{number:>{_LETTER_WIDTH}} ", style="dim")
            for char in line:
                odd = counted.encoding == "UCS-2" and char != "⏎" and bool(outside(char))
                written.append(char, style="black on yellow" if odd else "")
            written.append(f"  {used}/{counted.room}", style="dim")
            console().print(written, soft_wrap=True)
        else:
            say(f"{number:>{_LETTER_WIDTH}} {line}  {used}/{counted.room}")


def _draw_outside(text: str, counted: Segments, price: Money | None) -> None:
    """Draw which characters make the text wide, and what it would be without them."""
    heading("Outside the plain alphabet (GSM-7): each of these makes the whole text UCS-2")
    found = outside(text)
    table(
        ("", "character", "times", "write instead"),
        [(_visible(char), _name(char), len(places), _advice(char))
         for char, places in found.items()],
        right=(2,),
        styles={0: "yellow"},
    )  # fmt: skip
    instead = {char: _instead(char) for char in found}
    mended = count(
        "".join(char if (plain := instead.get(char)) is None else plain for char in text)
    )
    if mended.segments < counted.segments:
        say()
        say(
            f"Mended like that it is {mended.encoding}, "
            f"{counted_words(mended.segments, 'segment')}{_costs(price, mended.segments)}.",
            "green",
        )
    smart = count(smart_text(text))
    if smart.encoding == "GSM-7":
        say(
            "A provider's smart encoding would do it by itself: "
            f"{counted_words(smart.segments, 'segment')}."
        )


def _draw_doubles(text: str) -> None:
    doubles = sorted({char for char in text if units(char, "GSM-7") == 2})
    if doubles:
        say()
        say(f"Each of these counts twice: {' '.join(map(_visible, doubles))}")


def _instead(char: str) -> str | None:
    """Return what may be written for a character, or None for a letter without a plain form."""
    smart = SMART.get(ord(char))
    if smart is not None:
        return " " if smart.isspace() else smart
    plain = unicodedata.normalize("NFKD", char)[:1]
    if not outside(plain):
        return plain
    return None if char.isalpha() else ""


def _advice(char: str) -> str:
    instead = _instead(char)
    if instead is None:
        return "(a letter without a plain form)"
    return {"": "(leave it out)", " ": "(a space)"}.get(instead, instead)


def _visible(char: str) -> str:
    return char if char.isprintable() and not char.isspace() else " "


def _name(char: str) -> str:
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X} {name}".rstrip()


def draw_verdict(told: "Told", policies: int) -> None:
    """Draw what the policies say in all."""
    say()
    if not policies:
        say("No policy is installed, so nothing judges what it says.", "dim")
        return
    say(f"{told.verdict}: {counted_words(policies, 'policy', 'policies')} asked",
        _STYLE[told.verdict])  # fmt: skip


def draw_findings(told: "Told", text: str) -> None:
    """Draw what each policy found, with the words it is about."""
    for found in told.findings:
        rule = f" ({found.rule})" if found.rule else ""
        say()
        say(f"{found.policy}{rule}: {found.message}", _STYLE[told.verdict], hang=2)
        if found.start is not None and found.end is not None:
            say(f"  in “{text[found.start : found.end]}”")
        if found.help:
            say(f"  {found.help}", hang=2)
