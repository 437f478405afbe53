"""Files that a flow names. What they hold comes in from outside; nothing is read here."""

import re
from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct

from tactful.language.diagnostics import Span
from tactful.language.report import Report
from tactful.language.templates import Template, read_template
from tactful.language.tokens import Token

F = TypeVar("F")

_DRIVE = re.compile(r"[A-Za-z]:|[\\/]")
_SLASHES = re.compile(r"[\\/]+")


class FileUnreadable(KeyError):
    """A file is there, and cannot be used. `reason` says why, in words that follow `it`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Blob(Struct, frozen=True):
    """What a file to be attached holds: the SHA-256 of its bytes, and how many there are."""

    sha256: str
    size: int


class Files:
    """The files of one flow: their texts and what they hold, by the path written in the flow.

    A mapping that raises `FileUnreadable` says why a file that is there cannot be used. `attached`
    are those that `blob` has found.
    """

    def __init__(self, texts: Mapping[str, str], blobs: Mapping[str, Blob], report: Report) -> None:
        self._texts = texts
        self._blobs = blobs
        self._report = report
        self.attached: dict[str, Blob] = {}

    def blob(self, written: str, span: Span) -> Blob | None:
        """Return what a file holds that is to be attached."""
        found = self._look(self._blobs, written, span)
        if found is not None:
            self.attached[written] = found
        return found

    def template(self, written: str, span: Span) -> Template | None:
        """Return the text of a file; what is wrong in it is told with the place in that file."""
        text = self._look(self._texts, written, span)
        if text is None:
            return None
        shown = beside(self._report.path, written)
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        lines = lines.removesuffix("\n")
        starts = tuple((number + 1, 1) for number in range(lines.count("\n") + 1))
        template, mistakes = read_template(Token("TEXT", lines, 1, 1, 1, starts))
        report = self._report.beside(shown)
        for mistake in mistakes:
            report.take(mistake)
        if not lines.strip():
            self._report.add("TF308", f"the file `{written}` is empty", span)
            return None
        return Template(template.parts, file=shown)

    def _look(self, files: Mapping[str, F], written: str, span: Span) -> F | None:
        if tell_outside(written, span, self._report):
            return None
        try:
            return files[written]
        except FileUnreadable as error:
            self._report.add("TF432", f"`{written}` cannot be used: it {error.reason}", span)
        except KeyError:
            tell_missing(written, span, self._report)
        return None


def tell_outside(written: str, span: Span, report: Report) -> bool:
    """Tell a path that leaves the flow's folder, and return whether it does."""
    if not _DRIVE.match(written) and ".." not in _SLASHES.split(written):
        return False
    report.add(
        "TF431",
        "a flow can use files of its own folder only",
        span,
        "leads out of it",
        help=("Copy the file beside the flow, or into a folder there.",),
    )
    return True


def tell_missing(written: str, span: Span, report: Report) -> None:
    """Tell a file that is not there."""
    report.add(
        "TF430",
        f"there is no file `{written}`",
        span,
        help=("The path begins at the folder of the flow.",),
    )


def beside(flow: str, written: str) -> str:
    """Return the path of a file that a flow names, as it is shown to people."""
    folder = flow.rpartition("/")[0]
    return f"{folder}/{written}" if folder else written


_MEDIA_TYPES = {
    "csv": "text/csv", "doc": "application/msword", "gif": "image/gif", "htm": "text/html",
    "html": "text/html", "ics": "text/calendar", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "md": "text/markdown", "mp3": "audio/mpeg", "mp4": "video/mp4",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf",
    "png": "image/png", "svg": "image/svg+xml", "txt": "text/plain", "vcf": "text/vcard",
    "webp": "image/webp", "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def media_type(written: str) -> str:
    """Return the media type of a file by the end of its name (IANA), the same on every machine."""
    return _MEDIA_TYPES.get(written.rpartition(".")[2].lower(), "application/octet-stream")


def base_name(written: str) -> str:
    """Return the name of a file without its folders."""
    return _SLASHES.split(written)[-1]
