"""`tactful dev`: works on the flows of a folder, save by save."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tactful.cli.failure import interrupted
from tactful.cli.options import config_option

if TYPE_CHECKING:
    from tactful.cli.dev.work import Dev

SAMPLE = 5


@click.command()
@click.argument(
    "folder",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--sample",
    metavar="N",
    type=click.IntRange(min=0),
    default=SAMPLE,
    show_default=True,
    help="How many people of each audience take part.",
)
@config_option
@click.option(
    "--store",
    metavar="URL",
    help="The store, sqlite:///PATH. [default: .tactful/dev.db in the folder]",
)
@click.pass_context
def command(
    ctx: click.Context, folder: Path, sample: int, config: Path | None, store: str | None
) -> None:
    """Work on flows and see at once what each save does.

    Every flow in the folder is checked, planned on the first rows of its audience, and run with
    its first people. Messages go to the outbox: nothing leaves this machine. On every save the new
    form takes over, and journeys under way keep theirs; one with mistakes changes nothing, and its
    mistakes are shown. Ends with q or Ctrl-C.

    \b
    Examples:
      tactful dev flows
      tactful dev --sample 1
    """
    from tactful.cli.dev.folder import survey
    from tactful.cli.dev.views import title_of, view
    from tactful.cli.dev.work import Dev
    from tactful.cli.looping import run_async
    from tactful.store.files import path_of

    root = folder.resolve()
    path = path_of(store) if store is not None else root / ".tactful" / "dev.db"
    with view(title_of(str(folder), len(survey(root).flows))) as shown:
        dev = Dev(root, path, shown, sample=sample, config=config)
        run_async(lambda: _work(dev))
    if dev.at_once:
        ctx.exit(interrupted())


async def _work(dev: "Dev") -> None:
    import anyio

    from tactful.cli.dev.keys import single_keys

    with single_keys() as keyed:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_stop_on_signals, dev)
            if keyed:
                tasks.start_soon(_stop_on_key, dev)
            await dev.run()
            tasks.cancel_scope.cancel()


async def _stop_on_signals(dev: "Dev") -> None:
    import anyio

    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
        async for _ in received:
            dev.stop()


async def _stop_on_key(dev: "Dev") -> None:
    from tactful.cli.dev.keys import keys

    async for key in keys():
        if key in "qQ\x04":
            dev.stop()
