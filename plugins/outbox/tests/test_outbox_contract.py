"""The outbox keeps what every channel keeps."""

from pathlib import Path

import pytest

from tactful.testing import ChannelContract
from tactful_outbox import OutboxChannel, OutboxSettings
from tactful_outbox.mailbox import Mailbox


class TestOutbox(ChannelContract):
    @pytest.fixture(autouse=True)
    def _in_a_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "outbox"

    def channel(self) -> OutboxChannel:
        return OutboxChannel(Mailbox(self.folder), OutboxSettings())
