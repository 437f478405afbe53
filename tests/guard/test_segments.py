"""Segments are counted as Twilio counts them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.segments import Segments, count, cut, outside, units
from tactful.guard.smart import SMART, smart_text

DATA = Path(__file__).parents[1] / "data"
EMOJI = "\N{GRINNING FACE}"
FLAG = "\U0001f1ee\U0001f1f9"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_text_of_twilios_calculator_counts_the_same() -> None:
    texts = rows("segments.csv")
    wrong = []
    for row in texts:
        counted = count(row["text"])
        found = (counted.encoding, str(counted.segments), str(counted.bits))
        if found != (row["encoding"], row["segments"], row["utf16_or_gsm_bits"]):
            wrong.append((row["text"], found))
    assert len(texts) == 996
    assert wrong == []


def test_every_text_counts_the_same_with_smart_encoding() -> None:
    wrong = []
    for row in rows("segments.csv"):
        counted = count(smart_text(row["text"]))
        if (counted.encoding, str(counted.segments)) != (
            row["smart_encoding"],
            row["smart_segments"],
        ):
            wrong.append((row["text"], counted))
    assert wrong == []


def test_smart_encoding_rewrites_what_twilio_does() -> None:
    told = rows("smart_encoding_map.csv")
    assert {int(row["codepoint"][2:], 16): row["replacement"] for row in told} == SMART


def test_what_smart_encoding_writes_is_plain() -> None:
    assert {count(plain).encoding for plain in SMART.values()} == {"GSM-7"}
    assert smart_text("“It’s late – ½ off…”") == '"It\'s late - 1/2 off..."'


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("é" * 160, "GSM-7", 1),
        ("Ç" * 160, "GSM-7", 1),
        ("ç" * 71, "UCS-2", 2),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 8, "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 151, "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
        (EMOJI * 35, "UCS-2", 1),
        (EMOJI * 36, "UCS-2", 2),
        ("x" * 66 + EMOJI + "x" * 65, "UCS-2", 2),
        ("x" * 66 + EMOJI + "x" * 66, "UCS-2", 3),
        ("x" * 65 + FLAG + "x" * 63, "UCS-2", 2),
        ("x" * 65 + FLAG + "x" * 64, "UCS-2", 3),
        ("\N{TAB}", "UCS-2", 1),
        ("`", "UCS-2", 1),
        ("\N{NO-BREAK SPACE}", "UCS-2", 1),
        ("\ud800", "UCS-2", 1),
    ],
)
def test_the_edges_of_a_segment(text: str, encoding: str, segments: int) -> None:
    counted = count(text)
    assert (counted.encoding, counted.segments) == (encoding, segments)


def test_a_line_break_of_two_characters_costs_two_units() -> None:
    assert count("a\r\nb") == Segments("GSM-7", 1, 4)
    assert count("ć\r\nb") == Segments("UCS-2", 1, 4)
    assert count("x" * 66 + "\r\n" + "ć" * 66).segments == 2


def test_a_cluster_longer_than_a_segment_is_cut() -> None:
    assert count("a" + "\N{COMBINING ACUTE ACCENT}" * 200).segments == 3


def test_an_indic_conjunct_may_fall_apart_as_it_does_at_twilio() -> None:
    conjunct = "क्ष"
    assert count("a" * 65 + conjunct + "ć" * 66).segments == 2


GSM = st.sampled_from("aZ 9@é\n€^{|")
ANY = st.one_of(GSM, st.characters(), st.sampled_from([EMOJI, FLAG, "\N{ZERO WIDTH JOINER}"]))


def walked(text: str) -> int:
    """Count a GSM-7 text one character after the other."""
    widths = [2 if char in "€^{|" else 1 for char in text]
    if sum(widths) <= 160:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > 153:
            segments, used = segments + 1, 0
        used += width
    return segments


@given(st.text(GSM, max_size=700))
def test_gsm_texts_count_as_a_walk_over_their_characters(text: str) -> None:
    assert count(text).segments == walked(text)


@given(st.lists(ANY, max_size=300).map("".join))
def test_the_count_lies_between_what_the_units_need_and_what_they_could_waste(text: str) -> None:
    counted = count(text)
    alone, joined = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    assert (counted.segments == 1) == (counted.units <= alone)
    assert counted.segments * max(alone, joined) >= counted.units
    assert counted.segments >= -(-counted.units // joined) or counted.segments == 1


@given(st.lists(ANY, max_size=300).map("".join))
def test_a_text_is_cut_into_as_many_parts_as_it_has_segments(text: str) -> None:
    counted, parts = count(text), cut(text)
    assert "".join(parts) == text
    assert len(parts) == counted.segments
    assert all(units(part, counted.encoding) <= counted.room for part in parts)


def test_an_emoji_is_not_cut() -> None:
    assert cut("x" * 66 + EMOJI + "yyy") == ("x" * 66, EMOJI + "yyy")
    assert [len(part) for part in cut("a" + "\N{COMBINING ACUTE ACCENT}" * 200)] == [67, 67, 67]
    assert cut("x" * 152 + "€" + "x" * 8) == ("x" * 152, "€" + "x" * 8)


@given(st.lists(ANY, max_size=60).map("".join))
def test_a_text_is_wide_when_something_stands_outside_the_alphabet(text: str) -> None:
    found = outside(text)
    assert bool(found) == (count(text).encoding == "UCS-2")
    assert all(text[place] == char for char, places in found.items() for place in places)
