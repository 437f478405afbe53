"""The policy keeps what every policy keeps."""

from tactful.runtime.ports import Message
from tactful.testing import PolicyContract, sample_message
from tactful_policy_service import ServicePolicy


class TestContract(PolicyContract):
    def policy(self) -> ServicePolicy:
        return ServicePolicy()

    def refused(self) -> Message:
        return sample_message(text="Spring is here: 20% off all lamps with code SPRING.")


class TestMailContract(TestContract):
    def refused(self) -> Message:
        return sample_message("email", text="Our summer sale starts now. Up to 70% off everything!")
