"""What a call says, step by step: to a person, to a machine, and after a key.

A person hears who calls, the text, and how to opt out. Keys are listened for from the first word,
and all is said a second time when none was pressed; then the call says goodbye.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tactful.runtime.ports import Message
from tactful.values import SECOND, Duration
from tactful_twilio.voice.phrases import phrases_for, spoken_as
from tactful_twilio.voice.twiml import Ask, HangUp, Say, Verb, document

_SILENCE_AFTER_NEWS = 3
"""So many seconds the opt-out key may still be pressed when there is nothing else to decide."""


class Choices(Protocol):
    """The settings of calls that decide what is said."""

    @property
    def caller(self) -> str | None: ...
    @property
    def language(self) -> str: ...
    @property
    def opt_out_key(self) -> str | None: ...
    @property
    def key_timeout(self) -> Duration: ...
    @property
    def voices(self) -> Mapping[str, str]: ...


class Speaker:
    """Says texts in the language of a locale, and phrases in it or, where it has none, English."""

    def __init__(self, locale: str | None, choices: Choices) -> None:
        self._locale = locale or choices.language
        self._choices = choices
        self.phrases = phrases_for(self._locale)

    def text(self, text: str) -> Say:
        """Return a text of the flow as it is said."""
        return self._say(text, spoken_as(self._locale))

    def phrase(self, phrase: str, **filled: str) -> Say:
        """Return one of our own phrases as it is said."""
        return self._say(phrase.format(**filled), self.phrases.language)

    def caller(self) -> Sequence[Say]:
        """Return who calls, where the settings tell it."""
        name = self._choices.caller
        return () if name is None else (self.phrase(self.phrases.caller, name=name),)

    def opt_out(self, key: str | None) -> Sequence[Say]:
        """Return how to opt out, where a key does it."""
        return () if key is None else (self.phrase(self.phrases.opt_out, key=key),)

    def closing(self, phrase: str) -> bytes:
        """Return the document of a call that says one more thing."""
        return document(self.phrase(phrase), HangUp())

    def _say(self, text: str, language: str) -> Say:
        voices = self._choices.voices
        voice = voices.get(language) or voices.get(language.partition("-")[0])
        return Say(text, language, voice)


class Script:
    """What the call of one message says."""

    def __init__(self, message: Message, choices: Choices) -> None:
        self._message = message
        self._choices = choices
        self._speaker = Speaker(message.locale, choices)

    @property
    def opt_out_key(self) -> str | None:
        """The key by which a person opts out; None when the flow needs it itself."""
        key = self._choices.opt_out_key
        return None if key in self._message.keys else key

    @property
    def listens(self) -> bool:
        """Whether the flow does anything with keys."""
        return bool(self._message.keys) or self._message.any_key

    def is_answer(self, key: str) -> bool:
        """Say whether the flow has a line for a key."""
        return key in self._message.keys or self._message.any_key

    def told(self) -> bytes:
        """Return the document of a call that hears no keys."""
        return document(*self._introduced(self._message.text), HangUp())

    def opening(self, key_url: str, again_url: str) -> bytes:
        """Return what a person hears who picks up. Keys are posted to one of the URLs."""
        if self.listens:
            wait = self._wait
            return self._asking(self._ask(key_url, wait), self._ask(again_url, wait))
        if self.opt_out_key is not None:
            return self._asking(self._ask(key_url, _SILENCE_AFTER_NEWS))
        return self.told()

    def once_more(self, again_url: str) -> bytes:
        """Return what a person hears who pressed a key that means nothing here."""
        return self._asking(self._ask(again_url, self._wait))

    def thanks(self) -> bytes:
        """Return what a person hears whose key was taken."""
        return self._speaker.closing(self._speaker.phrases.thanks)

    def goodbye(self) -> bytes:
        """Return how a call ends that got no key it could use."""
        return self._speaker.closing(self._speaker.phrases.goodbye)

    def opted_out(self) -> bytes:
        """Return what a person hears who opted out."""
        return self._speaker.closing(self._speaker.phrases.opted_out)

    def left(self) -> bytes:
        """Return what a machine is told: what the flow leaves, or nothing."""
        leave = self._message.leave
        return document(*(self._introduced(leave) if leave else ()), HangUp())

    @property
    def _wait(self) -> int:
        return max(1, self._choices.key_timeout.span // SECOND)

    def _asking(self, *asks: Verb) -> bytes:
        goodbye = self._speaker.phrase(self._speaker.phrases.goodbye)
        return document(*asks, goodbye, HangUp())

    def _ask(self, url: str, seconds: int) -> Ask:
        text = self._introduced(self._message.text)
        return Ask((*text, *self._speaker.opt_out(self.opt_out_key)), url, seconds)

    def _introduced(self, text: str) -> Sequence[Say]:
        """Return a text with who calls before it, unless it says so itself."""
        said = self._speaker.text(text)
        if (self._choices.caller or "").casefold() in text.casefold():
            return (said,)
        return (*self._speaker.caller(), said)


def nobody_here(choices: Choices, key_url: str) -> bytes:
    """Return what those hear who call us: that nobody is here, and how to opt out."""
    speaker = Speaker(None, choices)
    said = (*speaker.caller(), speaker.phrase(speaker.phrases.nobody))
    goodbye = (speaker.phrase(speaker.phrases.goodbye), HangUp())
    key = choices.opt_out_key
    if key is None:
        return document(*said, *goodbye)
    asked = Ask((*said, *speaker.opt_out(key)), key_url, _SILENCE_AFTER_NEWS)
    return document(asked, *goodbye)


def no_more_calls(choices: Choices) -> bytes:
    """Return what those hear who called us and opted out."""
    speaker = Speaker(None, choices)
    return speaker.closing(speaker.phrases.opted_out)
