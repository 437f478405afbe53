"""The policy `consent`: a message leaves only to people whose consent is on record."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_consent.policy import ConsentPolicy
from tactful_consent.settings import ConsentSettings

__all__ = ["ConsentPolicy", "ConsentSettings"]

tactful_api = 1


@hookimpl
def tactful_policies(host: PluginHost) -> Iterable[ConsentPolicy]:
    """Supply the policy."""
    return (ConsentPolicy(host.settings(ConsentSettings)),)
