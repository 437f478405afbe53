"""The settings of the outbox: files or not, and for whom it shall misbehave."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tactful.runtime.ports import Message
from tactful.values import Duration

Someone = tuple[str, ...]


class OutboxSettings(BaseModel):
    """`[plugins.outbox]`. Recipients are named by their key or their address.

    - `reject`: refused for good.
    - `fail`: refused for now, `fail_times` times, each to be tried again after `fail_after`.
    - `hang`: never answered, and never stored.
    - `slow`: stored and answered after a while.
    - `lose`: stored, but the answer is lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: bool = True
    reject: Someone = ()
    fail: Someone = ()
    fail_times: Annotated[int, Field(ge=1)] = 2
    fail_after: Duration = Duration.parse("1 minute")
    hang: Someone = ()
    slow: dict[str, Duration] = {}
    lose: Someone = ()


class Recipients:
    """Some recipients, named by key or address; spaces and capitals do not matter."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = frozenset(_plain(name) for name in names)

    def __contains__(self, message: Message) -> bool:
        return bool(self._names) and not self._names.isdisjoint(
            (_plain(message.key), _plain(message.to))
        )


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
