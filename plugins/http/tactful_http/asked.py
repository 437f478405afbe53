"""What a flow asks an address for, and where its requests may go."""

from tactful.errors import AudienceInvalid, ValueUnreadable
from tactful.language.sources import Address
from tactful.plugins import Secret
from tactful.runtime.ports import AudienceSource


class Asked:
    """What a flow asks for: an address, and the token that opens it."""

    def __init__(self, source: AudienceSource) -> None:
        self.url = source.path
        self.hosts = source.hosts
        token = source.options.get("token")
        self.token = token if isinstance(token, Secret) else None
        self.name = f"{self.url}\n{hash(self.token)}"

    @property
    def shown(self) -> str:
        """The address for messages: without its query, which may hold a secret."""
        return self.url.partition("?")[0]

    def address(self, url: str) -> Address:
        """Return where a request goes. Raises `AudienceInvalid` when it may not."""
        try:
            address = Address.parse(url)
        except ValueUnreadable as error:
            raise AudienceInvalid(error.message, help=error.help) from error
        if not self.hosts.allow(address):
            sent_on = "" if url == self.url else f"{self.shown} sends us on: "
            raise AudienceInvalid(
                f"{sent_on}the configuration does not allow {address.named}",
                help=f'Add it to tactful.toml, under [network]: allow = ["{address.named}"].',
            )
        return address
