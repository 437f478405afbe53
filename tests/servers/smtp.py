"""Makes channels and mails for tests that send to a real mail server."""

from pathlib import Path
from typing import Any

from tactful.runtime.ports import Message
from tactful.testing.samples import sample_message
from tactful_smtp import SmtpChannel, SmtpSettings


def channel(folder: Path, port: int, **settings: Any) -> SmtpChannel:
    """Make a channel for a server on this machine."""
    unsubscribe_url = settings.pop("unsubscribe_url", None)
    plain = {"host": "127.0.0.1", "port": port, "tls": "none", "ehlo": "tests.example.com"}
    return SmtpChannel(
        SmtpSettings.model_validate(plain | settings),
        data_folder=folder / "data",
        config_folder=folder,
        unsubscribe_url=unsubscribe_url,
    )


def mail(number: int = 1, **changes: Any) -> Message:
    """Make an ordinary mail to a recipient of its own."""
    return sample_message("email", number, **({"to": f"p{number}@example.com"} | changes))
