"""Files that go with messages: kept as they were when the flow was read."""

import stat
from hashlib import sha256
from pathlib import Path

import anyio
import pytest

from tactful.errors import FlowInvalid
from tactful.runtime.keeping import kept_in
from tactful.runtime.project import Project
from tests.runtime.stage import HEAD, on_stage, person

CARRYING = """\
languages en, fr default en

text late:
  subject "Late"
  attach "terms.txt"
  in en: "Late."
  in fr:
    attach "texts/terms.fr.txt"
    "En retard."

journey:
  send email late:
    attach "texts/map.png"
"""


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "terms.txt").write_bytes(b"terms")
    (tmp_path / "texts" / "terms.fr.txt").write_bytes(b"conditions")
    (tmp_path / "texts" / "map.png").write_bytes(b"map")
    flow = tmp_path / "late.flow"
    flow.write_text(f"{HEAD}\n{CARRYING}")
    return flow


def test_a_flow_depends_on_the_files_that_it_attaches(flow: Path) -> None:
    source = Project(flow.parent).read(flow)
    assert {path.name for path in source.files} == {"terms.txt", "terms.fr.txt", "map.png"}
    before = source.campaign().graph.revision
    (flow.parent / "terms.txt").write_bytes(b"other terms")
    assert Project(flow.parent).read(flow).campaign().graph.revision != before


def test_kept_files_hold_what_was_checked_and_are_their_owners_alone(flow: Path) -> None:
    folder = kept_in(flow.parent / ".tactful" / "store.db")
    source = Project(flow.parent).read(flow)
    for _ in range(2):
        source.keep_files(folder)
        kept = {path.name: path.read_bytes() for path in folder.iterdir()}
        expected = (b"terms", b"conditions", b"map")
        assert kept == {sha256(content).hexdigest(): content for content in expected}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"changed", None])
def test_a_file_that_changes_between_check_and_start_stops_the_start(
    flow: Path, content: bytes | None
) -> None:
    source = Project(flow.parent).read(flow)
    terms = flow.parent / "terms.txt"
    terms.unlink() if content is None else terms.write_bytes(content)
    with pytest.raises(FlowInvalid, match=r"`terms\.txt`"):
        source.keep_files(flow.parent / "kept")
    assert not (flow.parent / "kept" / sha256(b"terms").hexdigest()).exists()


@pytest.mark.anyio
async def test_a_message_carries_the_files_of_its_language(flow: Path) -> None:
    project = await anyio.to_thread.run_sync(Project, flow.parent)
    source = await anyio.to_thread.run_sync(project.read, flow)
    async with on_stage() as stage:
        people = [person(1), person(2, locale="fr-CA")]
        active = await stage.begin(source.campaign(), people)
        await stage.run(active)
        carried = {
            message.key: [(one.name, one.media_type) for one in message.attachments]
            for message in stage.channel.messages
        }
    map_, terms = ("map.png", "image/png"), ("terms.txt", "text/plain")
    assert carried == {
        "P-1": [map_, terms],
        "P-2": [map_, terms, ("terms.fr.txt", "text/plain")],
    }
