"""The servers that these tests talk to, each started once, and the channels that reach them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tactful.plugins import Secret
from tactful_twilio import TwilioChannel, TwilioSettings
from tests.servers.local_twilio import ACCOUNT, TOKEN, LocalTwilio, local_twilio
from tests.servers.prism import prism

MakeChannel = Callable[..., TwilioChannel]

SPEC = Path(__file__).parents[3] / "tests" / "data" / "twilio" / "twilio_api_v2010.prism.json"


@pytest.fixture(scope="session")
def twilio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTwilio]:
    with local_twilio(tmp_path_factory.mktemp("twilio")) as running:
        yield running


@pytest.fixture(scope="session")
def prism_url() -> Iterator[str]:
    with prism(SPEC) as url:
        yield url


@pytest.fixture
def make() -> MakeChannel:
    """Return what makes a channel that finds Twilio at an address, with these settings."""

    def channel(
        base_url: str, *, public: str | None = None, now: Any = None, **settings: Any
    ) -> TwilioChannel:
        given = {"account_sid": ACCOUNT, "auth_token": Secret(TOKEN, "a test")} | settings
        clock = {} if now is None else {"now": now}

        def hook_url(path: str) -> str | None:
            return None if public is None else f"{public}/hooks/twilio/{path}"

        made = TwilioSettings.model_validate({"base_url": base_url} | given)
        return TwilioChannel(made, hook_url, **clock)

    return channel
