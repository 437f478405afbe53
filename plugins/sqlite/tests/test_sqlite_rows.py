"""A query gives rows and can do nothing else; what is wrong with it is told by its line."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import anyio
import pytest

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful.testing import AudienceContract
from tactful.values import Duration
from tactful_sqlite import SqliteAudience, SqliteSettings

QUERY = "select * from people order by rowid"
Item = Row | RowProblem | Finding


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"create table people ({', '.join(columns)})")
        places = ", ".join("?" * len(columns))
        connection.executemany(f"insert into people values ({places})", rows)
        connection.commit()
    finally:
        connection.close()


class TestContract(AudienceContract):
    def reader(self) -> SqliteAudience:
        return SqliteAudience(SqliteSettings())

    def write(
        self, folder: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> AudienceSource:
        write(folder / "crm.db", columns, rows)
        return AudienceSource(str(folder / "crm.db"), {"query": QUERY})

    def spoil(
        self, folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], bad: int
    ) -> AudienceSource:
        source = self.write(folder, columns, rows)
        connection = sqlite3.connect(source.path)
        connection.execute("update people set name = x'ff' where rowid = ?", (bad,))
        connection.commit()
        connection.close()
        return source

    def absent(self, folder: Path) -> AudienceSource:
        return AudienceSource(str(folder / "none.db"), {"query": QUERY})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "crm.db"
    write(path, ("id", "name", "total"), [("A-1", "Ann", 19.9), ("A-2", "Zoë", None)])
    return path


def source(path: Path, query: str) -> AudienceSource:
    return AudienceSource(str(path), {"query": query}, {"query": 7})


def read(path: Path, query: str, reader: SqliteAudience | None = None) -> list[Item]:
    chosen = reader or SqliteAudience(SqliteSettings())

    async def collect() -> list[Item]:
        return [item async for item in chosen.rows(source(path, query))]

    return anyio.run(collect)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (9_223_372_036_854_775_807, "9223372036854775807"),
        (-7, "-7"),
        (19.9, "19.9"),
        (5.0, "5.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "10000000000000000000000"),
        (1e-7, "1e-07"),
        ("0049 89", "0049 89"),
        ("", ""),
    ],
)
def test_values_become_text_without_loss(tmp_path: Path, value: object, text: str) -> None:
    write(tmp_path / "crm.db", ("a",), [(value,)])
    assert read(tmp_path / "crm.db", QUERY) == [Row(1, {"a": text})]


@pytest.mark.parametrize(
    "query",
    [
        "select id, name from people where total is null",
        "SELECT id, name FROM people WHERE total IS NULL;",
        "with late as (select * from people where total is null) select id, name from late",
        "select id, name from people where total is null -- late ones",
        "select id, trim(' ' || name) as name from people where id = 'A-2'",
    ],
)
def test_one_select_may_be_written_in_many_ways(database: Path, query: str) -> None:
    assert read(database, query) == [Row(1, {"id": "A-2", "name": "Zoë"})]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("delete from people", "does more than read"),
        ("insert into people values (1, 2, 3) returning id", "does more than read"),
        ("update people set name = 'x'", "does more than read"),
        ("drop table people", "does more than read"),
        ("create table other (a)", "does more than read"),
        ("attach database 'other.db' as other", "does more than read"),
        ("pragma query_only = 0", "does more than read"),
        ("begin", "does more than read"),
        ("vacuum into 'copy.db'", "does more than read"),
        ("select load_extension('x')", "cannot be run|does more than read"),
        ("select 1; delete from people", "more than one statement"),
        ("select 1 as a; select 2 as b", "more than one statement"),
        ("-- nothing", "gives no rows"),
        ("selct 1", "syntax error"),
        ("select nme from people", "no such column: nme"),
        ("select * from peple", "no such table: peple"),
        ("select 1 as a, 2 as a", "two columns named `a`"),
    ],
)
def test_what_is_no_reading_is_refused_by_its_line_and_changes_nothing(
    database: Path, query: str, says: str
) -> None:
    before = database.read_bytes()
    for ask in (
        lambda: SqliteAudience(SqliteSettings()).columns(source(database, query)),
        lambda: read(database, query),
    ):
        with pytest.raises(AudienceInvalid, match=f"^line 7: .*({says})") as raised:
            ask()
        assert raised.value.help
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["crm.db"]


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("select nme from people", "Did you mean `name`?"),
        ("select p.nme from people p", "Did you mean `name`?"),
        ("select * from peple", "Did you mean `people`?"),
        ("select * from orders", "There are the tables people."),
    ],
)
def test_what_may_be_meant_is_told(database: Path, query: str, meant: str) -> None:
    with pytest.raises(AudienceInvalid) as raised:
        read(database, query)
    assert raised.value.help == meant


ENDLESS = "with recursive n(a) as (select 1 union all select a + 1 from n) select max(a) from n"


def test_a_query_without_end_is_stopped(database: Path) -> None:
    reader = SqliteAudience(SqliteSettings(time_limit=Duration.parse("1 second")))
    with pytest.raises(AudienceInvalid, match="has worked for 1 second") as raised:
        read(database, ENDLESS, reader)
    assert "time_limit" in raised.value.help


def test_a_value_that_no_message_could_hold_is_refused(database: Path) -> None:
    with pytest.raises(AudienceInvalid, match="too big"):
        read(database, "select hex(zeroblob(100000000)) as id")


def test_text_that_is_not_utf8_costs_only_its_row(database: Path) -> None:
    query = "select cast(x'ff' as text) as a union all select 'ok'"
    assert read(database, query) == [
        RowProblem(1, "a", "it is not UTF-8", "bad_text"),
        Row(2, {"a": "ok"}),
    ]


def test_a_database_in_use_is_read_as_it_was_when_the_reading_began(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    write(path, ("id",), [(str(number),) for number in range(2_000)])
    writer = sqlite3.connect(path)
    writer.execute("pragma journal_mode = wal")

    async def read_while_written() -> int:
        count = 0
        async for _ in SqliteAudience(SqliteSettings()).rows(source(path, QUERY)):
            count += 1
            if count == 1:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(insert)
        return count

    def insert() -> None:
        other = sqlite3.connect(path)
        other.execute("insert into people values ('new')")
        other.commit()
        other.close()

    assert anyio.run(read_while_written) == 2_000
    writer.close()


@pytest.mark.parametrize("content", [b"id,name\n1,Ann\n" * 100, b""])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "crm.db").write_bytes(content)
    with pytest.raises(AudienceInvalid, match=r"cannot be read|no such table") as raised:
        read(tmp_path / "crm.db", QUERY)
    assert raised.value.help


def test_a_name_with_signs_that_addresses_use_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=rw#x%20 b.db"
    write(path, ("id",), [("1",)])
    assert read(path, QUERY) == [Row(1, {"id": "1"})]
