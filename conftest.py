"""What holds in every test, of the core and of the plugins.

- A blocking call inside a running asyncio loop is an error, when our own code makes it.
- The machine's time zone is an awkward one, so that code which leans on it fails.
- Under `CI`, Hypothesis is deterministic, and a skipped test fails the run.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import HealthCheck, settings

from tactful.plugins import discovery, manager

ROOT = Path(__file__).parent
IN_CI = bool(os.environ.get("CI"))

# Where our code may block the loop: (file, functions, why it is short and bounded).
MAY_BLOCK: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("tactful/zones.py", ("zone", "table"), "reads one small tzdata file per zone, once"),
    ("graph/locales.py", ("habits",), "reads the data of a language, once"),
    ("graph/texts.py", ("compile_text",), "loads Babel, once"),
    ("tactful_twilio/errors.py", ("known_codes",), "reads a small file of the package, once"),
    ("voice/phrases.py", ("_languages",), "reads a small file of the package, once"),
)

JUDGE_ALL = ("policy", "links", "consent", "quiet")
"""How the names of those plugins begin that judge every campaign."""

_skipped = pytest.StashKey[list[str]]()

# A busy machine is slow without being wrong: no deadline, no complaint about slow examples.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_skipped] = []
    config.pluginmanager.register(_NothingSkipped(config.stash[_skipped]))
    settings.load_profile("ci" if IN_CI else "dev")
    os.environ["TZ"] = "Asia/Kathmandu"  # 5:45 ahead of UTC: off by minutes, not only by hours
    time.tzset()


class _NothingSkipped:
    """Notes every skipped test and file, and under `CI` makes the run fail because of them."""

    def __init__(self, skipped: list[str]) -> None:
        self.skipped = skipped

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if IN_CI and self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if IN_CI and self.skipped:
            terminalreporter.section("skipped, which CI does not allow", red=True)
            for name in self.skipped:
                terminalreporter.line(name)


def _package(folder: Path) -> ModuleType:
    """Stand in for a package without importing it: a broken plugin must fail its own tests only."""
    module = ModuleType(folder.name)
    module.__path__ = [f"{folder}{os.sep}"]
    return module


@pytest.fixture
def shipped_policies() -> None:
    """Let the policies that we ship judge what this test sends, as they do where installed."""


@pytest.fixture(autouse=True)
def policies_are_no_theme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out, in this process, the policies that judge whatever is said.

    Texts of tests are about other things. The tests of plugins have theirs anyway.
    """
    ours = request.path.is_relative_to(ROOT / "tests")
    if not ours or "shipped_policies" in request.fixturenames:
        return

    def without() -> list[discovery.Candidate]:
        found = discovery.installed()
        return [one for one in found if not one.name.startswith(JUDGE_ALL)]

    monkeypatch.setattr(manager, "installed", without)


@pytest.fixture(autouse=True)
def loop_is_never_blocked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Raise `BlockingError` where our code blocks a running asyncio loop. Benchmarks go without."""
    if request.node.get_closest_marker("bench"):
        yield
        return
    ours = [ROOT / "engine" / "tactful", *ROOT.glob("plugins/*/tactful_*")]
    with blockbuster_ctx([_package(folder) for folder in ours]) as guard:
        for file, functions, _ in MAY_BLOCK:
            for blocking in guard.functions.values():
                blocking.can_block_in(file, functions)
        yield
