"""What the page on the standing of senders says of few messages comes out of the code."""

import re
from random import Random

from tactful.guard.evidence import posterior_above
from tactful_observers import ObserverSettings, watchers
from tactful_observers.rules import Proof
from tests.bench.standing import QUESTIONS, ByRule, run, with_table
from tests.house.source import ROOT

PAGE = (ROOT / "docs/explanation/standing.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| ([\d,]+) \| (\d+) \| [\d.]+ % \| (\d+) % \| (\d+) % \| (.+) \|$", PAGE, re.MULTILINE
)
FOLLOWS = {
    "healthy": "nothing",
    "watched": "people are told",
    "slowed": "it goes slower",
    "paused": "a pause",
}


def test_the_table_of_complaints_is_as_the_code_computes_it() -> None:
    assert len(ROWS) == 7
    for mails, complaints, above_watch, above_stop, _ in ROWS:
        known = int(complaints), int(mails.replace(",", ""))
        assert f"{posterior_above(*known, 0.001):.0%}" == f"{above_watch}%"
        assert f"{posterior_above(*known, 0.003):.0%}" == f"{above_stop}%"


def test_what_follows_in_the_table_is_what_the_observer_does() -> None:
    (rule,) = (
        rule
        for one in watchers(ObserverSettings())
        for rule in one.rules
        if rule.name == "complaint_rate"
    )
    for mails, complaints, _, _, follows in ROWS:
        proof, many = Proof(), int(complaints)
        each = int(mails.replace(",", "")) // max(many, 1)
        for _ in range(max(many, 1)):
            proof = rule.take(proof, 0, 0, of=each)
            proof = rule.take(proof, 0, 0, events=int(many > 0))
            if proof.until:
                break
        assert follows.startswith(FOLLOWS[proof.standing]), (mails, complaints, proof)


def test_every_measured_table_and_picture_stands_in_the_page() -> None:
    """`make standing-report` writes them; here it is only seen that none is missing or doubled."""
    for question in QUESTIONS:
        assert len(re.findall(rf"<!-- {question.name} -->\n\n\| true rate .*\n", PAGE)) == 1
        assert PAGE.count(question.picture) == 1
        assert (ROOT / "docs" / "pictures" / question.picture).exists()
        place = PAGE.partition(f"<!-- {question.name} -->\n")[2].partition("<!-- end -->")[0]
        assert with_table(PAGE, question.name, place.strip()) == PAGE


def test_a_rule_that_is_run_twice_from_one_seed_gives_the_same_run() -> None:
    question = next(one for one in QUESTIONS if one.name == "turn")
    rules = {rule.name: rule for one in watchers(ObserverSettings()) for rule in one.rules}
    first, again = (
        run(question, ByRule(rules[question.rule]), 0.01, Random(3), once=True) for _ in range(2)
    )
    assert first == again
    assert first.pauses
