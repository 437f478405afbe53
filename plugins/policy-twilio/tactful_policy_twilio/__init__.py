"""The policy `twilio`: what carriers take no message of, and how filters are not to be evaded."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_policy_twilio.policy import TwilioPolicy
from tactful_policy_twilio.settings import TwilioPolicySettings

__all__ = ["TwilioPolicy", "TwilioPolicySettings"]


@hookimpl
def tactful_policies(host: PluginHost) -> Iterable[TwilioPolicy]:
    """Supply the policy, as the house has set it."""
    return (TwilioPolicy(host.settings(TwilioPolicySettings)),)
