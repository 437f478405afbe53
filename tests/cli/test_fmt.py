"""`tactful fmt` writes flows in their one form, in one step, or says why it does not."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tests.cli.shells import FLOW, here

WELL = FLOW.lstrip("\n")
MESSY = FLOW.replace("purpose service", "Purpose   service").replace("2 hours", "2h")
ODD = WELL.replace("    on timeout", "   on timeout")
ODD_LINE = 1 + WELL[: WELL.index("on timeout")].count("\n")


def _flow(folder: Path, text: str, name: str = "late.flow") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_a_flow_is_rewritten_and_one_that_is_well_is_not(tmp_path: Path) -> None:
    messy, well = _flow(tmp_path, MESSY), _flow(tmp_path, WELL, "well.flow")
    untouched = well.stat().st_mtime_ns
    told = here("fmt", str(tmp_path))
    assert (told.code, told.out) == (0, "")
    assert told.err.splitlines() == [f"{messy}: formatted", "1 file formatted, 1 file well already"]
    assert messy.read_text() == WELL
    assert well.stat().st_mtime_ns == untouched
    assert here("fmt", str(tmp_path)).err == "2 files well already\n"


def test_check_lists_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    messy = _flow(tmp_path, MESSY)
    told = here("fmt", "--check", str(tmp_path))
    assert (told.code, told.out) == (1, f"{messy}\n")
    assert messy.read_text() == MESSY
    messy.write_text(WELL)
    assert here("fmt", "--check", str(messy)).code == 0


def test_diff_shows_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    messy = _flow(tmp_path, MESSY)
    told = here("fmt", "--diff", str(messy))
    assert told.code == 1
    assert "-Purpose   service\n+purpose service\n" in told.out
    assert messy.read_text() == MESSY


@pytest.mark.parametrize("stored", [WELL.replace("\n", "\r\n"), f"\ufeff{WELL}"])
def test_line_ends_and_byte_order_marks_have_one_form_too(stored: str, tmp_path: Path) -> None:
    path = _flow(tmp_path, stored)
    assert here("fmt", str(path)).code == 0
    assert path.read_bytes() == WELL.encode()


def test_a_file_with_mistakes_of_layout_is_told_and_stays(
    tmp_path: Path,
) -> None:
    odd, messy = _flow(tmp_path, ODD), _flow(tmp_path, MESSY, "messy.flow")
    told = here("fmt", str(odd), str(messy))
    assert told.code == 1
    assert "error[TF105]" in told.err
    assert "1 file with mistakes of layout stayed as written" in told.err
    assert odd.read_text() == ODD
    assert messy.read_text() == WELL


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = _flow(tmp_path, WELL)
    path.write_bytes(b"\xff\xfe\x00")
    told = here("fmt", str(path))
    assert told.code == 1
    assert "is not UTF-8 text" in told.err


def test_mode_and_links_stay_as_they_are(tmp_path: Path) -> None:
    path = _flow(tmp_path, MESSY)
    path.chmod(0o640)
    link = tmp_path / "link.flow"
    link.symlink_to(path.name)
    assert here("fmt", str(link)).code == 0
    assert link.is_symlink()
    assert path.read_text() == WELL
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_folders_that_begin_with_a_point_are_passed_over(tmp_path: Path) -> None:
    hidden = tmp_path / ".git"
    hidden.mkdir()
    (hidden / "old.flow").write_text(MESSY)
    assert here("fmt", str(tmp_path)).err == "no flows here\n"


@pytest.mark.parametrize(
    ("given", "out", "code"), [(MESSY, WELL, 0), (WELL, WELL, 0), (ODD, "", 1)]
)
def test_a_flow_that_comes_in_goes_out(given: str, out: str, code: int) -> None:
    result = CliRunner().invoke(application, ["fmt", "-"], input=given)
    assert (result.exit_code, result.stdout) == (code, out)


def test_a_flow_that_comes_in_is_named_as_its_editor_says() -> None:
    result = CliRunner().invoke(application, ["fmt", "-", "--stdin-name", "x/odd.flow"], input=ODD)
    assert f"x/odd.flow:{ODD_LINE}:" in result.stderr


def test_what_comes_in_stands_alone(tmp_path: Path) -> None:
    assert here("fmt", "-", str(_flow(tmp_path, WELL))).code == 2
