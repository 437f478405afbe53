"""Words about messages: senders, sends, and what becomes of a send."""

from typing import Annotated, ClassVar, Literal

import msgspec

from tactful.language.kinds import FileNames, Keys, Kind, Message, Name
from tactful.language.reading import Cursor
from tactful.language.templates import Template
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.language.words.scenarios import scenario_words
from tactful.values import Duration

Outcome = Literal[
    "delivered", "not delivered", "failed", "undelivered", "bounced", "refused", "expired",
    "no answer", "voicemail",
]  # fmt: skip
CALL_OUTCOMES: tuple[Outcome, ...] = ("no answer", "voicemail")
"""What only a call can come to."""
CHANNELS = ("sms", "mms", "email", "voice", "chat")
"""The channels of the core. Plugins add theirs with `channel_words`."""
WITH_SUBJECT = ("email",)
"""The channels whose messages have a subject."""
MOST_ATTACHED = {"email": 10_000_000, "mms": 1_000_000}
"""The channels that carry files, and how many bytes a message may carry: what is safe with them."""


class Senders(Word):
    """List who the messages come from.
    senders:"""

    phrase = "senders"
    place = "top"
    block = Block("senders", required=True)
    condition = "none"


class Sender(Word):
    """Base of the sender lines, one class for each channel."""

    place = "senders"
    condition = "none"
    channel: ClassVar[str]
    address: Annotated[str, Key("from")]
    provider: Annotated[str, Key("through"), Name]


class TextName(msgspec.Struct, frozen=True):
    """The name of a text of the file."""

    name: str


_OPTIONS = frozenset(["to", "as", "using", "urgent", "expires", "until", "within"])
"""Words that go on a line after the name of a text."""


class Said(Kind):
    """A text in quotes that may hold `{{ name }}`, or the name of a text of the file."""

    says = "a text in quotes, or the name of a text"
    example = '"Hello {{ first_name }}"'

    def read(self, cursor: Cursor) -> Template | TextName:
        word = cursor.token("WORD")
        following = cursor.peek(1)
        is_name = following is None or cursor.word(1) in _OPTIONS or (word and "_" in word.text)
        if word is None or not is_name:
            return Message().read(cursor)
        cursor.at += 1
        return TextName(word.text)


class Send(Word):
    """Base of the send steps, one class for each channel.

    A message that is written on the line or below it is the node's text.
    `calls` says that a person picks up and can press keys.
    """

    place = "steps"
    block = Block("send", text=True)
    channel: ClassVar[str]
    calls: ClassVar[bool] = False
    text: Annotated[Template | TextName | None, At(0), Said] = None
    urgent: bool = False
    using: str | None = None


def channel_words(channel: str, address: str, *, calls: bool = False) -> tuple[type[Word], ...]:
    """Return the words of a channel: its sender line, its send step, and what scenarios say of it.

    `address` is an address of the channel, for the example in messages. `calls` says that a person
    picks up and can press keys.
    """
    name = channel.title().replace("_", "")
    sender = type(
        f"{name}Sender",
        (Sender,),
        {
            "__module__": __name__,
            "__doc__": f'Name a sender.\n{channel} from "{address}" through outbox',
            "phrase": channel,
            "channel": channel,
        },
    )
    send = type(
        f"Send{name}",
        (Send,),
        {
            "__module__": __name__,
            "__doc__": f'Send one message.\nsend {channel} "Hello {{{{ first_name }}}}"',
            "phrase": f"send {channel}",
            "channel": channel,
            "calls": calls,
        },
    )
    return sender, send, *scenario_words(channel, calls=calls)


class Subject(Word):
    """Give an e-mail its subject.
    subject "Order {{ order_id }} is late" """

    phrase = "subject"
    place = "send text for in"
    condition = "none"
    text: Annotated[Template, At(0)]


class Attach(Word):
    """Send files with the message, out of the flow's folder.
    attach "terms.pdf" """

    phrase = "attach"
    place = "send text for in"
    condition = "none"
    files: Annotated[tuple[str, ...], At(0), FileNames]


class OnOutcome(Word):
    """Go on here when a message ends so.
    on not delivered within 30 minutes: go to by_email"""

    phrase = "on"
    place = "send"
    block = Block("steps", required=True)
    outcome: Annotated[Outcome, At(0)]
    within: Duration | None = None


class OnPressed(Word):
    """Go on here when one of these keys is pressed in the call.
    on pressed 1, 2: tag confirmed"""

    phrase = "on pressed"
    place = "send"
    block = Block("steps", required=True)
    keys: Annotated[tuple[str, ...], At(0), Keys]
    within: Duration | None = None


class OnOtherKey(Word):
    """Go on here when the person picks up and presses another key, or none.
    on other key: tag unsure"""

    phrase = "on other key"
    place = "send"
    block = Block("steps", required=True)
    within: Duration | None = None


class Leave(Word):
    """Say this instead when a machine picks up.
    leave "This is Acme. Please call us back on 01 555 0100." """

    phrase = "leave"
    place = "send"
    condition = "none"
    text: Annotated[Template, At(0)]


_PHONE = "+353 1 555 0100"

SENDING: tuple[type[Word], ...] = (
    Senders,
    *channel_words("sms", _PHONE),
    *channel_words("mms", _PHONE),
    *channel_words("email", "Acme Care <care@example.com>"),
    *channel_words("voice", _PHONE, calls=True),
    *channel_words("chat", "acme"),
    Subject,
    Leave,
    Attach,
    OnOutcome,
    OnPressed,
    OnOtherKey,
)
