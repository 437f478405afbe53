"""The policy `service`: messages that serve leave, messages that sell do not."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_policy_service.policy import ServicePolicy
from tactful_policy_service.settings import ServiceSettings

__all__ = ["ServicePolicy", "ServiceSettings"]


@hookimpl
def tactful_policies(host: PluginHost) -> Iterable[ServicePolicy]:
    """Supply the policy, with the words of the house."""
    return (ServicePolicy(host.settings(ServiceSettings)),)
