"""The channel keeps what every channel keeps, with a mail server of postfix behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tactful.testing import ChannelContract
from tactful_smtp import SmtpChannel
from tests.servers.postfix import smtp_sink
from tests.servers.smtp import channel


class TestSmtp(ChannelContract):
    @pytest.fixture(autouse=True)
    def _with_a_server(self, tmp_path: Path) -> Iterator[None]:
        with smtp_sink(keep=False) as sink:
            self.folder, self.port = tmp_path, sink.port
            yield

    def channel(self) -> SmtpChannel:
        return channel(self.folder, self.port)
