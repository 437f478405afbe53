"""What the observers make of senders: small samples stop nothing, real trouble does."""

from collections.abc import Iterable, Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.guard.standing import (
    Flag,
    Gauge,
    Observed,
    Pause,
    Recover,
    SenderSignal,
    SignalKind,
    Slow,
    Watch,
)
from tactful.values import DAY, HOUR, MINUTE, SECOND, Instant, Rate
from tactful_observers import ObserverSettings, RepetitionWatcher, watchers
from tactful_observers.settings import RepetitionSettings
from tactful_observers.watcher import SenderState, Watcher

START = 1_800_000_000_000_000
SMS, EMAIL, VOICE, CHAT = watchers(ObserverSettings())
PACE = 30 * SECOND


def sent(many: int, start: Instant = START, *, every: int = PACE) -> Iterator[SenderSignal]:
    for number in range(many):
        at = start + number * every
        yield SenderSignal("sent", at, recipient=f"r{at}", sent_at=at, text=f"t{number % 60}")


def of(
    kind: SignalKind, many: int, at: Instant, code: str = "", campaign: str = "", domain: str = ""
) -> Iterator[SenderSignal]:
    for number in range(many):
        yield SenderSignal(
            kind,
            at + number * SECOND,
            code,
            recipient=f"{kind}{number}",
            campaign=campaign,
            domain=domain,
        )


def hear(
    watcher: Watcher, signals: Iterable[SenderSignal], state: SenderState | None = None
) -> tuple[SenderState, Observed]:
    state = state or watcher.start()
    observed = Observed("healthy")
    for signal in signals:
        state, observed = watcher.observe(state, signal, max(signal.at, START))
    return state, observed


def gauge(observed: Observed, name: str) -> Gauge:
    return next(one for one in observed.gauges if one.name == name)


LATE = START + 2 * HOUR


# ---- how bad it must be -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("watcher", "messages", "kind", "code", "events", "standing"),
    [
        (EMAIL, 100, "complaint", "", 0, "healthy"),
        (EMAIL, 100, "complaint", "", 1, "healthy"),
        (EMAIL, 1_000, "complaint", "", 1, "healthy"),
        (EMAIL, 2_000, "complaint", "", 4, "watched"),
        (EMAIL, 1_000, "complaint", "", 5, "paused"),
        (EMAIL, 500, "complaint", "", 3, "paused"),
        (EMAIL, 50, "bounced", "5.1.1", 2, "healthy"),
        (EMAIL, 1_000, "bounced", "5.1.1", 10, "healthy"),
        (EMAIL, 1_000, "bounced", "5.1.1", 30, "watched"),
        (EMAIL, 1_000, "bounced", "5.1.1", 80, "paused"),
        (EMAIL, 1_000, "bounced", "4.2.2", 45, "healthy"),
        (EMAIL, 1_000, "bounced", "4.2.2", 150, "slowed"),
        (EMAIL, 1_000, "opt_out", "", 2, "healthy"),
        (EMAIL, 1_000, "opt_out", "", 50, "paused"),
        (SMS, 20, "undelivered", "30003", 2, "healthy"),
        (SMS, 1_000, "undelivered", "30003", 60, "healthy"),
        (SMS, 1_000, "undelivered", "30003", 100, "watched"),
        (SMS, 1_000, "undelivered", "30003", 180, "paused"),
        (SMS, 1_000, "failed", "", 180, "paused"),
        (SMS, 100, "undelivered", "30007", 1, "healthy"),
        (SMS, 1_000, "undelivered", "30007", 20, "watched"),
        (SMS, 1_000, "undelivered", "30007", 45, "paused"),
        (SMS, 100, "opt_out", "", 1, "healthy"),
        (SMS, 1_000, "opt_out", "", 27, "watched"),
        (SMS, 1_000, "opt_out", "", 45, "paused"),
        (CHAT, 100, "opt_out", "", 1, "healthy"),
        (CHAT, 100, "opt_out", "", 50, "watched"),
    ],
)
def test_a_rate_counts_when_it_is_likely_too_high(
    watcher: Watcher,
    messages: int,
    kind: SignalKind,
    code: str,
    events: int,
    standing: str,
) -> None:
    state, _ = hear(watcher, sent(messages, every=SECOND))
    _, observed = hear(watcher, of(kind, events, LATE, code), state)
    worse = {"watched": ("watched", "slowed")}.get(standing, (standing,))
    assert observed.standing in worse, observed


def test_the_reason_is_said_with_its_figures() -> None:
    state, _ = hear(EMAIL, sent(1_000, every=SECOND))
    _, observed = hear(EMAIL, of("complaint", 5, LATE), state)
    (reason,) = observed.reasons
    assert reason.startswith(
        "5 complaints about 1,000 mails that arrived in 7 days (0.5 %): likely above 0.3 %, so it "
        "rests until 2027-01-16T"
    )
    assert isinstance(observed.advice, Pause)
    assert gauge(observed, "complaint_rate") == Gauge("complaint_rate", 5, 1_000, 0.003)


def test_complaints_count_over_what_arrived() -> None:
    state, _ = hear(EMAIL, sent(100))
    _, observed = hear(EMAIL, of("bounced", 40, LATE, "4.4.1"), state)
    assert gauge(observed, "complaint_rate").of == 60
    assert gauge(observed, "soft_bounce_rate") == Gauge("soft_bounce_rate", 40, 100, 0.10)


def test_what_the_other_server_refuses_at_once_has_bounced_too() -> None:
    state, _ = hear(EMAIL, sent(100))
    _, observed = hear(EMAIL, of("refused", 5, LATE, "550"), state)
    assert gauge(observed, "bounce_rate").events == 5
    assert gauge(observed, "bounce_rate").of == 105
    _, observed = hear(EMAIL, of("refused", 5, LATE, "standing"), state)
    assert gauge(observed, "bounce_rate").events == 0


def test_one_provider_of_mailboxes_is_seen_by_itself() -> None:
    """2 % at Yahoo drowns among the mails to everybody else."""
    state, _ = hear(EMAIL, sent(8_000, every=SECOND))
    yahoo = (msgspec.structs.replace(one, domain="yahoo.com") for one in sent(300, every=SECOND))
    state, _ = hear(EMAIL, (msgspec.structs.replace(one, recipient=f"y{n}") for n, one in
                            enumerate(yahoo)), state)  # fmt: skip
    _, observed = hear(EMAIL, of("complaint", 6, LATE + HOUR, domain="yahoo.com"), state)
    assert observed.standing == "paused"
    assert "at Yahoo" in observed.reasons[0]
    assert gauge(observed, "yahoo_complaint_rate").of == 300


def test_a_bulk_sender_is_told_before_it_becomes_one() -> None:
    mails = (msgspec.structs.replace(one, domain="gmail.com") for one in sent(4_500, every=SECOND))
    _, observed = hear(EMAIL, mails)
    assert observed.standing == "watched"
    assert observed.reasons == (
        "4,500 mails to Gmail in 24 hours (limit 4,500); 5,000 make a bulk sender",
    )


def test_an_honest_reminder_campaign_at_full_pace_is_left_alone() -> None:
    """10 in 5 minutes all day, the same text to everybody but for its digits."""
    texts = (msgspec.structs.replace(one, text="same") for one in sent(1_560))
    _, observed = hear(SMS, texts)
    assert observed.standing == "healthy", observed
    assert gauge(observed, "repeated").events == 1_560


def test_the_same_text_far_too_often_is_told_and_then_slowed() -> None:
    texts = [msgspec.structs.replace(one, text="same") for one in sent(10_000, every=2 * SECOND)]
    state, observed = hear(SMS, texts[:2_500])
    assert observed.standing == "watched"
    _, observed = hear(SMS, texts[2_500:], state)
    assert observed.standing == "slowed"
    assert observed.advice == Slow(Rate.parse("5 per 5 minutes"))


def test_calls_of_a_number_are_watched_at_75_a_day_and_rest_at_100() -> None:
    calls = [*sent(100, every=5 * MINUTE)]
    assert hear(VOICE, calls[:74])[1].standing == "healthy"
    assert hear(VOICE, calls[:75])[1].advice == Watch()
    state, observed = hear(VOICE, calls)
    assert observed.standing == "paused"
    assert isinstance(observed.advice, Pause)
    assert observed.advice.until is not None
    assert START + DAY <= observed.advice.until < START + DAY + 3 * HOUR
    call = SenderSignal("sent", observed.advice.until, recipient="next")
    assert VOICE.observe(state, call, call.at)[1].standing == "watched"


@pytest.mark.parametrize(
    ("kind", "many", "seconds", "standing"),
    [
        ("no answer", 20, None, "healthy"),
        ("no answer", 60, None, "watched"),
        ("no answer", 300, None, "slowed"),
        ("delivered", 60, 30.0, "healthy"),
        ("delivered", 60, 2.0, "slowed"),
        ("delivered", 60, None, "healthy"),
    ],
)
def test_calls_that_nobody_takes_or_that_are_over_at_once_slow_a_number(
    kind: SignalKind, many: int, seconds: float | None, standing: str
) -> None:
    signals = (SenderSignal(kind, START + n * MINUTE, seconds=seconds) for n in range(many))
    assert hear(VOICE, signals)[1].standing == standing


@pytest.mark.parametrize(
    ("watcher", "code", "times", "standing"),
    [
        (SMS, "30002", 1, "flagged"),
        (SMS, "63026", 1, "flagged"),
        (SMS, "30022", 1, "slowed"),
        (SMS, "30025", 1, "watched"),
        (SMS, "30003", 1, "healthy"),
        (VOICE, "32017", 1, "flagged"),
        (VOICE, "603+", 2, "watched"),
        (VOICE, "603+", 3, "flagged"),
        (VOICE, "603", 4, "healthy"),
        (VOICE, "603", 5, "watched"),
        (VOICE, "30002", 1, "healthy"),
    ],
)
def test_what_a_provider_says_of_the_sender_counts_at_once(
    watcher: Watcher, code: str, times: int, standing: str
) -> None:
    _, observed = hear(watcher, of("failed", times, START, code))
    assert observed.standing == standing
    assert all(code in reason for reason in observed.reasons)


def test_a_flagged_sender_stays_so_and_a_code_of_the_past_is_forgotten() -> None:
    state, observed = hear(SMS, of("failed", 1, START, "30002"))
    assert observed.advice == Flag()
    later = [*sent(50, START + 40 * DAY)]
    assert hear(SMS, later, state)[1].standing == "flagged"
    state, _ = hear(SMS, of("failed", 1, START, "30022"))
    assert hear(SMS, sent(1, START + 2 * HOUR), state)[1] == Observed(
        "healthy", Recover(), (), hear(SMS, sent(1, START + 2 * HOUR), state)[1].gauges
    )


# ---- and back -----------------------------------------------------------------------------------


def test_a_paused_sender_comes_back_in_steps_with_clean_mail() -> None:
    state, _ = hear(EMAIL, sent(500, every=SECOND))
    state, observed = hear(EMAIL, of("complaint", 5, LATE), state)
    assert isinstance(observed.advice, Pause)
    resumed = observed.advice.until
    assert resumed is not None
    assert resumed - LATE < DAY + MINUTE
    steps = []
    for signal in sent(3_000, resumed):
        state, observed = EMAIL.observe(state, signal, signal.at)
        if observed.advice == Recover():
            steps.append(observed.standing)
    assert steps == ["slowed", "watched", "healthy"]


def test_who_does_it_again_rests_twice_as_long() -> None:
    state, _ = hear(EMAIL, sent(500, every=SECOND))
    at, rests = LATE, []
    for turn in range(5):
        state, observed = hear(EMAIL, of("complaint", 9, at, campaign=f"c{turn}"), state)
        assert isinstance(observed.advice, Pause)
        assert observed.advice.until is not None
        rests.append(round((observed.advice.until - at) / DAY))
        at = observed.advice.until
        state, _ = hear(EMAIL, sent(20, at), state)
        at += HOUR
    assert rests == [1, 2, 4, 7, 7]


def test_what_is_heard_of_mails_before_the_pause_does_not_count_against_those_after_it() -> None:
    state, _ = hear(EMAIL, sent(500, every=SECOND))
    state, observed = hear(EMAIL, of("complaint", 5, LATE), state)
    assert isinstance(observed.advice, Pause)
    assert observed.advice.until is not None
    resumed = observed.advice.until
    state, _ = hear(EMAIL, sent(100, resumed), state)
    late = [
        SenderSignal("complaint", resumed + 2 * HOUR + n, recipient=f"l{n}", sent_at=START)
        for n in range(20)
    ]
    assert hear(EMAIL, late, state)[1].standing == "slowed"
    fresh = [msgspec.structs.replace(one, sent_at=resumed + n) for n, one in enumerate(late)]
    assert hear(EMAIL, fresh, state)[1].standing == "paused"


def test_a_standing_does_not_flap_at_its_limit() -> None:
    """Mail whose complaint rate is just the limit for people to be told."""
    state, moves = EMAIL.start(), 0
    before = "healthy"
    for number, signal in enumerate(sent(30_000)):
        state, observed = EMAIL.observe(state, signal, signal.at)
        if number % 1_000 == 999:
            complaint = SenderSignal("complaint", signal.at, recipient=f"c{number}")
            state, observed = EMAIL.observe(state, complaint, signal.at)
        moves += observed.standing != before
        before = observed.standing
    assert moves <= 4


# ---- late, repeated, out of order ---------------------------------------------------------------

_kinds = st.sampled_from(
    ("sent", "delivered", "undelivered", "failed", "bounced", "complaint", "opt_out", "refused")
)
_some_signals = st.lists(
    st.builds(
        SenderSignal,
        kind=_kinds,
        at=st.integers(START, START + 20 * HOUR),
        code=st.sampled_from(("", "30007", "4.2.2", "5.1.1", "550")),
        domain=st.sampled_from(("", "gmail.com", "example.org")),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(_some_signals, st.randoms(use_true_random=False), st.sampled_from((SMS, EMAIL, VOICE, CHAT)))
def test_the_order_of_signals_changes_no_figure(
    signals: list[SenderSignal], chance: object, watcher: Watcher
) -> None:
    now = START + 21 * HOUR
    numbered = [msgspec.structs.replace(one, recipient=f"r{n}") for n, one in enumerate(signals)]
    shuffled = [*numbered]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    once, twice = watcher.start(), watcher.start()
    for signal in numbered:
        once, _ = watcher.observe(once, signal, now)
    for signal in shuffled:
        for _ in range(3):  # receipts come again
            twice, _ = watcher.observe(twice, signal, now)
    assert once.day == twice.day
    assert once.long == twice.long


def test_a_signal_far_too_late_counts_for_nothing() -> None:
    state, before = hear(SMS, sent(100, START + 10 * DAY))
    late = SenderSignal("opt_out", START + 10 * DAY, recipient="x", sent_at=START)
    _, observed = SMS.observe(state, late, late.at + HOUR)
    assert gauge(observed, "opt_out_rate").events == 0
    assert gauge(before, "opt_out_rate").of == pytest.approx(100, rel=0.05)


# ---- space and settings -------------------------------------------------------------------------


@pytest.mark.parametrize("watcher", [SMS, EMAIL, VOICE, CHAT])
def test_a_busy_day_fits_in_20_kilobytes(watcher: Watcher) -> None:
    state, code = watcher.start(), ["30007", "4.1.1", "30022", "", "550"]
    for number in range(20_000):
        at = START + number * 60 * SECOND
        kind: SignalKind = ("sent", "delivered", "bounced", "complaint", "opt_out")[number % 5]
        signal = SenderSignal(
            kind, at, code[number % 5], recipient=f"r{number}", text=f"t{number}",
            domain="gmail.com", segments=3,
        )  # fmt: skip
        state, _ = watcher.observe(state, signal, at)
    # A million messages a day have more digits, in 24 and 28 buckets of at most 16 counters.
    assert len(msgspec.json.encode(state)) < 20_000 - (24 + 28) * 16 * 4


def test_a_share_may_be_written_as_people_write_it() -> None:
    read = ObserverSettings.model_validate(
        {"email": {"complaint_rate": {"watch": "0.05%", "stop": 0.002}}}
    )
    assert read.email.complaint_rate.watch == 0.0005
    for wrong in (
        {"watch": "much"}, {"watch": "5%", "stop": "1%"}, {"watch": 2}, {"watched": "1%"},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="complaint_rate"):
            ObserverSettings.model_validate({"email": {"complaint_rate": wrong}})


def test_the_same_text_from_three_senders_is_told_but_not_from_one() -> None:
    watcher = RepetitionWatcher(RepetitionSettings())
    assert watcher.across
    for senders, standing in ((1, "healthy"), (2, "healthy"), (3, "watched")):
        state, observed = watcher.start(), Observed("healthy")
        for number in range(400):
            signal = SenderSignal("sent", START, text="x", sender=f"s{number % senders}")
            state, observed = watcher.observe(state, signal, START)
        assert observed.standing == standing
    assert "3 senders have sent the same text, 400 times" in observed.reasons[0]


@pytest.mark.parametrize(("people", "trouble", "standing"), [(40, 5, "watched"), (60, 7, "paused")])
def test_a_handful_of_people_stops_nothing(people: int, trouble: int, standing: str) -> None:
    state, _ = hear(SMS, sent(people, every=SECOND))
    assert hear(SMS, of("opt_out", trouble, LATE), state)[1].standing == standing
