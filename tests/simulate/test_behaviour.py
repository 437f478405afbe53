"""Behaviour files: who does what, by key, by share, by message; mistakes are told by rule."""

import pytest

from tactful.errors import ConfigInvalid
from tactful.simulate.behaviour import Behaviour, Rule, parse_behaviour


def test_rules_by_key_come_before_shares_and_everyone() -> None:
    behaviour = Behaviour(
        (Rule(reply="all"), Rule(share=0.5, reply="half"), Rule(key="A", reply="mine"))
    )
    assert (rule := behaviour.of("A", "sms", 1)) is not None
    assert rule.reply == "mine"
    assert (other := behaviour.of("B", "sms", 1)) is not None
    assert other.reply == "all"


def test_shares_are_slices_of_one_cake() -> None:
    behaviour = Behaviour((Rule(share=0.2, reply="a"), Rule(share=0.3, reply="b")), seed=4)
    found = [behaviour.of(f"K-{n}", "sms", 1) for n in range(10_000)]
    replies = [rule.reply if rule else None for rule in found]
    assert abs(replies.count("a") - 2_000) < 200
    assert abs(replies.count("b") - 3_000) < 200


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule(), [("sms", 1), ("email", 1)]),
        (Rule(channel="email"), [("email", 1)]),
        (Rule(message=2), [("sms", 2), ("email", 2)]),
        (Rule(message=0), [("sms", 1), ("email", 1), ("sms", 2), ("email", 2)]),
    ],
)
def test_a_rule_speaks_of_one_message_or_all(rule: Rule, fits: list[tuple[str, int]]) -> None:
    behaviour = Behaviour((rule,))
    asked = [("sms", 1), ("email", 1), ("sms", 2), ("email", 2)]
    assert [each for each in asked if behaviour.of("A", *each) is not None] == fits


MISTAKES = [
    ("[[behave]\n", "is not TOML"),
    ("[[behave]]\noutcome = 'eaten'\n", "rule 1, `outcome`"),
    ("[[behave]]\n\n[[behave]]\nshare = '140%'\n", "rule 2, `share`"),
    ("[[behave]]\nkey = 'A'\nshare = 0.5\n", "not both"),
    ("[[behave]]\nafter = 'soon'\n", "rule 1, `after`"),
    ("[[behave]]\nreplay = 'yes'\n", "rule 1, `replay`"),
    ("seed = 'x'\n", "the file"),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_names_its_rule_and_field(text: str, told: str) -> None:
    with pytest.raises(ConfigInvalid, match=told):
        parse_behaviour(text, name="script.toml")


def test_a_given_seed_wins_over_the_files() -> None:
    text = "seed = 3\n[[behave]]\nshare = 0.5\n"
    keys = [f"K-{n}" for n in range(50)]

    def chosen(seed: int | None) -> list[bool]:
        behaviour = parse_behaviour(text, name="t", seed=seed)
        return [behaviour.of(key, "sms", 1) is not None for key in keys]

    assert chosen(None) == chosen(3) != chosen(4)


def test_only_complaints_and_codes_are_held_against_a_sender() -> None:
    for script, spoils in (
        ("complaint = true", True),
        ('outcome = "undelivered"\ncode = "30007"', True),
        ('reply = "STOP"', False),
        ('outcome = "undelivered"', False),
    ):
        behaviour = parse_behaviour(f"[[behave]]\n{script}\n", name="a test")
        assert behaviour.spoils_senders is spoils
