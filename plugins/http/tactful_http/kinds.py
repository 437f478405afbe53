"""Finds out what an answer is: by its type, else by the end of its address, else by itself."""

from pathlib import Path

import msgspec

from tactful.errors import AudienceInvalid
from tactful_http.bodies import Kind

_BY_TYPE: dict[str, Kind] = {
    "application/json": "json",
    "text/json": "json",
    "application/x-ndjson": "jsonl",
    "application/ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/x-jsonlines": "jsonl",
    "application/json-lines": "jsonl",
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "csv",
}
_BY_SUFFIX: dict[str, Kind] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
}
_LINE = 1 << 20


def kind_of(path: Path, content_type: str, shown: str) -> Kind:
    """Return what the answer in a file is. Raises `AudienceInvalid` when it is no data."""
    type_ = content_type.partition(";")[0].strip().lower()
    with path.open("rb") as file:
        begin = file.readline(_LINE).removeprefix(b"\xef\xbb\xbf").strip()
        goes_on = bool(file.read(_LINE).strip())
    if type_ in ("text/html", "application/xhtml+xml") or begin[:1] == b"<":
        raise AudienceInvalid(
            f"{shown} answers with a web page, not with data",
            help="Perhaps it asks to log in: look at the token, and at the address.",
        )
    kind = _BY_TYPE.get(type_) or ("json" if type_.endswith("+json") else None)
    kind = kind or _BY_SUFFIX.get(Path(shown).suffix.lower())
    kind = kind or ("json" if begin[:1] in (b"[", b"{") else "csv")
    if kind == "json" and begin[:1] == b"{" and goes_on and _is_whole(begin):
        return "jsonl"  # one object after another, under the name of JSON
    return kind


def _is_whole(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except msgspec.DecodeError:
        return False
    return True
