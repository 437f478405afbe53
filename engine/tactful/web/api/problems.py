"""Problems as the API tells them: `application/problem+json` (RFC 9457), each with its places."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from msgspec import Struct
from pydantic import ValidationError
from starlette.responses import Response


class Mistake(Struct, frozen=True):
    """What is wrong at one place of a body (RFC 6901; the root is ""), and how to mend it."""

    where: str
    what: str
    help: str = ""


class Problem(Exception):
    """Ends a request: the status to answer, what is wrong, and where."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mistake] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        """Return the response that tells it."""
        told: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            told["errors"] = [
                {name: value for name, value in msgspec.structs.asdict(one).items()
                 if value or name != "help"}
                for one in self.errors
            ]  # fmt: skip
        return Response(
            msgspec.json.encode(told),
            self.status,
            headers=self.headers,
            media_type="application/problem+json",
        )


def mistakes_of(error: ValidationError, below: str = "") -> list[Mistake]:
    """Return what pydantic found; the values themselves are not repeated."""
    found: dict[tuple[str, str], Mistake] = {}
    for item in error.errors(include_input=False, include_url=False):
        where = below + "".join(f"/{_escaped(part)}" for part in item["loc"])
        what = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            what = "this is not known here"
        elif item["type"] == "missing":
            what = "this is missing"
        elif item["type"] == "string_pattern_mismatch":
            what = "a letter or `_` comes first, then letters, digits, `_`, `.` and `-`"
        found.setdefault((where, what), Mistake(where, what))
    return list(found.values())


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
