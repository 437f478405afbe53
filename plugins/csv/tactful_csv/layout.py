"""Finds out how a CSV file is written: its encoding, its separator and its header."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO

from msgspec import Struct

from tactful.errors import AudienceInvalid

_CHUNK = 1 << 20
_MOST_HEADER = 1 << 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", ";", "\t")  # among equals the first wins
_SAYS_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
REPLACEMENT = "\ufffd"


class Layout(Struct, frozen=True):
    """How a file is written. `header_lines` are the lines before the first row of data.

    `guessed` says that the encoding is a guess: the file is not UTF-8.
    """

    encoding: str
    separator: str
    columns: tuple[str, ...]
    header_lines: int
    guessed: bool = False


def survey(path: Path) -> Layout:
    """Read a file once, for its encoding, and its header. Raises `AudienceInvalid`."""
    try:
        with path.open("rb") as file:
            encoding, guessed = _encoding(file, path)
        with open_text(path, encoding) as text:
            lines = _lines(text, path)
            separator, before, first = _separator(lines, path)
            columns, used = _header(chain((first,), lines), separator, path)
            return Layout(encoding, separator, columns, before + used, guessed)
    except OSError as error:
        raise AudienceInvalid(
            f"the audience {path} cannot be read: {(error.strerror or 'error').lower()}",
            help="Check the path after `audience from csv`, and who may read the file.",
        ) from error


def open_text(path: Path, encoding: str) -> TextIOWrapper:
    """Open a file as text, with its line breaks as they are; what cannot be read is replaced."""
    return path.open(encoding=encoding, errors="replace", newline="")


def _encoding(file: IO[bytes], path: Path) -> tuple[str, bool]:
    """Return the encoding, and whether it is a guess.

    What is not UTF-8 throughout is Windows' Western encoding, unless most of its signs beyond ASCII
    are good UTF-8: then only some rows are damaged.
    """
    head = file.read(_CHUNK)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, False
    if head.startswith(b"PK\x03\x04"):
        raise AudienceInvalid(
            f"{path.name} is a spreadsheet, not a CSV file",
            help="Open it and save it as `CSV UTF-8`.",
        )
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    good = bad = 0
    while head:
        if not head.isascii() or decoder.getstate()[0]:
            text = decoder.decode(head)
            damaged = text.count(REPLACEMENT)
            bad += damaged
            good += len(text) - len(text.encode("ascii", "ignore")) - damaged
        head = file.read(_CHUNK)
    bad += len(decoder.decode(b"", final=True))
    return ("cp1252", True) if bad > good else ("utf-8", False)


def _lines(text: TextIOWrapper, path: Path) -> Iterator[str]:
    """Yield the lines of the header's part, in bounded memory."""
    read = 0
    while line := text.readline(_MOST_HEADER):
        if "\0" in line:
            raise AudienceInvalid(
                f"{path.name} is not a text file, or UTF-16 without its mark",
                help="Save it as `CSV UTF-8`.",
            )
        read += len(line)
        if read > _MOST_HEADER:
            raise AudienceInvalid(
                f"the header of {path.name} does not end",
                help="Look for a quote in its first lines that is never closed.",
            )
        yield line


def _separator(lines: Iterator[str], path: Path) -> tuple[str, int, str]:
    """Return the separator, how many lines come before the header, and its first line.

    A line `sep=;` says it, as spreadsheets write it; else the commonest sign of the header wins.
    """
    said = None
    for used, line in enumerate(lines):
        if said is None and (found := _SAYS_SEPARATOR.fullmatch(line)):
            said = found[1]
        elif line.strip():
            bare = _QUOTED.sub("", line)
            return said or max(_SEPARATORS, key=bare.count), used, line
    raise AudienceInvalid(f"{path.name} is empty", help="Its first line must name the columns.")


def _header(lines: Iterator[str], separator: str, path: Path) -> tuple[tuple[str, ...], int]:
    """Return the names of the columns, and on how many lines they stand."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        names = next(reader)
    except csv.Error as error:
        raise AudienceInvalid(
            f"the header of {path.name} cannot be read: {error}",
            help="Look at the quotes in its first line.",
        ) from error
    return tuple(name.strip() for name in names), reader.line_num
