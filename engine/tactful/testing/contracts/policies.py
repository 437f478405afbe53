"""What every policy keeps, as tests that a plugin's author derives from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, get_args

import anyio

from tactful.plugins.kinds import can_be_named
from tactful.runtime.ports import (
    ByDefault,
    Finding,
    FlowText,
    FlowView,
    Medium,
    Message,
    Policy,
    PolicyVerdict,
)
from tactful.testing.samples import ODD_TEXTS, sample_message

FACTS: Mapping[str, Any] = {
    "purpose": "service",
    "locale": "en",
    "id": "A-1",
    "first_name": "Ana",
    "consents": (),
}
ODD_FACTS: tuple[Mapping[str, Any], ...] = (
    {"country": None, "zones": (), "brands": (), "domains": (), "business": "", "house": ""},
    {"country": "ZZ", "zones": ("Antarctica/Troll",), "locale": "tlh", "purpose": "unheard of"},
    {"first": True, "answering": True, "urgent": True, "owner": "", "campaign": "", "sender": ""},
)
"""What the engine may tell of a message, at its edges: anything may be empty, or new."""


class PolicyContract(ABC):
    """Derive a class whose name begins with `Test`: say what the policy allows, and what not.

    `longest` is how many seconds one message may take; the engine refuses what takes longer.
    """

    longest: float = 5.0

    @abstractmethod
    def policy(self) -> Policy:
        """Return the policy that is tested."""

    @abstractmethod
    def refused(self) -> Message:
        """Return a message that it refuses. Begin with `sample_message`."""

    def allowed(self) -> Message:
        """Return a message that it allows."""
        return sample_message()

    # ---- what it says of itself -----------------------------------------------------------------

    def test_a_flow_can_name_it_and_a_verdict_its_version(self) -> None:
        policy = self.policy()
        assert can_be_named(policy.name), f"`{policy.name}` cannot stand after `policy` in a flow"
        assert isinstance(policy.version, str), "the version is a text"
        assert policy.version, "the version is empty"

    def test_it_judges_by_default_on_channels_that_there_are(self) -> None:
        policy = self.policy()
        if isinstance(policy, ByDefault):
            assert set(policy.applies_to) <= set(get_args(Medium)), policy.applies_to

    def test_it_copes_with_all_that_the_engine_may_tell_it(self) -> None:
        for facts in ODD_FACTS:
            self._ask(self.allowed(), {**FACTS, **facts})

    # ---- messages -------------------------------------------------------------------------------

    def test_it_allows_what_it_should(self) -> None:
        verdict = self._ask(self.allowed())
        assert verdict.decision == "allow", verdict

    def test_it_refuses_what_it_should_and_says_why(self) -> None:
        verdict = self._ask(self.refused())
        assert verdict.decision == "refuse", verdict
        assert verdict.rule, "a refusal names its rule"
        assert verdict.reason, "a refusal gives a reason that a support lead understands"

    def test_a_verdict_names_who_gave_it(self) -> None:
        for message in (self.allowed(), self.refused()):
            assert self._ask(message).policy == self.policy().name

    def test_the_same_message_gets_the_same_verdict_again(self) -> None:
        """Verdicts are kept, and good for as long as text, facts and version stay the same."""
        policy = self.policy()
        for message in (self.allowed(), self.refused()):
            assert len({self._ask(message, policy=policy) for _ in range(3)}) == 1

    def test_messages_side_by_side_are_judged_each_for_itself(self) -> None:
        policy = self.policy()
        messages = [self.allowed(), self.refused()] * 10
        found: dict[int, PolicyVerdict] = {}

        async def judge(place: int, message: Message) -> None:
            found[place] = await policy.check_message(message, FACTS)

        async def all_at_once() -> None:
            async with anyio.create_task_group() as tasks:
                for place, message in enumerate(messages):
                    tasks.start_soon(judge, place, message)

        anyio.run(all_at_once)
        decisions = [found[place].decision for place in range(len(messages))]
        assert decisions == ["allow", "refuse"] * 10

    def test_an_odd_text_gets_a_verdict(self) -> None:
        for what, text in ODD_TEXTS.items():
            odd = sample_message(text=text[:1_600])
            try:
                verdict = self._ask(odd)
            except Exception as error:
                raise AssertionError(f"{what}: it raised {error!r}") from error
            assert isinstance(verdict, PolicyVerdict), what

    def test_a_long_mail_is_judged_in_time(self) -> None:
        long = "Your order is late, and we are sorry. " * 2_600
        self._ask(sample_message("email", text=long))

    def test_a_person_of_whom_little_is_known_gets_a_verdict(self) -> None:
        for facts in ({}, {"purpose": "service", "locale": None}, {"locale": "xx-YY", "id": None}):
            self._ask(self.allowed(), facts)

    # ---- campaigns ------------------------------------------------------------------------------

    def test_a_campaign_gets_findings(self) -> None:
        texts = [self.allowed().text, self.refused().text, *ODD_TEXTS.values()]
        for flow in (_flow(), _flow(*texts)):
            for finding in self.policy().check_flow(flow):
                assert isinstance(finding, Finding), finding
                assert finding.code, finding
                assert finding.message, finding

    # ---- how it is done -------------------------------------------------------------------------

    def _ask(
        self, message: Message, facts: Mapping[str, Any] = FACTS, policy: Policy | None = None
    ) -> PolicyVerdict:
        asked = policy if policy is not None else self.policy()

        async def ask() -> PolicyVerdict:
            with anyio.fail_after(self.longest):
                return await asked.check_message(message, facts)

        verdict = anyio.run(ask)
        assert isinstance(verdict, PolicyVerdict), f"no verdict, but {verdict!r}"
        assert verdict.decision in ("allow", "warn", "hold", "refuse"), verdict
        if verdict.decision == "hold":
            assert verdict.until is not None, "a hold says until when"
            assert verdict.rule, "a hold names its rule"
            assert verdict.reason, "a hold gives a reason that a support lead understands"
        if verdict.until is not None and verdict.decision != "refuse":
            assert verdict.until > message.permitted_at, "it names a moment that is over"
        return verdict


def _flow(*texts: str) -> FlowView:
    said = tuple(
        FlowText(channel="sms", stage="journey", text=text, line=number)
        for number, text in enumerate(texts, 1)
    )
    return FlowView(name="late", owner="care@example.com", purpose="service", texts=said)
