"""Files that a flow names: read from its own folder alone, and remembered."""

from pathlib import Path

import pytest

from tactful.language.files import FileUnreadable
from tactful.runtime.flowfiles import FlowFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "flows"
    (inner / "texts").mkdir(parents=True)
    (inner / "texts" / "late.md").write_bytes("\ufeffDear Zoé\r\n".encode())
    (inner / "odd.md").write_bytes(b"\xff\xfe\x00")
    (inner / "endless.md").write_bytes(b"x" * 400_001)
    (tmp_path / "secret.md").write_text("secret")
    (inner / "out.md").symlink_to(tmp_path / "secret.md")
    (inner / "in.md").symlink_to(inner / "texts" / "late.md")
    (inner / "loop.md").symlink_to(inner / "loop.md")
    return inner


def test_a_text_is_read_once_and_remembered(folder: Path) -> None:
    files = FlowFiles(folder)
    assert not files.asked
    assert files["texts/late.md"].strip() == "Dear Zoé"
    (folder / "texts" / "late.md").unlink()
    assert files["texts/late.md"].strip() == "Dear Zoé"
    assert files.asked == (folder / "texts" / "late.md",)
    assert list(files) == ["texts/late.md"]
    assert len(files) == 1


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    assert FlowFiles(folder)["in.md"].strip() == "Dear Zoé"


@pytest.mark.parametrize("name", ["none.md", "texts/late.md/deeper.md", "loop.md", "a\0b"])
def test_a_file_that_is_not_there_is_remembered_too(folder: Path, name: str) -> None:
    files = FlowFiles(folder)
    with pytest.raises(KeyError) as raised:
        files[name]
    assert not isinstance(raised.value, FileUnreadable)
    assert files.asked == (folder / name,)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("out.md", "is a link to a place outside the flow's folder"),
        ("odd.md", "is not UTF-8 text"),
        ("endless.md", "is larger than any message may be"),
        ("texts", "is no file"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(folder: Path, name: str, reason: str) -> None:
    with pytest.raises(FileUnreadable) as raised:
        FlowFiles(folder)[name]
    assert raised.value.reason == reason
