"""Files of domains that are known for phishing: read at the start, and again when they change.

Text has one domain in a line, `#` begins a remark, and a line of a hosts file (`0.0.0.0 DOMAIN`) is
one, too. CSV takes the column `domain`, `host` or `url`, else the first. JSON is a list of texts,
or has it as `deny`, `domains` or `blacklist`. Domains may be defanged (`example[.]com`).
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from tactful.errors import ConfigInvalid
from tactful_links.hosts import host_of

_COLUMNS = ("domain", "host", "url")
_MEMBERS = ("deny", "domains", "blacklist")
_NOWHERE = ("0.0.0.0", "127.0.0.1", "::1", "::")

Stamp = tuple[int, int]


class DomainList(Struct, frozen=True):
    """One list as it was read. `stamp` tells whether the file has changed since."""

    path: Path
    domains: frozenset[str]
    stamp: Stamp


def read_list(path: Path) -> DomainList:
    """Return the domains of a file. Raises `ConfigInvalid`; a file without any is a mistake."""
    try:
        stamp = stamp_of(path)
        text = path.read_text(encoding="utf-8-sig")
        hosts = (host_of(written) for written in _entries(path, text))
        domains = frozenset(host for host in hosts if host is not None)
    except (OSError, ValueError, csv.Error) as error:
        raise ConfigInvalid(
            f"the list of domains {path.name} cannot be read: {error}",
            help="It is text with one domain in a line, CSV, or a JSON list.",
        ) from error
    if not domains:
        raise ConfigInvalid(
            f"the list of domains {path.name} has no domain in it",
            help="Write one domain in each line, such as example.com.",
        )
    return DomainList(path, domains, stamp)


def stamp_of(path: Path) -> Stamp:
    """Return what changes when a file does. Raises `OSError`."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _entries(path: Path, text: str) -> Iterable[str]:
    match path.suffix.lower():
        case ".json":
            return _of_json(json.loads(text))
        case ".csv":
            return _of_csv(text)
    return _of_lines(text)


def _of_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words and words[0] in _NOWHERE:
            yield from words[1:]
        else:
            yield from words[:1]


def _of_csv(text: str) -> Iterator[str]:
    rows = csv.reader(io.StringIO(text, newline=""))
    head = next(rows, [])
    named = [name.strip().lower() for name in head]
    column = next((named.index(name) for name in _COLUMNS if name in named), None)
    if column is None:
        column = 0
        yield from head[:1]
    for row in rows:
        yield from row[column : column + 1]


def _of_json(read: object) -> list[str]:
    """Return the texts of a list. Raises `ValueError` where there is none."""
    if isinstance(read, dict):
        read = next((read[name] for name in _MEMBERS if name in read), None)
    if not isinstance(read, list):
        raise ValueError(f"there is no list in it, nor one as {', '.join(_MEMBERS)}")
    return [entry for entry in read if isinstance(entry, str)]
