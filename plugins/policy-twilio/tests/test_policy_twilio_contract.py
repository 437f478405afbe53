"""The policy keeps what every policy keeps."""

from tactful.runtime.ports import Message, Policy
from tactful.testing import PolicyContract, sample_message
from tactful_policy_twilio import TwilioPolicy

POLICY = TwilioPolicy()  # its rules are compiled once


class TestTwilioPolicy(PolicyContract):
    def policy(self) -> Policy:
        return POLICY

    def refused(self) -> Message:
        return sample_message(
            text="You WON a £1000 prize! Call 09061234567 now to claim. 150ppm T&Cs"
        )
