"""Real returned mails of many systems are read right: class and address, for nearly all of them."""

import csv
from collections import defaultdict
from pathlib import Path

from tactful.mail import Returned, read_mail

DATA = Path(__file__).parents[1] / "data" / "bounces"

KINDS = {
    "complaint": "complaint",
    "unsubscribe": "reply",
    "delivered": "other",
    "auto-reply": "auto_reply",
}


def _rows() -> list[dict[str, str]]:
    with (DATA / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["agree"] == "yes"]


def _read(name: str) -> Returned:
    return read_mail((DATA / name).read_bytes())


def _is_right(row: dict[str, str], mail: Returned) -> bool:
    wanted = row["recipient"].lower()
    if row["class"] in KINDS:
        named = [address.lower() for address in mail.addresses]
        return mail.kind == KINDS[row["class"]] and (not wanted or wanted in named)
    classes = {r.address.lower(): r.hardness for r in mail.recipients}
    return classes.get(wanted) == row["class"]


def test_nearly_all_certain_mails_get_the_right_class_and_address() -> None:
    rows = _rows()
    wrong = [row["file"] for row in rows if not _is_right(row, _read(row["file"]))]
    assert len(rows) == 308
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_hardly_ever_is_an_address_called_gone_that_is_not() -> None:
    soft = [row for row in _rows() if row["class"] == "soft"]
    gone = [
        row["file"]
        for row in soft
        if any(
            r.hardness == "hard" and r.address.lower() == row["recipient"].lower()
            for r in _read(row["file"]).recipients
        )
    ]
    assert len(gone) <= 0.01 * len(soft), gone


def test_no_family_of_systems_is_read_badly() -> None:
    families: dict[str, list[bool]] = defaultdict(list)
    for row in _rows():
        family = row["file"].removesuffix(".eml").rpartition("-")[0]
        families[family].append(_is_right(row, _read(row["file"])))
    bad = [n for n, right in families.items() if len(right) > 2 and sum(right) < 0.7 * len(right)]
    assert bad == []
