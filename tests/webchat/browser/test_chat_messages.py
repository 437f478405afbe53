"""In a real browser: what a campaign sends shows once, what a visitor writes comes back once."""

import pytest

from tactful.runtime.inbound import DeliveryStatus, OptedIn, OptedOut, PersonReply, Signal
from tactful.runtime.ports import Accepted, Refused
from tactful.values import HOUR, SECOND
from tests.webchat.browser.visitors import Visitor
from tests.webchat.house import Site, chat_message, token


def delivered(signals: list[Signal]) -> list[str]:
    return [s.attempt for s in signals if isinstance(s, DeliveryStatus) and s.status == "delivered"]


def replies(signals: list[Signal]) -> list[str]:
    return [s.text for s in signals if isinstance(s, PersonReply)]


def test_a_message_shows_and_then_counts_as_delivered(ann: Visitor, site: Site) -> None:
    tab = ann.visits()
    assert isinstance(site.chat.send(chat_message(text="Your parcel is late.")), Accepted)
    tab.teasers.get_by_text("Your parcel is late.").wait_for()
    assert delivered(site.chat.heard(delivered_some)) == ["1"]
    tab.open()
    assert tab.told() == ["Your parcel is late."]


def delivered_some(signals: list[Signal]) -> bool:
    return bool(delivered(signals))


def test_what_the_visitor_writes_reaches_the_engine(ann: Visitor, site: Site) -> None:
    site.chat.send(chat_message(text="Shall we call you?"))
    tab = ann.visits()
    tab.open()
    tab.shows("Shall we call you?")
    tab.write("Yes please")
    (reply,) = [
        one
        for one in site.chat.heard(lambda signals: bool(replies(signals)))
        if isinstance(one, PersonReply)
    ]
    assert (reply.channel, reply.address, reply.text) == ("chat", "A-1", "Yes please")
    assert reply.to == "Acme Care"
    tab.page.get_by_text("Sent", exact=True).wait_for()


def test_after_a_restart_of_the_server_nothing_is_lost_and_nothing_twice(
    ann: Visitor, site: Site
) -> None:
    tab = ann.visits()
    tab.open()
    site.chat.send(chat_message(1))
    tab.shows("Message 1")
    site.chat.stop()
    tab.notice.get_by_text("No connection").wait_for()
    tab.write("I am still here")
    tab.page.get_by_text("Will be sent when you are online again").wait_for()
    site.chat.start()
    site.chat.send(chat_message(2))
    tab.shows("Message 2")
    site.chat.heard(lambda signals: len(delivered(signals)) == 2 and bool(replies(signals)))
    tab.notice.wait_for(state="hidden")
    assert sorted(tab.told()) == ["I am still here", "Message 1", "Message 2"]
    assert delivered(site.chat.ears.signals) == ["1", "2"]
    assert replies(site.chat.ears.signals) == ["I am still here"]


def test_a_reply_written_without_a_connection_survives_a_new_page(ann: Visitor, site: Site) -> None:
    tab = ann.visits()
    tab.open()
    site.chat.stop()
    tab.notice.get_by_text("No connection").wait_for()
    tab.write("Please call me")
    tab.page.get_by_text("Will be sent").wait_for()
    tab.page.close()
    site.chat.start()
    again = ann.visits()
    again.open()
    again.shows("Please call me")
    assert replies(site.chat.heard(lambda signals: bool(replies(signals)))) == ["Please call me"]
    again.page.reload()
    again.open()
    again.shows("Please call me")
    assert again.told() == ["Please call me"]


def test_messages_wait_for_their_visitor_until_they_expire(ann: Visitor, site: Site) -> None:
    now = site.chat.clock()
    site.chat.send(chat_message(1, expires_at=now + HOUR))
    site.chat.send(chat_message(2, expires_at=now + 30 * HOUR))
    site.chat.stop()
    site.chat.clock.ahead = 2 * HOUR
    site.token = token(lasts=20 * HOUR)
    site.chat.start()
    tab = ann.visits()
    tab.open()
    tab.shows("Message 2")
    signals = site.chat.heard(lambda signals: len(signals) >= 2)
    assert tab.told() == ["Message 2"]
    told = {s.attempt: s.status for s in signals if isinstance(s, DeliveryStatus)}
    assert told == {"1": "undelivered", "2": "delivered"}


def test_a_hidden_page_shows_nothing_that_expired_meanwhile(ann: Visitor, site: Site) -> None:
    tab = ann.visits()
    tab.page.evaluate(
        "Object.defineProperty(document, 'visibilityState',"
        " { configurable: true, get: () => window.looks ?? 'hidden' })"
    )
    site.chat.send(chat_message(1, expires_at=site.chat.clock() + 4 * SECOND))
    tab.launcher.get_by_text("1", exact=True).wait_for()  # it is there
    tab.launcher.get_by_text("1", exact=True).wait_for(state="hidden")  # and over
    tab.page.evaluate(
        "() => { window.looks = 'visible'; document.dispatchEvent(new Event('visibilitychange')) }"
    )
    site.chat.send(chat_message(2))
    tab.teasers.get_by_text("Message 2").wait_for()
    tab.open()
    assert tab.told() == ["Message 2"]
    assert delivered(site.chat.heard(delivered_some)) == ["2"]


def test_two_tabs_show_it_both_and_it_counts_once(ann: Visitor, site: Site) -> None:
    first, second = ann.visits(), ann.visits()
    first.open()
    second.open()
    site.chat.send(chat_message(1))
    first.shows("Message 1")
    second.shows("Message 1")
    first.write("From the first")
    second.shows("From the first")
    second.write("From the second")
    first.shows("From the second")
    site.chat.heard(lambda signals: len(replies(signals)) == 2)
    assert delivered(site.chat.ears.signals) == ["1"]
    assert replies(site.chat.ears.signals) == ["From the first", "From the second"]
    expected = ["Message 1", "From the first", "From the second"]
    assert first.told() == second.told() == expected


@pytest.mark.promise("STOP")
def test_who_mutes_the_chat_sees_nothing_more_until_they_take_it_back(
    ann: Visitor, site: Site
) -> None:
    tab = ann.visits()
    tab.open()
    tab.mute.click()
    tab.notice.get_by_text("Muted").wait_for()
    (out,) = site.chat.heard(lambda signals: bool(signals))
    assert isinstance(out, OptedOut)
    assert (out.channel, out.address, out.answered) == ("chat", "A-1", True)
    assert isinstance(site.chat.send(chat_message(1)), Refused)
    tab.page.reload()
    tab.open()
    tab.notice.get_by_text("Muted").wait_for()
    tab.mute.click()
    tab.notice.wait_for(state="hidden")
    assert isinstance(site.chat.heard(lambda signals: len(signals) == 2)[1], OptedIn)
    site.chat.send(chat_message(2))
    tab.shows("Message 2")
    assert tab.told() == ["Message 2"]


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "</textarea><b>bold</b>",
    "javascript:alert(1)",
    '"><iframe srcdoc="<script>alert(1)</script>">',
    "https://shop.example.com/\"onmouseover='alert(1)'",
    "{{ constructor.constructor('alert(1)')() }} ${alert(1)} &lt;b&gt;",
    "data:text/html,<script>alert(1)</script>",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_markup(ann: Visitor, site: Site, attack: str) -> None:
    tab = ann.visits()
    site.chat.send(chat_message(1, text=attack, sender=attack[:60]))
    tab.teasers.get_by_text(attack, exact=True).last.wait_for()
    tab.open()
    tab.shows(attack)
    tab.write(f"{attack} again")
    tab.shows(f"{attack} again")
    inside = "document.querySelector('tactful-chat').shadowRoot.querySelectorAll"
    assert tab.page.evaluate(f"{inside}('script, img, iframe, b, .text svg').length") == 0
    assert tab.page.evaluate(f"[...{inside}('a')].every((a) => a.protocol === 'https:')")


LINKS = [
    ("See https://shop.example.com/a?b=1&c=2#d.", "https://shop.example.com/a?b=1&c=2#d"),
    ("(https://en.wikipedia.org/wiki/Cork_(city))", "https://en.wikipedia.org/wiki/Cork_(city)"),
    ("HTTPS://SHOP.example.com/x, please", "HTTPS://SHOP.example.com/x"),
    ("http://shop.example.com/ is not safe", None),
    ("https://bank.example@evil.example/ is not what it seems", None),
    ("https://shop.example.com/\u202egnp.exe", None),
    ("https:// nothing", None),
]


@pytest.mark.parametrize(("text", "shown"), LINKS)
def test_only_https_addresses_become_links(
    ann: Visitor, site: Site, text: str, shown: str | None
) -> None:
    site.chat.send(chat_message(1, text=text))
    tab = ann.visits()
    tab.open()
    tab.rows.first.wait_for()
    links = tab.rows.locator("a")
    assert links.all_inner_texts() == ([shown] if shown else [])
    for link in links.all():
        assert link.get_attribute("rel") == "noopener noreferrer"
    assert tab.told() == [text]
