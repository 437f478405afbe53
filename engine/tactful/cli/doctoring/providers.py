"""Has channels and desks try themselves: credentials, senders, domains."""

from collections.abc import Sequence

import anyio

from tactful.runtime.faults import fault_of
from tactful.runtime.ports import Examined, Finding
from tactful.runtime.project import OUTBOX, Project

SECONDS = 60.0


async def providers(project: Project) -> list[tuple[str, Sequence[Finding]]]:
    """Return what each channel and desk finds wrong with itself; all are asked at once.

    Those whose plugin has no settings are not in use, and not asked.
    """
    plugins, settings = project.plugins, project.config.plugins.settings
    channels, desks = plugins.channels(), plugins.desks()
    asked: dict[str, object] = {
        f"channel {name}": one
        for name, one in channels.items()
        if name != OUTBOX and channels.supplier(name) in settings
    }
    asked |= {
        f"desk {name}": one for name, one in desks.items() if desks.supplier(name) in settings
    }
    found: dict[str, Sequence[Finding]] = {}

    async def ask(name: str, one: object) -> None:
        found[name] = await _examine(one)

    try:
        async with anyio.create_task_group() as tasks:
            for name, one in asked.items():
                tasks.start_soon(ask, name, one)
    finally:
        await plugins.aclose()
    return [(name, found[name]) for name in sorted(found)]


async def _examine(one: object) -> Sequence[Finding]:
    if not isinstance(one, Examined):
        return [Finding("note", "not_examined", "it cannot try itself")]
    try:
        with anyio.fail_after(SECONDS):
            return list(await one.examine())
    except TimeoutError:
        told = f"it has not come to an end within {SECONDS:g} seconds"
        return [Finding("error", "examine_hangs", told, help="Is its server reachable from here?")]
    except BaseException as error:
        told = f"it failed while it tried itself: {fault_of(error)}"
        return [Finding("error", "examine_failed", told)]
