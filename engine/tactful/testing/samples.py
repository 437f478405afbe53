"""Messages to test with: ordinary ones of each medium, and texts that people really write."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tactful.runtime.ports import HandOffCase, Medium, Message
from tactful.values import DAY

ADDRESSES: Mapping[Medium, str] = {
    "sms": "+353871234567",
    "mms": "+353871234567",
    "voice": "+353871234567",
    "email": "ann@example.com",
    "chat": "visitor-1",
}
"""Whom a sample is to, by medium."""

SENDERS: Mapping[Medium, str] = {
    "sms": "+35315550100",
    "mms": "+35315550100",
    "voice": "+35315550100",
    "email": "Acme <care@example.com>",
    "chat": "Acme",
}
"""Whom a sample is from, by medium."""

ODD_TEXTS: Mapping[str, str] = {
    "one letter": "x",
    "emoji of several signs": "Thank you 👩‍👩‍👧‍👦 🇮🇪 👍🏽",
    "other scripts": "您的订单已发货 — Ваш заказ в пути — طلبك في الطريق — आपका ऑर्डर",
    "right to left and back": "\u202egnp.eciovni\u202c \u2066abc\u2069",
    "marks upon marks": "Z\u0351\u036b\u0343\u036a\u0302a\u036b\u033d\u034f\u0334l\u0327go" * 20,
    "nothing to see": "\u200b\u2060\ufeff",
    "line breaks of all kinds": "one\r\ntwo\nthree\rfour\u2028five\x0bsix",
    "signs that steer": "a\x00b\x07c\x1b[31md\x7f",
    "lines that look like headers": "Hello\r\nBcc: everybody@example.com\r\n\r\nBuy now",
    "a lone point on a line": "one\r\n.\r\ntwo",
    "markup": "<script>alert('x')</script> & <b>\"bold\"</b> <!-- ]]> -->",
    "quotes and slashes": "'; drop table message; -- \\ \" ` ${HOME} %s {0} {{ name }}",
    "one very long word": "x" * 20_000,
    "a very long text": "Your order is late. We are sorry! " * 3_000,
    "half of a sign": "broken \ud83d half",
}
"""Texts that must do no harm, by what is odd about them."""


def sample_message(medium: Medium = "sms", number: int = 1, **changes: Any) -> Message:
    """Return an ordinary message; `number` makes its attempt, token and key its own."""
    plain = Message(
        attempt=str(number),
        token=f"late.1-{number}",
        campaign="late",
        launch="late.1",
        key=f"A-{number}",
        channel=medium,
        to=ADDRESSES[medium],
        sender=SENDERS[medium],
        text="Your order is late. We are sorry! Reply STOP to get no more messages.",
        subject="Your order is late" if medium == "email" else None,
        segments=1,
        permitted_at=1_800_000_000_000_000,
        expires_at=1_800_000_000_000_000 + DAY,
    )
    return msgspec.structs.replace(plain, **changes)


def sample_case(number: int = 1, **changes: Any) -> HandOffCase:
    """Return an ordinary hand-off; `number` makes its key its own."""
    plain = HandOffCase(
        campaign="late",
        key=f"A-{number}",
        queue="care_queue",
        priority="normal",
        note="Wants a call back.",
        opened_at=1_800_000_000_000_000,
    )
    return msgspec.structs.replace(plain, **changes)
