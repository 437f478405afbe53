"""Files of domains: in which forms they may come, and what is said of one that is no use."""

from pathlib import Path

import pytest

from tactful.errors import ConfigInvalid
from tactful_links.hosts import host_of
from tactful_links.listed import read_list

BOTH = {"bad.example", "worse.example.org"}

FORMS = {
    "lines.txt": "# a remark\n\nbad[.]example  # since May\nhxxps://worse[.]example[.]org/login\n",
    "hosts.txt": "127.0.0.1 bad.example worse.example.org\n0.0.0.0 bad.example\n",
    "named.csv": "seen,domain\r\n2026-05-01,bad.example\r\n2026-05-02,worse[.]example[.]org.\r\n",
    "unnamed.csv": "bad.example,1\nWORSE.Example.ORG,2\n",
    "list.json": '["bad.example", "worse.example.org", 7]',
    "deny.json": '{"allow": ["good.example"], "deny": ["bad.example", "worse.example.org"]}',
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_list_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FORMS[name], encoding="utf-8")
    assert read_list(path).domains == BOTH


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("broken.json", "{", "cannot be read"),
        ("no_list.json", '{"a": 1}', "no list in it"),
        ("empty.txt", "# nothing\n", "no domain in it"),
        ("words.txt", "nothing but words\n", "no domain in it"),
    ],
)
def test_a_list_without_domains_is_a_mistake(
    name: str, text: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigInvalid, match=says) as caught:
        read_list(path)
    assert name in str(caught.value)


def test_a_list_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"none\.txt cannot be read"):
        read_list(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Example.COM", "example.com"),
        ("example[.]com[.]", "example.com"),
        ("hxxp://user@example[.]com:8080/a?b#c", "example.com"),
        ("xn--bcher-kva.example", "bücher.example"),
        ('"example.com"', "example.com"),
        ("example", None),
        ("", None),
        ("two words", None),
    ],
)
def test_a_host_is_found_in_what_is_written(written: str, host: str | None) -> None:
    assert host_of(written) == host
