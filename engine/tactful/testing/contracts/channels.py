"""What every channel keeps, as tests that a plugin's author derives from."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import anyio
import msgspec

from tactful.plugins.kinds import can_be_named
from tactful.runtime.ports import (
    Accepted,
    Channel,
    ChannelLimits,
    Finding,
    Medium,
    Message,
    Refused,
    Retry,
    SendOutcome,
    Unknown,
)
from tactful.testing.samples import ADDRESSES, ODD_TEXTS, SENDERS, sample_message
from tactful.values import SECOND, Money

if TYPE_CHECKING:
    import pytest

T = TypeVar("T")

_MEDIA: tuple[Medium, ...] = get_args(Medium)
_ODD_ADDRESSES = (
    "",
    " ",
    "+",
    "nobody",
    "a@b@c",
    "<>",
    "+353871234567\r\nBcc: x",
    "😀",
    "x" * 5_000,
)


class ChannelContract(ABC):
    """Derive a class whose name begins with `Test`, and give it a channel that takes messages.

    A channel that needs a server gets a real one, on 127.0.0.1, from a fixture of the derived
    class. `addresses` and `senders` are whom its server knows, by medium. `longest` is how many
    seconds anything may take here.
    """

    addresses: Mapping[Medium, str] = ADDRESSES
    senders: Mapping[Medium, str] = SENDERS
    longest: float = 20.0

    @abstractmethod
    def channel(self) -> Channel:
        """Return a new channel, ready to send. Called inside a running event loop."""

    def message(self, medium: Medium, number: int = 1, **changes: Any) -> Message:
        """Return an ordinary message that the channel can deliver."""
        plain = {"to": self.addresses[medium], "sender": self.senders[medium]}
        return sample_message(medium, number, **(plain | changes))

    # ---- what it says of itself -----------------------------------------------------------------

    def test_a_flow_can_name_it(self) -> None:
        name = self._with(_name)
        assert can_be_named(name), f"`{name}` cannot stand after `through` in a flow"

    def test_it_says_which_media_it_carries(self) -> None:
        async def ask(channel: Channel) -> list[str]:
            return list(channel.media)

        media = self._with(ask)
        assert media, "a channel carries at least one medium"
        assert set(media) <= set(_MEDIA), f"media are some of {', '.join(_MEDIA)}, not {media}"

    def test_its_limits_are_sane(self) -> None:
        async def ask(channel: Channel) -> tuple[ChannelLimits, object]:
            return channel.limits, channel.confirms_opt_out

        limits, confirms = self._with(ask)
        assert isinstance(limits, ChannelLimits)
        assert 1 <= limits.at_once <= 10_000, f"{limits.at_once} calls at once"
        assert SECOND <= limits.call_timeout <= 3_600 * SECOND, "call_timeout is in microseconds"
        assert isinstance(confirms, bool)

    # ---- sending --------------------------------------------------------------------------------

    def test_an_ordinary_message_is_accepted(self) -> None:
        for medium in self._media():
            outcome = self._with(self._sending(self.message(medium)))
            assert isinstance(outcome, Accepted), f"{medium}: {outcome}"
            assert isinstance(outcome.id, str), f"{medium}: the id is a text"
            assert outcome.id, f"{medium}: an id finds the message again; it cannot be empty"

    def test_each_message_gets_an_id_of_its_own(self) -> None:
        for medium in self._media():
            messages = [self.message(medium, number) for number in (1, 2)]
            outcomes = self._with(self._sending_in_turn(messages))
            ids = [outcome.id for outcome in outcomes if isinstance(outcome, Accepted)]
            assert len(set(ids)) == 2, f"{medium}: {outcomes}"

    def test_a_second_attempt_of_a_send_is_answered_too(self) -> None:
        """A provider may know it again by its token, and answer with the id of the first."""
        for medium in self._media():
            first = self.message(medium)
            second = msgspec.structs.replace(first, attempt="2")
            outcomes = self._with(self._sending_in_turn([first, second]))
            assert all(isinstance(outcome, SendOutcome) for outcome in outcomes), outcomes

    def test_many_at_once_are_answered_each_for_itself(self) -> None:
        medium = self._media()[0]
        answers: dict[str, SendOutcome] = {}

        async def all_at_once(channel: Channel) -> int:
            async def one(message: Message) -> None:
                answers[message.attempt] = await channel.send(message)

            count = min(channel.limits.at_once, 50)
            async with anyio.create_task_group() as tasks:
                for number in range(1, count + 1):
                    tasks.start_soon(one, self.message(medium, number))
            return count

        count = self._with(all_at_once)
        assert len(answers) == count
        ids = [outcome.id for outcome in answers.values() if isinstance(outcome, Accepted)]
        assert len(set(ids)) == count, f"{count} messages, {len(set(ids))} ids: {answers}"

    def test_an_odd_text_gets_an_outcome_and_the_next_message_goes_on(self) -> None:
        for medium in self._media():
            odd = {}
            for what, text in ODD_TEXTS.items():
                changes: dict[str, Any] = {"text": text}
                if medium == "email":
                    changes["subject"] = text[:200]
                if medium == "voice":
                    changes["leave"] = text
                odd[what] = self.message(medium, 1, **changes)
            self._goes_on_after(medium, odd)

    def test_an_odd_address_gets_an_outcome_and_the_next_message_goes_on(self) -> None:
        for medium in self._media():
            odd = {repr(to[:20]): self.message(medium, 1, to=to) for to in _ODD_ADDRESSES}
            self._goes_on_after(medium, odd)

    def test_a_call_that_is_cut_off_ends_and_the_next_message_goes_on(self) -> None:
        medium = self._media()[0]

        async def cut_off(channel: Channel) -> SendOutcome:
            async def call() -> None:
                await channel.send(self.message(medium, 1))

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
            return await channel.send(self.message(medium, 2))

        outcome = self._with(cut_off)
        assert isinstance(outcome, Accepted), f"after a call that was cut off: {outcome}"

    # ---- afterwards -----------------------------------------------------------------------------

    def test_what_was_accepted_is_never_said_to_be_not_sent(self) -> None:
        """To say so would have it sent a second time."""

        async def ask(channel: Channel) -> object:
            message = self.message(self._media_of(channel)[0])
            await channel.send(message)
            return await channel.reconcile(message)

        answer = self._with(ask)
        assert answer is None or isinstance(answer, Accepted | Unknown), answer

    def test_what_was_never_sent_is_never_said_to_be_accepted(self) -> None:
        async def ask(channel: Channel) -> object:
            return await channel.reconcile(self.message(self._media_of(channel)[0], 999_999))

        answer = self._with(ask)
        assert answer is None or isinstance(answer, Refused | Retry | Unknown), answer

    def test_it_can_be_closed_unused_and_twice(self) -> None:
        async def close(channel: Channel) -> None:
            await _close(channel)
            await _close(channel)

        self._with(close)

    # ---- without any network --------------------------------------------------------------------

    def test_senders_are_judged_without_any_network(
        self, monkeypatch: "pytest.MonkeyPatch"
    ) -> None:
        async def judge(channel: Channel) -> list[tuple[str, object]]:
            with monkeypatch.context() as patched:
                _forbid_network(patched)
                return [
                    (sender, list(channel.check_sender(medium, sender)))
                    for medium in self._media_of(channel)
                    for sender in (self.senders[medium], *_ODD_ADDRESSES)
                ]

        for sender, findings in self._with(judge):
            assert isinstance(findings, list)
            assert all(isinstance(one, Finding) for one in findings), findings
            if sender in self.senders.values():
                errors = [one for one in findings if one.severity == "error"]
                assert not errors, f"its own sender {sender} is refused: {errors}"

    def test_costs_can_be_read_and_grow_with_the_segments(
        self, monkeypatch: "pytest.MonkeyPatch"
    ) -> None:
        async def ask(channel: Channel) -> list[list[str | None]]:
            with monkeypatch.context() as patched:
                _forbid_network(patched)
                return [
                    [channel.cost(medium, country, segments) for segments in (1, 2, 5)]
                    for medium in self._media_of(channel)
                    for country in ("IE", "US", "ZZ", None)
                ]

        for costs in self._with(ask):
            amounts = [Money.parse(cost).amount for cost in costs if cost is not None]
            assert len(amounts) in (0, 3), f"a price for some segments only: {costs}"
            assert amounts == sorted(amounts), costs
            assert all(amount >= 0 for amount in amounts), costs

    # ---- how it is done -------------------------------------------------------------------------

    def _with(self, work: Callable[[Channel], Awaitable[T]]) -> T:
        """Do something with a new channel, close it, and return what came out."""

        async def whole() -> T:
            with anyio.fail_after(self.longest):
                channel = self.channel()
                try:
                    return await work(channel)
                finally:
                    await _close(channel)

        return anyio.run(whole)

    def _media(self) -> list[Medium]:
        async def ask(channel: Channel) -> list[Medium]:
            return self._media_of(channel)

        return self._with(ask)

    def _media_of(self, channel: Channel) -> list[Medium]:
        return [medium for medium in _MEDIA if medium in channel.media]

    def _sending(self, message: Message) -> Callable[[Channel], Awaitable[SendOutcome]]:
        async def send(channel: Channel) -> SendOutcome:
            return await channel.send(message)

        return send

    def _sending_in_turn(
        self, messages: list[Message]
    ) -> Callable[[Channel], Awaitable[list[SendOutcome]]]:
        async def send(channel: Channel) -> list[SendOutcome]:
            return [await channel.send(message) for message in messages]

        return send

    def _goes_on_after(self, medium: Medium, odd: Mapping[str, Message]) -> None:
        """Send odd messages, and after each of them an ordinary one."""

        async def send_all(channel: Channel) -> None:
            for number, (what, message) in enumerate(odd.items(), 1):
                message = msgspec.structs.replace(message, attempt=f"{number}", token=f"o{number}")
                try:
                    first = await channel.send(message)
                except Exception as error:
                    raise AssertionError(f"{medium}, {what}: it raised {error!r}") from error
                assert isinstance(first, SendOutcome), f"{medium}, {what}: {first!r}"
                second = await channel.send(self.message(medium, 1_000 + number))
                assert isinstance(second, Accepted), f"{medium}, after {what}: {second!r}"

        self._with(send_all)


async def _name(channel: Channel) -> str:
    return channel.name


async def _close(channel: Channel) -> None:
    close = getattr(channel, "aclose", None)
    if close is not None:
        await close()


def _forbid_network(patched: "pytest.MonkeyPatch") -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("it went to the network")

    patched.setattr(socket.socket, "connect", refuse)
    patched.setattr(socket, "getaddrinfo", refuse)
