"""Versions of the store's tables: brought up to date in whole steps, never read when newer."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tactful.errors import StoreInvalid
from tactful.store import files, queries, window
from tactful.store.client import StoreClient
from tactful.store.contract import Known
from tactful.store.files import open_beside, open_to_own
from tactful.store.queries import lanes
from tactful.store.rows import LaneRow, SuppressionRow
from tactful.store.schema import MIGRATIONS, Migration, migrate, version_of

_NEXT: Migration = (
    "ALTER TABLE lane ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
    "CREATE TABLE paint (id INTEGER PRIMARY KEY)",
)
_BROKEN: Migration = ("CREATE TABLE half (id INTEGER PRIMARY KEY)", "NO SUCH STATEMENT")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    made = open_to_own(path)
    yield made
    made.close()


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_schema").fetchall()}


def test_a_new_store_has_the_newest_version(connection: sqlite3.Connection) -> None:
    assert version_of(connection) == len(MIGRATIONS)


def test_an_older_store_keeps_its_rows_and_gets_what_is_new(
    connection: sqlite3.Connection,
) -> None:
    connection.execute(
        'INSERT INTO lane (id, campaign, "group", strategy, state, since_first)'
        " VALUES (1, 'late', 'text', 'window', '{}', 0)"
    )
    migrate(connection, (*MIGRATIONS, _NEXT))
    migrate(connection, (*MIGRATIONS, _NEXT))
    assert version_of(connection) == len(MIGRATIONS) + 1
    assert connection.execute("SELECT campaign, colour FROM lane").fetchall() == [("late", "red")]


def test_every_version_that_was_ever_released_can_be_brought_up_to_date(path: Path) -> None:
    for version in range(1, len(MIGRATIONS)):
        old = sqlite3.connect(path.with_name(f"{version}.db"), isolation_level=None)
        migrate(old, MIGRATIONS[:version])
        old.execute(
            'INSERT INTO lane (id, campaign, "group", strategy, state, since_first)'
            " VALUES (1, 'late', 'text', 'window', '{}', 0)"
        )
        migrate(old)
        assert lanes(old)[0] == LaneRow(1, "late", "text", "window", "{}")
        old.close()


def test_a_store_of_the_first_version_goes_on(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    migrate(connection, MIGRATIONS[:1])
    launch = "1, 'late', 1, 'running', 1, 2, 'f', 'a', 0, NULL, 0, 3, ''"
    connection.execute(f"INSERT INTO launch VALUES ({launch})")
    person = "1, 1, 'K', 1, NULL, NULL, '', 'en', '{}', 1, NULL, NULL"
    connection.execute(f"INSERT INTO recipient VALUES ({person})")
    migrate(connection)
    assert [row.audience_problem for row in queries.launches(connection)] == [""]
    assert queries.keys(connection, 1, ["K"]) == {"K": Known(1, 1)}
    connection.close()


@pytest.mark.promise("STOP")
def test_a_store_that_told_spellings_apart_knows_them_as_one(path: Path) -> None:
    old = sqlite3.connect(path, isolation_level=None)
    migrate(old, MIGRATIONS[:8])
    old.executemany(
        "INSERT INTO recipient VALUES (?, 1, ?, 1, NULL, ?, '', 'en', '{}', 1, NULL, NULL, '')",
        [(1, "A", "Ann@Example.com"), (2, "B", "bo@example.com"), (3, "C", None)],
    )
    old.executemany("INSERT INTO journey (id, launch) VALUES (?, 1)", [(1,), (2,), (3,)])
    old.executemany(
        "INSERT INTO send VALUES (?, ?, 1, 1, 0, 1, 1, 'email', ?, '', '', NULL, 1, 'delivered',"
        " NULL, 4, 0, NULL, NULL, NULL, 5, 5, 5, NULL, NULL, NULL, NULL, NULL, NULL)",
        [(1, 1, "Ann@Example.com"), (2, 2, "bo@example.com")],
    )
    old.executemany(
        "INSERT INTO suppression VALUES (?, ?, ?, ?)",
        [
            ("ANN@example.com", "email", 3, "second"),
            ("Ann@Example.com", "email", 2, "first"),
            ("ann@example.com", "email", 4, "third"),
            ("ann@example.com", "voice", 1, "by voice"),
            ("Bo@example.com", "email", 6, "only"),
            ("+353850000001", "text", 7, "text"),
        ],
    )
    old.execute(
        "INSERT INTO consent VALUES (1, 'Ann@Example.com', 'email', 'service', 1, 1, 'form', '')"
    )
    old.execute(
        "INSERT INTO signal (id, at, kind, address) VALUES (1, 9, 'reply', 'Ann@EXAMPLE.com')"
    )
    migrate(old)
    assert queries.suppressions(old) == (
        SuppressionRow("+353850000001", "text", 7, "text"),
        SuppressionRow("ann@example.com", "email", 2, "first"),
        SuppressionRow("ann@example.com", "voice", 1, "by voice"),
        SuppressionRow("bo@example.com", "email", 6, "only"),
    )
    loaded = window.load(old, [1, 2, 3], 0)
    assert [one.suppressed_email for one in loaded] == [("email", "voice"), ("email",), ()]
    assert [one.recent_email for one in loaded] == [1, 1, 0]
    assert [one.recipient.email for one in loaded] == ["Ann@Example.com", "bo@example.com", None]
    assert [row.id for row in queries.asked(old, "ann@example.com", ["email"])] == [1]
    assert [row.id for row in queries.replies(old, "ann@example.com", 0)] == [1]
    assert [row.given for row in queries.consents(old, "ann@example.com")] == [True]
    old.close()


def test_any_sqlite_can_write_to_what_was_brought_up_to_date(path: Path) -> None:
    open_to_own(path).close()
    other = sqlite3.connect(path)
    other.execute(
        "INSERT INTO signal (id, at, kind, address) VALUES (1, 9, 'reply', 'a@b.example')"
    )
    other.execute("REINDEX")
    assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    other.close()


def test_a_migration_that_fails_changes_nothing(connection: sqlite3.Connection) -> None:
    before = _tables(connection)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, _NEXT, _BROKEN))
    assert version_of(connection) == len(MIGRATIONS) + 1
    assert _tables(connection) == before | {"paint"}


@pytest.mark.parametrize("opener", [open_to_own, open_beside])
def test_a_newer_store_is_left_alone(
    path: Path, connection: sqlite3.Connection, opener: type
) -> None:
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreInvalid, match="knows versions up to") as caught:
        opener(path)
    assert "newer" in caught.value.help


@pytest.mark.parametrize("opener", [open_to_own, open_beside])
def test_a_file_of_something_else_is_left_alone(path: Path, opener: type) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE cookies (id)")
    other.close()
    with pytest.raises(StoreInvalid, match="not a Tactful store"):
        opener(path)


@pytest.mark.parametrize("opener", [open_to_own, open_beside])
def test_a_file_that_is_no_database_is_left_alone(path: Path, opener: type) -> None:
    path.write_text("key,phone\n" * 500)
    with pytest.raises(StoreInvalid, match="cannot be opened"):
        opener(path)
    assert path.read_text().startswith("key,phone")


def test_a_command_does_not_bring_an_older_store_up_to_date(
    path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tactful.store.schema.MIGRATIONS", (*MIGRATIONS, _NEXT))
    with pytest.raises(StoreInvalid, match="must be brought up") as caught:
        StoreClient(path)
    assert "tactful run" in caught.value.help
    assert version_of(connection) == len(MIGRATIONS)


def test_an_sqlite_without_json_arrows_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LEAST_SQLITE", (99, 0, 0))
    with pytest.raises(StoreInvalid, match=r"needs 99\.0\.0"):
        open_to_own(path)


def test_a_store_in_a_place_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreInvalid, match="cannot be opened"):
        open_to_own(tmp_path / "file" / "store.db")
