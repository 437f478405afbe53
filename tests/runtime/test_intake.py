"""A row joins, joins but for one channel, or is out, always with the reasons."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import AudienceInvalid
from tactful.graph.model import Audience, Column, RoleColumn
from tactful.runtime.audience import choosing, columns, intake
from tactful.runtime.audience.cells import nothing
from tactful.runtime.audience.intake import Intake, join_key
from tactful.runtime.audience.recipients import PROBLEMS, OutRow, Recipient
from tactful.runtime.ports import Row

AUDIENCE = Audience(
    source="csv",
    path="orders.csv",
    key=("order_id",),
    phone=RoleColumn(column="mobile"),
    email=RoleColumn(column="email"),
    country=RoleColumn(column="land", default="IE"),
    timezone=RoleColumn(column="tz", default="Europe/Dublin"),
    locale=RoleColumn(column="lang", default="en"),
    columns=(
        Column(name="first_name", header="First name"),
        Column(name="total", type="number", default="10"),
        Column(name="sms_ok", type="yes/no"),
        Column(name="note", optional=True),
        Column(name="points", type="number", optional=True),
    ),
)
HEADER = ("Order ID", "Mobile", "email", "land", "tz", "lang", "First name", "total", "sms_ok",
          "note", "points")  # fmt: skip
GOOD = ("A-1", "087 123 4567", "ann@example.com", "IE", "Europe/Dublin", "en", "Ann", "9,50", "yes",
        "", "3")  # fmt: skip


def read(
    changed: dict[str, str] | None = None, channels: tuple[str, ...] = ("sms", "email")
) -> Recipient | OutRow:
    """Read a row that is good but for the cells that are `changed`."""
    row = dict(zip(HEADER, GOOD, strict=True)) | (changed or {})
    return Intake(AUDIENCE, HEADER, channels).read(Row(7, row))


def test_a_good_row_joins_with_its_values() -> None:
    assert read() == Recipient(
        key="A-1",
        row=7,
        phone="+353871234567",
        email="ann@example.com",
        zones=("Europe/Dublin",),
        locale="en",
        country="IE",
        values={
            "order_id": "A-1",
            "land": "IE",
            "tz": "Europe/Dublin",
            "lang": "en",
            "mobile": "087 123 4567",
            "email": "ann@example.com",
            "first_name": "Ann",
            "total": 9.5,
            "sms_ok": True,
            "note": None,
            "points": 3,
        },
    )


def test_defaults_stand_in_for_empty_cells() -> None:
    found = read({"land": "", "tz": " ", "lang": "", "total": ""})
    assert isinstance(found, Recipient)
    assert (found.country, found.zones, found.locale) == ("IE", ("Europe/Dublin",), "en")
    assert found.values["total"] == 10
    assert found.problems == ()


@pytest.mark.parametrize(
    ("tz", "default", "moment"),
    [
        ("America/New_York", None, "2026-12-09T14:30:00.000Z"),
        ("", "Asia/Tokyo", "2026-12-09T00:30:00.000Z"),
        ("", None, "2026-12-09T08:30:00.000Z"),
    ],
)
def test_a_time_without_a_zone_is_by_the_rows_timezone_else_by_its_columns(
    tz: str, default: str | None, moment: str
) -> None:
    audience = Audience(
        source="csv",
        path="visits.csv",
        key=("id",),
        timezone=RoleColumn(column="tz", default=default),
        columns=(Column(name="visit", type="time", zone="Europe/Vienna"),),
    )
    row = {"id": "A-1", "tz": tz, "visit": "2026-12-09 09:30"}
    found = Intake(audience, tuple(row), ()).read(Row(2, row))
    assert isinstance(found, Recipient)
    assert found.values["visit"] == moment


OUT = [
    ({"Order ID": " "}, "no_key"),
    ({"Order ID": "A\n1"}, "bad_key"),
    ({"Order ID": "x" * 201}, "bad_key"),
    ({"First name": ""}, "missing_value"),
    ({"First name": "A\0nn"}, "bad_text"),
    ({"First name": "x" * 10_001}, "too_long"),
    ({"total": "1,234"}, "bad_number"),
    ({"sms_ok": "perhaps"}, "bad_yes_no"),
    ({"land": "Ireland"}, "bad_country"),
    ({"tz": "Europe/Dubln"}, "bad_zone"),
]


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(("cells", "code"), OUT)
def test_a_bad_row_is_out_with_number_column_and_reason(cells: dict[str, str], code: str) -> None:
    found = read(cells)
    assert isinstance(found, OutRow)
    assert found.row == 7
    assert found.key == (None if code.endswith("key") else "A-1")
    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].column
    assert found.problems[0].reason
    assert found.problems[0].channel is None


def test_all_problems_of_a_row_are_told_at_once() -> None:
    found = read({"First name": "", "total": "many", "sms_ok": "perhaps", "Mobile": "12"})
    assert isinstance(found, OutRow)
    assert [problem.code for problem in found.problems] == [
        "missing_value", "bad_number", "bad_yes_no", "bad_phone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "code", "channels"),
    [
        ({"Mobile": ""}, "no_address", ["mms", "sms"]),
        ({"Mobile": "087 12"}, "bad_phone", ["mms", "sms"]),
        ({"Mobile": "+353\n871234567"}, "bad_phone", ["mms", "sms"]),
        ({"email": ""}, "no_address", ["email"]),
        ({"email": "ann at example.com"}, "bad_email", ["email"]),
    ],
)
def test_a_row_is_out_only_for_the_channel_that_cannot_reach_it(
    cells: dict[str, str], code: str, channels: list[str]
) -> None:
    found = read(cells, ("sms", "mms", "email", "chat"))
    assert isinstance(found, Recipient)
    assert [(problem.code, problem.channel) for problem in found.problems] == [
        (code, channel) for channel in channels
    ]


def test_an_address_that_no_line_needs_is_no_problem() -> None:
    found = read({"Mobile": ""}, ("email",))
    assert isinstance(found, Recipient)
    assert found.problems == ()


def test_a_bad_optional_value_is_told_and_is_missing() -> None:
    found = read({"points": "lots", "lang": "french please"})
    assert isinstance(found, Recipient)
    assert [problem.code for problem in found.problems] == ["bad_locale", "bad_number"]
    assert found.values["points"] is None
    assert found.locale is None


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize("cells", [{"Mobile": "0871234567890123"}, {"email": "ann@@example.com"}])
def test_a_problem_does_not_repeat_the_address(cells: dict[str, str]) -> None:
    found = read(cells)
    told = " ".join(problem.reason for problem in found.problems)
    assert told
    assert not any(text in told for text in cells.values())


@pytest.mark.parametrize(
    ("cells", "phone"),
    [
        ({"Mobile": "020 7946 0018", "land": "GB"}, "+442079460018"),
        ({"Mobile": "(202) 555-0143", "land": "us"}, "+12025550143"),
        ({"Mobile": "+44 20 7946 0018", "land": ""}, "+442079460018"),
    ],
)
def test_a_national_number_is_read_with_the_country_of_its_row(
    cells: dict[str, str], phone: str
) -> None:
    assert getattr(read(cells), "phone", None) == phone


def test_without_country_and_zone_the_number_tells_them() -> None:
    audience = Audience(source="csv", path="x", key=("id",), phone=RoleColumn(column="phone"))
    found = Intake(audience, ("id", "phone"), ("sms",)).read(
        Row(1, {"id": "1", "phone": "+1 808 555 0114"})
    )
    assert isinstance(found, Recipient)
    assert (found.country, found.zones) == ("US", ("Pacific/Honolulu",))


def test_a_domain_seen_before_gives_the_same_addresses() -> None:
    reader = Intake(AUDIENCE, HEADER, ("email",))
    cells = dict(zip(HEADER, GOOD, strict=True))
    texts = ["ann@EXAMPLE.com", "bob@EXAMPLE.com", ".bob@EXAMPLE.com", "bob..b@EXAMPLE.com"]
    found = [reader.read(Row(1, cells | {"email": text})) for text in texts]
    assert [getattr(one, "email", None) for one in found] == [
        "ann@example.com", "bob@example.com", None, None,
    ]  # fmt: skip


def test_a_column_with_a_default_may_be_missing_and_that_is_told() -> None:
    header = [name for name in HEADER if name not in ("tz", "note")]
    reader = Intake(AUDIENCE, header, ("sms",))
    assert [finding.code for finding in reader.findings] == ["missing_column"] * 2
    found = reader.read(Row(1, dict(zip(HEADER, GOOD, strict=True))))
    assert isinstance(found, Recipient)
    assert found.zones == ("Europe/Dublin",)


@pytest.mark.parametrize("missing", ["Order ID", "Mobile", "email", "First name", "sms_ok"])
def test_a_column_that_is_needed_must_be_there(missing: str) -> None:
    with pytest.raises(AudienceInvalid, match="has no column"):
        Intake(AUDIENCE, [name for name in HEADER if name != missing], ("sms",))


@pytest.mark.promise("ONCE")
@given(st.lists(st.text(min_size=1), min_size=2, max_size=4), st.data())
def test_rows_that_differ_in_a_part_of_their_key_have_different_keys(
    parts: list[str], data: st.DataObject
) -> None:
    size = len(parts)
    others = data.draw(st.lists(st.text(min_size=1), min_size=size, max_size=size))
    assert (join_key(parts) == join_key(others)) is (parts == others)


@pytest.mark.promise("POISON")
@given(st.lists(st.text(max_size=30), min_size=len(HEADER), max_size=len(HEADER)))
def test_no_cell_can_stop_the_others(cells: list[str]) -> None:
    reader = Intake(AUDIENCE, HEADER, ("sms", "email"))
    found = reader.read(Row(1, dict(zip(HEADER, cells, strict=True))))
    assert {problem.code for problem in found.problems} <= set(PROBLEMS)


def test_every_code_that_is_used_has_a_meaning() -> None:
    source = "".join(map(inspect.getsource, (intake, columns, choosing, nothing)))
    ours = {code for code in PROBLEMS if f'"{code}"' in source}
    assert set(PROBLEMS) - ours == {"ragged_row", "unreadable_row"}


TYPED = Audience(
    source="csv",
    path="x",
    key=("id",),
    country=RoleColumn(column="land", default="IE"),
    timezone=RoleColumn(column="tz"),
    columns=(
        Column(name="fee", type="money", currency="EUR", optional=True),
        Column(name="day", type="date", optional=True),
        Column(name="at", type="time", optional=True),
        Column(name="there", type="time", zone="Asia/Kathmandu", optional=True),
        Column(name="second", type="phone", optional=True),
        Column(name="boss", type="email", optional=True),
        Column(name="name", optional=True),
    ),
)
TYPED_HEADER = ("id", "land", "tz", "fee", "day", "at", "there", "second", "boss", "name")


def typed(**cells: str) -> Recipient | OutRow:
    reader = Intake(TYPED, TYPED_HEADER, ())
    return reader.read(Row(1, {"id": "1", "tz": "America/New_York"} | cells))


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("fee", "42,50 €", "42.50 EUR"),
        ("fee", "$5", None),
        ("day", "9 Dec 2026", "2026-12-09"),
        ("day", "01/12/2026", None),
        ("at", "2026-12-09 09:00", "2026-12-09T14:00:00.000Z"),
        ("at", "2026-12-09T09:00Z", "2026-12-09T09:00:00.000Z"),
        ("there", "2026-12-09 09:00", "2026-12-09T14:00:00.000Z"),
        ("there", "2026-12-09", None),
        ("second", "087 123 4567", "+353871234567"),
        ("second", "12", None),
        ("boss", "Ann@EXAMPLE.com", "Ann@example.com"),
        ("boss", "Ann", None),
        ("name", "n/a", "n/a"),
        ("name", "#N/A", None),
    ],
)
def test_a_cell_is_read_by_the_type_of_its_column(
    column: str, text: str, value: str | None
) -> None:
    found = typed(**{column: text})
    assert isinstance(found, Recipient)
    assert found.values[column] == value
    assert bool(found.problems) is (value is None and not text.startswith("#"))


def test_what_hangs_on_a_broken_clue_is_not_told_again() -> None:
    for clue in ({"tz": "Dublin"}, {"land": "Ireland"}):
        found = typed(at="2026-12-09 09:00", second="087 123 4567", **clue)
        assert isinstance(found, OutRow)
        assert len(found.problems) == 1


def test_words_for_nothing_are_told_once() -> None:
    reader = Intake(TYPED, TYPED_HEADER, ())
    for number, text in enumerate(("-", "n/a", "-", "5"), start=1):
        reader.read(Row(number, {"id": "1", "fee": text, "day": text if number < 3 else ""}))
    [finding] = reader.closing_findings()
    assert finding.code == "read_as_empty"
    assert finding.message == "`-`, `n/a` counted as empty: 5 cells, first `fee` in row 1"
