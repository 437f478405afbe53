"""Looks into what is on this machine: configuration, plugins, secrets, and the store."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tactful.errors import TactfulError
from tactful.guard.addresses import mask
from tactful.runtime.ports import Finding
from tactful.runtime.project import Project
from tactful.store.client import StoreClient
from tactful.store.lock import owner_of

LEAST_SPACE = 200 * 2**20
"""Bytes: with less, a store may soon be unable to keep what happens."""


def configuration(project: Project) -> Iterator[Finding]:
    """Tell secrets that cannot be looked up, and what keeps everything from leaving."""
    config = project.config
    if config.path is None:
        yield Finding(
            "note",
            "config_none",
            "there is no tactful.toml, so everything has its default",
            help="Write one beside your flows when you want to send for real.",
        )
    for name in sorted(config.secrets.names):
        try:
            config.secret(name)
        except TactfulError as error:
            yield Finding("error", "config_secret", error.message, help=error.help)


def paces(project: Project) -> Iterator[Finding]:
    """Tell which paces of senders and accounts hold, and which cannot be kept."""
    for pace in project.config.paces:
        problem = project.problem_of(pace)
        if problem is not None:
            yield Finding("error", "pace_unkept", problem.message, help=problem.help)
        else:
            senders = ", ".join(map(mask, sorted(pace.senders)))
            yield Finding("note", "pace", f"{pace.limit.said}, over all campaigns of {senders}")


def plugins(project: Project) -> Iterator[Finding]:
    """Tell plugins that are not on, and that nothing can really be sent."""
    for info in project.plugins.listing():
        if info.state in ("failed", "not installed"):
            what = f"the plugin `{info.name}` is {info.state}: {info.why}"
            yield Finding("error", "plugin_off", what, help="`tactful plugins` lists all of them.")
        elif info.state not in ("on", "not set up"):
            yield Finding("note", "plugin_off", f"the plugin `{info.name}` is off: {info.why}")
    channels = project.plugins.channels()
    if not any(channels.supplier(name) in project.config.plugins.settings for name in channels):
        yield Finding(
            "warning",
            "no_provider",
            "no provider is set up: with --live, nothing could leave",
            help="Install and configure one, such as tactful-smtp or tactful-twilio.",
        )


def store(path: Path) -> Iterator[Finding]:
    """Tell a store that cannot be read, that others can read, or that has no room."""
    folder = next((one for one in (path.parent, *path.parents) if one.is_dir()), path.parent)
    free = shutil.disk_usage(folder).free
    if free < LEAST_SPACE:
        yield Finding(
            "error",
            "store_no_room",
            f"only {free / 2**20:,.0f} MB are free where the store is",
            help="Make room: without it, nothing can be kept, and so nothing is sent.",
        )
    if not os.access(folder, os.W_OK):
        yield Finding("error", "store_read_only", f"{folder} cannot be written")
    if not path.exists():
        yield Finding("note", "store_none", f"there is no store at {path} yet; a run makes it")
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            "warning",
            "store_open",
            f"others on this machine may read {path}, which holds addresses and texts",
            help=f"chmod 600 {path}",
        )
    try:
        with closing(StoreClient(path)) as client:
            doubts = len(client.by_state("in doubt"))
            waiting = len(client.news().orders)
    except TactfulError as error:
        yield Finding("error", "store_unreadable", error.message, help=error.help)
        return
    if doubts:
        yield Finding(
            "warning",
            "store_in_doubt",
            f"of {doubts:,} sends nobody knows whether they left",
            help="`tactful status` shows them, `tactful settle` says what became of one.",
        )
    if waiting and owner_of(path) is None:
        yield Finding(
            "warning",
            "store_orders_wait",
            f"{waiting:,} orders wait, and no engine is running to take them",
            help="`tactful serve` or `tactful run FILE` takes them up.",
        )
