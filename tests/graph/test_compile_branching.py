"""How repetitions and splits are laid out."""

from tactful.graph.model import Repeat, Send, Split, Tag
from tests.graph.sources import TOP, campaign, compiled
from tests.graph.test_compile import identities, step_at, where

REPEAT = """\
journey:
  repeat at most 3 times every 1 day:
    send sms "Try {{ attempt }}"
    wait up to 4 hours:
      on reply yes: tag yes
      on timeout: tag nothing
  tag after
"""
SPLIT = """\
journey:
  split wording:
    variant short 0.5%:
      send sms "Hi"
    variant long/er 99.5%:
      send sms "Hello there"
      tag wordy
  tag after
"""


def test_the_lines_of_a_repetition_end_in_its_next_round() -> None:
    made = campaign(REPEAT)
    repeat = step_at(made, "journey/repeat/1", Repeat)
    assert (repeat.times, str(repeat.every)) == (3, "1 day")
    assert where(made, repeat.body) == "journey/repeat/1/round/send sms/1"
    assert where(made, repeat.next) == "journey/tag/1"
    for arm in ("on reply", "on timeout"):
        tag = step_at(made, f"journey/repeat/1/round/wait up to/1/{arm}/1/tag/1", Tag)
        assert tag.next is None
    assert made.worst_case == {"sms": 3}


def test_variants_are_named_in_identities_and_go_on_below_the_split() -> None:
    made = campaign(SPLIT)
    split = step_at(made, "journey/split/1", Split)
    assert [(it.name, it.share, where(made, it.to)) for it in split.variants] == [
        ("short", 5_000, "journey/split/1/variant short/send sms/1"),
        ("long/er", 995_000, "journey/split/1/variant long:er/send sms/1"),
    ]
    short = step_at(made, "journey/split/1/variant short/send sms/1", Send)
    wordy = step_at(made, "journey/split/1/variant long:er/tag/1", Tag)
    assert where(made, short.next) == where(made, wordy.next) == "journey/tag/1"
    assert made.worst_case == {"sms": 1}


def test_shares_and_places_of_variants_are_no_part_of_identities() -> None:
    lines = SPLIT.splitlines(keepends=True)
    turned = "".join([*lines[:2], *lines[4:7], *lines[2:4], lines[7]])
    assert sorted(identities(campaign(turned))) == sorted(identities(campaign(SPLIT)))
    even = SPLIT.replace("0.5%", "50%").replace("99.5%", "50%")
    assert identities(campaign(even)) == identities(campaign(SPLIT))


def test_a_jump_out_of_a_repetition_into_itself_is_endless() -> None:
    text = "journey:\n  repeat at most 2 times:\n    go to again\n\nstage again:\n  go to again\n"
    assert [found.code for found in compiled(f"{TOP}\n{text}").diagnostics] == ["TF311"]
