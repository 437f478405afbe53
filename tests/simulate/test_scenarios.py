"""Every line of a scenario comes true when it should, and fails when it should."""

from typing import NamedTuple

import anyio
import pytest

from tactful.language.words import CORE_WORDS
from tactful.language.words.scenarios import Expect
from tactful.values import DAY
from tests.simulate.scenes import FLOW, compile_text, play_text, played, player, scripts


class Case(NamedTuple):
    """Lines of a scenario, the one that fails (None: none does), and words that say why."""

    name: str
    lines: tuple[str, ...]
    fails: str | None = None
    says: str = ""


def _case(name: str, lines: str, fails: str | None = None, says: str = "") -> Case:
    return Case(name, tuple(lines.replace("; ", "\n").split("\n")), fails, says)


BIG = "given:\n  order_total 250"
SMALL = "given:\n  order_total 5"

MESSAGES = (
    _case("a message comes", "expect sms"),
    _case("a message of the other channel", "expect email within 1 hour", "expect email", "like"),
    _case("its words, in any capitals", 'expect sms containing "ORDER 1 is late"'),
    _case("other words", 'expect sms containing "early"', "expect sms", "it said “Hi there"),
    _case("words of the subject", 'expect email containing "Order 1 is late"'),
    _case("in time", "expect email within 24 hours"),
    _case("too late", "expect email within 23 hours", "expect email", "did not come"),
    _case("at a moment", "expect email at 2026-12-02 10:00"),
    _case("at a time of any day", "expect email at 10:00"),
    _case("at a moment of another zone", "expect email at 2026-12-02 11:00 Europe/Paris"),
    _case("at another moment", "expect email at 2026-12-02 11:00", "expect email", "not at 2026"),
    _case("at a time that never comes", "expect email at 11:00", "expect email", "not at 11:00"),
    _case("not twice", "expect sms; expect sms", "expect sms", "seen by an `expect` above"),
    _case("before what was expected", "expect email; expect sms", "expect sms", "before the `exp"),
    _case("exactly once", "expect sms exactly 1 time"),
    _case("exactly twice", SMALL + "; expect sms exactly 2 times within 1 day", "expect sms",
          "came 1 time, not 2"),
    _case("more than exactly", BIG + '; reply "keep"; expect sms exactly 2 times', "expect sms",
          "there were 3"),
    _case("one more in the time", "expect sms exactly 1 time within 1 day; reply \"keep\""),
    _case("one more, of which no line makes anything",
          "sms fails; expect email exactly 1 time within 1 day; expect end"),
    _case("none", "expect no email"),
    _case("none in a time", "expect no email within 23 hours"),
    _case("one where none was to be", "expect no email within 24 hours", "expect no email",
          "one came, at 2026-12-02 10:00"),
    _case("none with such words", 'expect no sms containing "early" within 1 day'),
    _case("one with such words", 'expect no sms containing "late"', "expect no sms", "it said"),
    _case("none after it was seen", "expect sms; expect no sms within 1 day"),
    _case("a refused one", "given:\n  sms_ok no; expect sms", "expect sms", "no consent for sms"),
)  # fmt: skip

PEOPLE = (
    _case("a reply", 'reply "REFUND please" after 2 hours; expect wish is "refund"'),
    _case("a reply waits for the message", 'clock 2026-12-01 23:00\nreply "keep" after 1 hour\n'
          'expect tag keeps_it\nexpect sms containing "ships" at 2026-12-02 09:00'),
    _case("a reply too late", 'reply "keep" after 25 hours; expect tag keeps_it', "expect tag",
          "`keeps_it`"),
    _case("a reply to nobody", 'given:\n  mobile missing\n  mail missing; reply "keep"; expect end',
          "reply", "no message came"),
    _case("a reply on a channel", 'expect email; reply "refund" on email; expect end'),
    _case("an event", "event order.shipped after 3 hours:\n  carrier \"Post\"; "
          'expect sms containing "Shipped by Post"'),
    _case("an event with the values of given", "given:\n  first_name \"Ana\"; event order.shipped:"
          '\n  carrier "Post"; expect sms containing ", Ana"'),
    _case("an event about somebody else", "event order.shipped:\n  order_id 77\n  carrier x; "
          'expect sms containing "Shipped"', "expect sms", "did not come"),
    _case("an opt-out", 'opt out after 1 hour; expect sms containing "no more messages"; '
          "expect end within 1 minute"),
    _case("a reply that opts out", 'reply "STOP"; expect end within 1 minute; '
          "expect no email within 5 days"),
    _case("a second journey of the same person", "given:\n  order_id 1\nalso given:\n  order_id 2"
          '\nexpect sms containing "order 1"\nexpect sms containing "order 2"'),
    _case("the second has the values of the first", 'given:\n  first_name "Ana"\nalso given:\n'
          '  order_id 2\nexpect sms exactly 2 times\nexpect order_id is "2"'),
    _case("the second without a key of its own", "given:\n  order_total 5\nalso given:\n  sms_ok no"
          "\nexpect end", "also given", "the key `1` has entered already"),
    _case("default of a column", "expect sms_ok and order_total is missing"),
    _case("a value for everybody", 'expect origin is "shop"'),
    _case("a bad number", "given:\n  mobile 12; expect end", "given", "`mobile` is \"12\""),
)  # fmt: skip

OUTCOMES = (
    _case("delivered without a word", "expect sms; expect no email within 23 hours"),
    _case("fails after it was seen", "expect sms; sms fails after 1 minute; "
          'expect email at 2026-12-01 10:01'),
    _case("fails from the start", f"sms fails; {SMALL}; expect email within 1 minute"),
    _case("is not delivered", "sms is not delivered; expect email within 1 minute"),
    _case("bounces", "sms bounces after 5 minutes; expect email at 10:05"),
    _case("is refused", "sms is refused; expect no sms; expect email within 1 minute"),
    _case("fails too late", "sms fails after 31 minutes; expect email within 1 hour",
          "expect email", "did not come"),
    _case("is delivered after all", "sms fails; sms is delivered; expect email within 1 hour",
          "expect email", "did not come"),
)  # fmt: skip

STATES = (
    _case("a hand-off", BIG + '; reply "refund"; expect hand off'),
    _case("a hand-off to a queue", BIG + '; reply "refund"; expect hand off to refunds_team'),
    _case("no hand-off", SMALL + '; reply "refund"; expect hand off', "expect hand off", "not g"),
    _case("a hand-off to others", BIG + '; reply "refund"; expect hand off to inbox',
          "expect hand off", "it went to `refunds_team`"),
    _case("to the inbox", 'reply "What?"; expect hand off to inbox'),
    _case("not to the inbox", 'reply "keep"; expect hand off to inbox', "expect hand off", "not"),
    _case("expected none", SMALL + '; reply "refund"; expect no hand off within 1 day'),
    _case("none, and one came", BIG + '; reply "refund"; expect no hand off', "expect no hand off",
          "it went to `refunds_team`"),
    _case("none to the inbox", BIG + '; reply "refund"; expect no hand off to inbox'),
    _case("a note", BIG + '; reply "refund"; expect hand off; expect note containing "approve 1"'),
    _case("another note", BIG + '; reply "refund"; expect note containing "deny"', "expect note",
          "a note said “Please approve"),
    _case("a tag", 'reply "keep"; expect tag keeps_it'),
    _case("a tag too late", 'reply "keep" after 1 hour; expect no tag keeps_it', "expect no tag",
          "has the tag"),
    _case("no tag", "expect no tag keeps_it within 1 day"),
    _case("a stage", "expect stage by_email within 24 hours"),
    _case("a stage too late", "expect stage by_email within 1 hour", "expect stage",
          "it stands in `journey`"),
    _case("a stage that was left", SMALL + '; reply "refund"; expect stage refund'),
    _case("the end", "expect end within 3 days"),
    _case("no end yet", "expect end within 2 days", "expect end", "it stands in `by_email`"),
    _case("a condition", BIG + "; expect order_total at least 200 and wish is missing"),
    _case("a condition in time", 'expect mail contains "example" within 1 minute'),
    _case("a condition that does not hold", 'reply "keep"; expect wish is "refund"', "expect",
          "this does not hold"),
    _case("a tag as a condition", 'reply "keep"; expect keeps_it'),
)  # fmt: skip

CASES = (*MESSAGES, *PEOPLE, *OUTCOMES, *STATES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_line_comes_true_or_says_why_not(case: Case) -> None:
    result = played(*case.lines)
    told = (result.unmet.message, *result.unmet.hints) if result.unmet else ()
    assert result.passed == (case.fails is None), told
    if case.fails is not None:
        assert result.line is not None
        assert result.line.word.phrase == case.fails
        assert case.says in " / ".join(told)


def test_every_expectation_is_seen_to_come_true_and_to_fail() -> None:
    expects = {word.phrase for word in CORE_WORDS if issubclass(word, Expect)}
    channels = ("mms", "email", "voice", "chat")  # they differ from `sms` in name only
    expects -= {f"expect{no} {channel}" for no in ("", " no") for channel in channels}
    failing = {case.fails for case in CASES if case.fails is not None}
    passing = {
        phrase
        for case in CASES
        if case.fails is None
        for phrase in expects
        if any(line.startswith(phrase) for line in case.lines)
    }
    assert expects <= failing
    assert expects <= passing


def test_a_scenario_is_the_same_every_time_and_on_every_loop() -> None:
    lines = (BIG.split("\n")[0], "  order_total 250", 'reply "refund" after 2 hours', "expect end")
    first = played(*lines)
    assert first.passed
    for backend in ("asyncio", "trio"):
        again = played(*lines, backend=backend)
        assert again.timeline == first.timeline


def test_days_take_no_time_and_nothing_that_follows_is_left_out() -> None:
    result = played('expect no sms containing "x" within 5 days')
    assert result.spent == 5 * DAY
    assert [one.at for one in result.timeline if one.line["event"] == "ended"] == [
        "2026-12-04 10:00"
    ]


def test_a_scenario_begins_on_a_weekday_morning_inside_the_hours_of_the_person() -> None:
    assert played("expect sms").timeline[0].at == "2026-12-01 10:00"
    here = played("given:", "  tz Asia/Tokyo", "expect sms at 2026-12-01 10:00")
    assert here.timeline[0].at == "2026-12-01 10:00"
    assert here.timeline[0].line["at"] == "2026-12-01T01:00:00.000Z"


def test_the_clock_is_the_persons_unless_a_zone_is_written() -> None:
    lines = ("clock 2026-12-01 09:00 UTC", "given:", "  tz Asia/Tokyo")
    assert played(*lines, "expect sms at 18:00", "expect sms_ok").passed


def test_what_is_not_given_is_missing_but_for_addresses() -> None:
    assert played("expect first_name is missing and order_total is missing").passed
    assert played('expect mobile is "+353209155103" and mail is "person@example.com"').passed


@pytest.mark.parametrize(
    ("sender", "country", "phone"),
    [
        ("+353 20 9155 000", "", "+353209155103"),
        ("+1 202 555 0100", "", "+12025550143"),
        ("+44 7700 900000", "", "+447700900102"),
        ("+351 912 345 678", "", "+12025550143"),
        ("+353 20 9155 000", "default GB", "+447700900102"),
    ],
)
def test_a_person_without_a_number_has_a_fictional_one_of_the_senders_country(
    sender: str, country: str, phone: str
) -> None:
    text = FLOW.replace("+353 20 9155 000", sender).replace("default IE", country)
    result = play_text(text + f'\nscenario "it":\n  expect mobile is "{phone}"\n')
    assert result.passed, result.unmet


def test_only_the_events_of_the_scenario_itself_are_seen() -> None:
    made = compile_text(FLOW + '\nscenario "a":\n  expect sms\n\nscenario "b":\n  expect sms\n')
    both = player(made)
    results = [anyio.run(both.play, script) for script in scripts(made)]
    assert [one.passed for one in results] == [True, True]
    assert results[0].timeline == results[1].timeline


TYPED = FLOW.replace(
    "  column order_total",
    "  column price money in EUR\n  column due date\n  column seen time\n  column order_total",
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("price 42", "price is 42 EUR"),
        ("price 42.50 EUR", "price above 42 EUR"),
        ("due 2026-12-09", "due is 2026-12-09"),
        ("seen 2026-12-04 15:30", "seen after 2 days from now"),
        ("sms_ok no", "not sms_ok"),
        ('first_name "42"', 'first_name is "42"'),
        ("first_name missing", "first_name is missing"),
    ],
)
def test_a_value_is_read_as_its_column_reads_it(values: str, expected: str) -> None:
    lines = f"  given:\n    {values}\n  expect {expected}\n"
    result = play_text(f'{TYPED}\nscenario "it":\n{lines}')
    assert result.passed, result.unmet
