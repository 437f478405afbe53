"""A spreadsheet as people keep it: 2,000 rows, of each of which the right verdict is known.

Names in many scripts, ten ways to write an amount, days in as many, words for nothing, blanks,
broken addresses, repeats, ragged lines. What becomes of a row follows from how it is made here, not
from our reading of it.
"""

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

FLOW = """\
campaign "Messy"
owner "care@example.com"
purpose service

audience from csv "messy.csv":
  key order_id
  phone mobile
  email mail
  country land default IE
  timezone tz default "Europe/Dublin"
  column first_name text from "First name" optional
  column total money in EUR from "Order total"
  column promised_on date from "Promised on"
  column starts_at time optional
  column points number optional
  column gift yes/no default no
  column status text optional
  one per customer_id
  skip when status is "paid"

senders:
  sms from "+353 20 9155 000" through outbox
  email from "Acme Care <care@example.com>" through outbox

journey:
  send sms "Hi {{ first_name }}, {{ order_id }} comes on {{ promised_on }}."
  send email:
    subject "Order {{ order_id }}"
    "It costs {{ total }}."
"""
HEADER = (
    "order_id",
    "First name",
    "mobile",
    "mail",
    "land",
    "tz",
    "Order total",
    "Promised on",
    "starts_at",
    "points",
    "gift",
    "status",
    "customer_id",
)

NAMES = (
    "Ana",
    "Zoë",
    "Seán Ó Briain",
    "O'Neill",
    "D’Arcy",
    'Joe "Ace" Doe',
    "Smith, John",
    "Łukasz",
    "李小龍",
    "ゆき",
    "김민수",
    "محمد علي",
    "נועה",
    "Наталія",
    "Ελένη",
    "ಕಾವ್ಯಾ",
    "กัญญา",
    "Nguyễn Thị",
    "Müller; Söhne",
    "می\u200cخواهم",
    "Jose\u0301",
    "None",
    "Null",
    "X Æ A-12",
    "🌻 Flora",
    "n/a",
)
AMOUNTS = (
    ("1234.50", "1234.50"),
    ("1,234.50", "1234.50"),
    ("1.234,50", "1234.50"),
    ("1 234,50", "1234.50"),
    ("1\u202f234,50", "1234.50"),
    ("1'234.50", "1234.50"),
    ("+42", "42"),
    ("€42.50", "42.50"),
    ("42,50 €", "42.50"),
    ("EUR 42.5", "42.50"),
    ("−5,00", "-5.00"),
    ("(5.00)", "-5.00"),
    ("42.50 USD", "42.50 USD"),
    ("US$ 7", "7 USD"),
)
BAD_AMOUNTS = ("12 bananas", "$5", "1,234", "5 10", "12 %", "1.2E+05", "free", "€")
DAYS = (
    ("2026-12-09", "2026-12-09"),
    ("2026/12/9", "2026-12-09"),
    ("9.12.2026", "2026-12-09"),
    ("09.12.2026", "2026-12-09"),
    ("9 Dec 2026", "2026-12-09"),
    ("Dec 9, 2026", "2026-12-09"),
    ("9. Dezember 2026", "2026-12-09"),
    ("9 décembre 2026", "2026-12-09"),
    ("13/12/2026", "2026-12-13"),
    ("05/12/2026", "2026-12-05"),
    ("2026-12-09 00:00:00", "2026-12-09"),
)
BAD_DAYS = (
    "soon",
    "46365",
    "2026-02-30",
    "31/02/2026",
    "9.12.26",
    "9 Dec",
    "0001-01-01",
    "12/2026",
)
TIMES = (
    ("2026-12-09 10:00", "2026-12-09T10:00:00.000Z"),
    ("2026-12-09T10:00", "2026-12-09T10:00:00.000Z"),
    ("9.12.2026 10:00", "2026-12-09T10:00:00.000Z"),
    ("2026-12-09T11:00+01:00", "2026-12-09T10:00:00.000Z"),
    ("9 Dec 2026 10:00 am", "2026-12-09T10:00:00.000Z"),
    ("2026-07-01 10:00", "2026-07-01T09:00:00.000Z"),
    ("", None),
    ("-", None),
    ("n/a", None),
)
BAD_TIMES = ("2026-12-09", "later", "2026-10-25 01:30", "2026-12-09 25:00")
NUMBERS = (("7", 7), ("1.5", 1.5), ("1 000", 1000), ("", None), ("NULL", None), ("?", None))
YES = (
    ("yes", True),
    ("Ja", True),
    ("x", True),
    ("TRUE", True),
    ("no", False),
    ("0", False),
    ("", False),
)
PHONES = (
    "+353 20 915 {:04}",
    "020 915 {:04}",
    "(020) 915-{:04}",
    "00353 20 915 {:04}",
    "+353(0)20915{:04}",
    "'020915{:04}",
    '="020915{:04}"',
    "\u202a+35320915{:04}\u202c",
    "020\u00a0915\u00a0{:04}",
)
BAD_PHONES = ("12", "call me", "08x1234567", "+999 1234567", "0871234567 / 0861234567", "3.53E+11")
MAILS = ("c{}@example.com", " c{}@example.com ", "c{}@EXAMPLE.com", "c{}@example.com\u200b")
BAD_MAILS = (
    "c{}@",
    "c{} at example.com",
    "c{}@@example.com",
    "Ann <c{}@example.com>",
    "c{}@exam ple.com",
)
NOTHING = ("", " ", "-", "n/a", "N/A", "NULL", "#N/A", "?")


@dataclass
class Verdict:
    """What must become of a row: its codes (each with the channel, or None), and its values."""

    row: int
    key: str | None
    codes: set[tuple[str, str | None]] = field(default_factory=set)
    values: dict[str, object] | None = None

    @property
    def joins(self) -> bool:
        """Whether the row is in: all that is wrong is of one channel, or can be done without."""
        return self.values is not None


class Messy:
    """The rows, in the order of the file, and what must become of each.

    `fits` says whether an encoding can write a text; what it cannot is not used.
    """

    def __init__(
        self, seed: int, rows: int, fits: Callable[[str], bool] = lambda text: True
    ) -> None:
        self._random = random.Random(seed)
        self._fits = fits
        self._customers: list[str] = []
        self._keys: list[tuple[str, int]] = []
        self.lines: list[list[str]] = []
        self.verdicts: list[Verdict] = []
        while len(self.verdicts) < rows:
            if self._random.random() < 0.02:
                self.lines.append([""] * self._random.choice((1, len(HEADER))))  # counts as no row
            else:
                self._add(len(self.verdicts) + 1)

    def _one(self, options: Sequence[T]) -> T:
        return self._random.choice([one for one in options if self._fits(_text_of(one))])

    def _add(self, row: int) -> None:
        """Make a good row, and mostly something wrong in it."""
        amount, total = self._one(AMOUNTS)
        day, promised = self._one(DAYS)
        time, starts = self._one(TIMES)
        number, points = self._one(NUMBERS)
        word, gift = self._one(YES)
        name = self._one(NAMES)
        cells = dict(
            zip(
                HEADER,
                (
                    f"A-{row}",
                    name,
                    self._one(PHONES).format(row),
                    self._one(MAILS).format(row),
                    "",
                    "",
                    amount,
                    day,
                    time,
                    number,
                    word,
                    "open",
                    f"C-{row}",
                ),
                strict=True,
            )
        )
        verdict = Verdict(
            row,
            f"A-{row}",
            values={
                "first_name": name,
                "total": total if " " in total else f"{total} EUR",
                "promised_on": promised,
                "starts_at": starts,
                "points": points,
                "gift": gift,
            },
        )
        spoil = self._random.choice((None, *SPOILERS)) if row > 50 else None
        line = list(cells.values())
        if spoil is not None:
            line = spoil(self, cells, verdict) or list(cells.values())
        if verdict.joins:
            self._customers.append(cells["customer_id"])
            self._keys.append((cells["order_id"], row))
        self.lines.append(line)
        self.verdicts.append(verdict)

    # ---- what can be wrong ----------------------------------------------------------------------

    def no_key(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["order_id"] = self._one(NOTHING)
        _out(verdict, "no_key", key=None)

    def same_key(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["order_id"] = verdict.key = self._random.choice(self._keys)[0]
        _out(verdict, "duplicate_key", key=verdict.key)

    def same_person(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["customer_id"] = self._random.choice(self._customers)
        _out(verdict, "one_per", key=verdict.key)

    def paid(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["status"] = self._one(("paid", "Paid", " PAID "))
        _out(verdict, "skipped", key=verdict.key)

    def bad_amount(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["Order total"] = self._one(BAD_AMOUNTS)
        _out(verdict, "bad_money", key=verdict.key)

    def no_amount(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["Order total"] = self._one(NOTHING)
        _out(verdict, "missing_value", key=verdict.key)

    def bad_day(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["Promised on"] = self._one(BAD_DAYS)
        _out(verdict, "bad_date", key=verdict.key)

    def bad_word(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["gift"] = self._one(("perhaps", "yes please", "2"))
        _out(verdict, "bad_yes_no", key=verdict.key)

    def bad_country(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["land"] = self._one(("Ireland", "XX", "I E"))
        _out(verdict, "bad_country", key=verdict.key)

    def bad_zone(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["tz"] = self._one(("Dublin", "GMT+1", "Europe/Dubln"))
        _out(verdict, "bad_zone", key=verdict.key)

    def bad_time(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["starts_at"] = self._one(BAD_TIMES)
        assert verdict.values is not None
        verdict.values["starts_at"] = None
        verdict.codes.add(("bad_time", None))

    def bad_phone(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["mobile"] = self._one(BAD_PHONES)
        verdict.codes.add(("bad_phone", "sms"))

    def no_phone(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["mobile"] = self._one(NOTHING)
        verdict.codes.add(("no_address", "sms"))

    def bad_mail(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["mail"] = self._one(BAD_MAILS).format(verdict.row)
        verdict.codes.add(("bad_email", "email"))

    def no_mail(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["mail"] = self._one(NOTHING)
        verdict.codes.add(("no_address", "email"))

    def no_way(self, cells: dict[str, str], verdict: Verdict) -> None:
        self.bad_phone(cells, verdict)
        self.no_mail(cells, verdict)
        verdict.codes.add(("no_address", None))
        verdict.values = None

    def no_name(self, cells: dict[str, str], verdict: Verdict) -> None:
        cells["First name"] = self._one(("", " ", "#N/A", "#REF!"))
        assert verdict.values is not None
        verdict.values["first_name"] = None

    def too_short(self, cells: dict[str, str], verdict: Verdict) -> list[str]:
        _out(verdict, "ragged_row", key=None)
        return list(cells.values())[: self._random.randrange(2, len(HEADER))]

    def too_long(self, cells: dict[str, str], verdict: Verdict) -> list[str]:
        _out(verdict, "ragged_row", key=None)
        return [*cells.values(), "more"]

    def padded(self, cells: dict[str, str], verdict: Verdict) -> list[str]:
        return [*cells.values(), "", ""]


def _text_of(option: object) -> str:
    return str(option[0] if isinstance(option, tuple) else option)


def _out(verdict: Verdict, code: str, *, key: str | None) -> None:
    verdict.codes, verdict.values, verdict.key = {(code, None)}, None, key


SPOILERS = (
    Messy.no_key,
    Messy.same_key,
    Messy.same_person,
    Messy.paid,
    Messy.bad_amount,
    Messy.no_amount,
    Messy.bad_day,
    Messy.bad_word,
    Messy.bad_country,
    Messy.bad_zone,
    Messy.bad_time,
    Messy.bad_phone,
    Messy.no_phone,
    Messy.bad_mail,
    Messy.no_mail,
    Messy.no_way,
    Messy.no_name,
    Messy.too_short,
    Messy.too_long,
    Messy.padded,
)


def written(lines: Iterable[Sequence[str]], separator: str, line_end: str, first: str = "") -> str:
    """Return the text of a file; `first` stands before its header."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end)
    writer.writerow(HEADER)
    writer.writerows(lines)
    return first + out.getvalue()
