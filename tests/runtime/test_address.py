"""A flow reads its audience from a web address, with a secret; or tries its rows from a file."""

from pathlib import Path

import anyio
import pytest

from tactful.runtime.audience.recipients import Recipient
from tactful.runtime.project import Project
from tactful.testing import Answer, Server, serving
from tactful.testing.servers import as_json

FLOW = """\
campaign "Outage"
owner "grid@example.com"
purpose service

audience from http "{url}":
  token from secret grid_token
  key meter_id
  phone contact.mobile
  column street text

senders:
  sms from "+353 1 555 0100" through outbox

journey:
  send sms "No power in {{{{ street }}}}."
"""


def house(folder: Path, server: Server, variable: str) -> Path:
    """Write a configuration that allows a server, and a flow that reads from it."""
    (folder / "tactful.toml").write_text(
        f"""
        [network]
        allow = ["{server.host}"]
        [secrets]
        grid_token = {{ env = "{variable}" }}
        """
    )
    flow = folder / "outage.flow"
    flow.write_text(FLOW.format(url=server.url("/households.json")))
    return flow


@pytest.mark.promise("SECRET")
def test_a_flow_reads_an_address_with_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_TOKEN", "s3cret")
    people = [{"meter_id": "M1", "contact": {"mobile": "+353871234567"}, "street": "Elm Road"}]
    with serving(lambda request: as_json(people)) as server:
        flow = house(tmp_path, server, "GRID_TOKEN")
        project = Project(tmp_path)
        campaign = project.read(flow).campaign()

        async def joined() -> list[Recipient]:
            found = await project.recipients(campaign, flow, at=0)
            people = [one async for one in found if isinstance(one, Recipient)]
            await project.plugins.aclose()
            return people

        (ann,) = anyio.run(joined)
        assert (ann.key, ann.phone, ann.values["street"]) == ("M1", "+353871234567", "Elm Road")
        assert server.requests[0].headers["authorization"] == "Bearer s3cret"


def test_rows_of_an_address_may_be_tried_from_a_file(tmp_path: Path) -> None:
    with serving(lambda request: Answer(status=500)) as server:
        flow, people = house(tmp_path, server, "NOT_SET"), tmp_path / "people.csv"
        people.write_text("meter_id,contact.mobile,street\nM2,+353871234567,Oak Road\n")
        project = Project(tmp_path)
        campaign = project.read(flow).campaign()

        async def keys() -> list[str | None]:
            found = await project.recipients(campaign, flow, people, at=0)
            return [one.key async for one in found]

        assert anyio.run(keys) == ["M2"]
        assert server.requests == []
