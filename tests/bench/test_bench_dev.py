"""How soon a saved flow runs: from the write to the new revision in the engine."""

import io
import os
import statistics
import time
from pathlib import Path

import anyio
import pytest

from tactful.cli.dev.views import PlainView
from tactful.cli.dev.work import Dev
from tactful.graph.model import Campaign
from tactful.runtime.project import Project
from tactful.runtime.tuning import tune
from tests.cli.shells import FLOW, write_campaign

SAVES = 200
LINES = 150

pytestmark = pytest.mark.bench


def _long_flow() -> str:
    """Return a flow of 150 lines or a few more, with a stage for every five."""
    lines = [*FLOW.splitlines(), "  go to part1"]
    number = 0
    while len(lines) < LINES:
        number += 1
        lines += [
            f"stage part{number}:",
            f'  send sms "Part {number} for {{{{ name }}}}, with a text of the usual length."',
            "  wait up to 2 hours:",
            f'    on reply "yes": tag yes{number}',
            f"    on timeout: go to part{number + 1}",
        ]
    lines[-1] = "    on timeout: stop"
    return "\n".join(lines) + "\n"


class _Active:
    """Notes when the engine has taken which form."""

    def __init__(self) -> None:
        self.names: dict[str, float] = {}
        self.changed = anyio.Event()

    def __call__(self, name: str, campaign: Campaign) -> None:
        self.names[str(campaign.graph.values.get("round", ""))] = time.perf_counter()
        self.changed.set()
        self.changed = anyio.Event()

    async def has(self, form: str) -> float:
        while form not in self.names:
            await self.changed.wait()
        return self.names[form]


def _compiling(folder: Path, flow: str) -> float:
    """Return the median of what compiling the flow takes here and now, in seconds."""
    project = Project(folder)
    took = []
    for _ in range(30):
        began = time.perf_counter()
        project.compile(flow, folder / "late.flow")
        took.append(time.perf_counter() - began)
    return statistics.median(took)


@pytest.mark.parametrize("atomic", [False, True], ids=["in place", "by rename"])
def test_save_to_active(atomic: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = _long_flow()
    path = write_campaign(tmp_path, flow=flow)
    took: list[float] = []
    busy: list[float] = []

    def save(round: int) -> None:
        text = flow.replace("senders:", f'set round to "{round}"\n\nsenders:', 1)
        fresh = tmp_path / "fresh.tmp" if atomic else path
        fresh.write_text(text)
        if atomic:
            os.replace(fresh, path)

    async def measure() -> None:
        active = _Active()
        text = Project(tmp_path).compile(flow, path)
        assert text.campaign is not None, text.diagnostics
        dev = Dev(tmp_path, tmp_path / ".tactful" / "dev.db", PlainView(), sample=5,
                  on_active=active)  # fmt: skip
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(dev.run)
            await active.has("")
            for round in range(SAVES):
                await anyio.sleep(0.02)
                began, used = time.perf_counter(), time.process_time()
                save(round)
                took.append(await active.has(str(round)) - began)
                busy.append(time.process_time() - used)
            dev.stop()

    tune()  # as the command does
    monkeypatch.setattr("sys.stdout", io.StringIO())
    anyio.run(measure)
    monkeypatch.undo()
    ordered = sorted(took)
    alone = _compiling(tmp_path, flow)
    print(
        f"\nsave to active, {LINES} lines, {'by rename' if atomic else 'in place'}: "
        f"p50 {statistics.median(ordered) * 1e3:.0f} ms, "
        f"p99 {ordered[int(SAVES * 0.99) - 1] * 1e3:.0f} ms, worst {ordered[-1] * 1e3:.0f} ms; "
        f"of the processor {statistics.median(busy) * 1e3:.0f} ms; "
        f"compiling alone {alone * 1e3:.0f} ms"
    )
    assert len(took) == SAVES
