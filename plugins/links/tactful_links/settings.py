"""The settings of the policy, `[plugins.links]`: lists of bad domains, and good ones."""

from pydantic import BaseModel, ConfigDict, field_validator

from tactful.errors import ValueUnreadable
from tactful.runtime.ports import Medium
from tactful_links.hosts import host_of


class LinksSettings(BaseModel):
    """`lists` are files of domains that are known for phishing, from the folder of `tactful.toml`.

    `allow` are domains that may be linked whatever they look like, `domains` are those of the house
    beside `[owner] domains`. `channels` are those whose campaigns are judged without naming it.
    """

    model_config = ConfigDict(frozen=True)

    channels: tuple[Medium, ...] = ("sms", "mms", "voice")
    lists: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @field_validator("allow", "domains")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        hosts = tuple(host_of(one) for one in value)
        for host, written in zip(hosts, value, strict=True):
            if host is None:
                raise ValueUnreadable(
                    f"`{written}` is not a domain", help="Write for example example.com."
                )
        return tuple(host for host in hosts if host is not None)
