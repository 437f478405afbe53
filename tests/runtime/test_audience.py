"""An audience is opened, checked and streamed; what its reader cannot read is a row that is out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tactful.errors import AudienceInvalid
from tactful.graph.model import Audience, Column, RoleColumn
from tactful.language.sources import Hosts, Takes
from tactful.runtime.audience.opening import open_audience
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem

pytestmark = pytest.mark.anyio

AUDIENCE = Audience(
    source="list",
    path="people.list",
    key=("id",),
    phone=RoleColumn(column="phone"),
    timezone=RoleColumn(column="tz"),
    columns=(Column(name="name"),),
)


class ListReader:
    """Yields what it was given, and remembers what it was asked for and whether it was closed."""

    name = "list"
    takes = Takes("file")

    def __init__(self, *items: Row | RowProblem | Finding) -> None:
        self.items = items
        self.paths: list[str] = []
        self.options: list[Mapping[str, Any]] = []
        self.closed = False

    def columns(self, source: AudienceSource) -> Sequence[str]:
        self.paths.append(source.path)
        self.options.append(source.options)
        return ("id", "phone", "tz", "name")

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        try:
            for item in self.items:
                yield item
        finally:
            self.closed = True


def row(number: int, key: str = "") -> Row:
    cells = {"id": key or f"K{number}", "phone": "+353871234567", "tz": "Asia/Kathmandu"}
    return Row(number, cells | {"name": "Ann"})


async def test_every_row_comes_out_in_order(tmp_path: Path) -> None:
    reader = ListReader(*(row(number) for number in range(1, 451)))
    recipients = await open_audience(AUDIENCE, reader, tmp_path, channels=("sms",))
    assert [found.row async for found in recipients] == list(range(1, 451))
    assert reader.closed


async def test_a_row_that_cannot_be_read_is_out_and_the_others_go_on(tmp_path: Path) -> None:
    reader = ListReader(row(1), RowProblem(2, "name", "line 3: ragged", "ragged_row"), row(3))
    recipients = await open_audience(AUDIENCE, reader, tmp_path, channels=("sms",))
    found = [one async for one in recipients]
    assert [type(one) for one in found] == [Recipient, OutRow, Recipient]
    assert found[1].problems[0].code == "ragged_row"


async def test_findings_about_the_whole_are_kept(tmp_path: Path) -> None:
    finding = Finding("warning", "guessed_encoding", "guessed")
    recipients = await open_audience(
        AUDIENCE, ListReader(finding, row(1)), tmp_path, channels=("sms",)
    )
    assert len([one async for one in recipients]) == 1
    assert recipients.findings == [finding]


async def test_who_stops_early_closes_the_source(tmp_path: Path) -> None:
    reader = ListReader(*(row(number) for number in range(1, 1000)))
    recipients = aiter(await open_audience(AUDIENCE, reader, tmp_path, channels=("sms",)))
    await anext(recipients)
    await recipients.aclose()  # type: ignore[attr-defined]
    assert reader.closed


async def test_a_missing_column_is_told_before_any_row(tmp_path: Path) -> None:
    wanted = AUDIENCE.model_copy(update={"columns": (Column(name="nam"),)})
    with pytest.raises(AudienceInvalid, match="`nam`"):
        await open_audience(wanted, ListReader(), tmp_path, channels=("sms",))


@pytest.mark.parametrize("path", ["../people.list", "/etc/passwd", "below/../../people.list"])
async def test_a_flow_reads_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    wanted = AUDIENCE.model_copy(update={"path": path})
    reader = ListReader()
    with pytest.raises(AudienceInvalid, match="outside the folder"):
        await open_audience(wanted, reader, tmp_path, channels=("sms",))
    assert reader.paths == []


async def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "people.list").symlink_to(tmp_path / "people.list")
    with pytest.raises(AudienceInvalid, match="outside the folder"):
        await open_audience(AUDIENCE, ListReader(), tmp_path / "flows", channels=("sms",))


async def test_a_person_may_name_a_file_anywhere(tmp_path: Path) -> None:
    reader = ListReader(row(1))
    elsewhere = tmp_path / "elsewhere.list"
    await open_audience(AUDIENCE, reader, tmp_path / "x", channels=("sms",), path=elsewhere)
    assert reader.paths == [str(elsewhere)]


class AddressReader(ListReader):
    """Reads web addresses."""

    takes = Takes("address", ("token",))


GRID = AUDIENCE.model_copy(
    update={"path": "https://grid.example.com/people", "options": {"token": "grid_token"}}
)


async def test_an_address_is_read_with_its_secret_when_its_host_is_allowed(tmp_path: Path) -> None:
    reader = AddressReader(row(1))
    await open_audience(
        GRID,
        reader,
        tmp_path,
        channels=("sms",),
        hosts=Hosts.of(["grid.example.com"]),
        secret=lambda name: f"the secret {name}",
    )
    assert reader.paths == ["https://grid.example.com/people"]
    assert reader.options == [{"token": "the secret grid_token"}]


@pytest.mark.parametrize("url", ["https://grid.example.org/people", "people.json"])
async def test_no_other_address_is_asked(tmp_path: Path, url: str) -> None:
    reader = AddressReader(row(1))
    with pytest.raises(AudienceInvalid) as raised:
        await open_audience(
            GRID.model_copy(update={"path": url}),
            reader,
            tmp_path,
            channels=("sms",),
            hosts=Hosts.of(["grid.example.com"]),
        )
    assert raised.value.help
    assert reader.paths == []
