"""`tactful serve`: many campaigns in one process, with what people and providers answer."""

from pathlib import Path

import click

from tactful.cli.options import config_option
from tactful.cli.output import say


@click.command()
@click.argument(
    "folder",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--live", is_flag=True, help="Really send. Without it all goes to the outbox.")
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Where the web server listens. [default: [server] host, else 127.0.0.1]",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65_535),
    help="Its port; 0 takes any that is free. [default: [server] port, else 8080]",
)
@config_option
@click.option(
    "--store",
    metavar="URL",
    help="The store, sqlite:///PATH. [default: .tactful/store.db in the folder]",
)
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    live: bool,
    host: str | None,
    port: int | None,
    config: Path | None,
    store: str | None,
) -> None:
    """Run campaigns, and take in what people and providers answer.

    Owns the store of the folder and goes on with everything that is under way in it. Providers'
    webhooks come in below /hooks/, named events at /api/events. `tactful start FILE` begins a
    campaign; a file that lies there begins none. Ctrl-C stops cleanly, and the same command goes
    on.

    \b
    Examples:
      tactful serve campaigns
      tactful serve campaigns --live --port 8080

    Exit codes: 0 nothing was under way, 3 stopped with campaigns under way, 4 nothing is under way
    but sends are in doubt; 2 when another engine owns the store.
    """
    from tactful.cli.failure import IN_DOUBT, STOPPED
    from tactful.cli.looping import run_async
    from tactful.cli.running import tell_missed
    from tactful.cli.serving import view
    from tactful.runtime.project import Project
    from tactful.store.files import default_store, path_of
    from tactful.web.serving import Serving

    path = path_of(store) if store is not None else default_store(folder / "any.flow")
    project = Project(folder, config=config, data_folder=path.parent)
    server = project.config.server
    tell_missed(project)
    with view(str(folder)) as shown:
        serving = Serving(
            project,
            path,
            shown,
            live=live,
            host=host if host is not None else server.host,
            port=port if port is not None else server.port,
        )
        served = run_async(serving.serve)
    if served.unfinished:
        say(f"stopped; the same command goes on with {', '.join(served.unfinished)}")
        ctx.exit(STOPPED)
    say("stopped; nothing is under way")
    ctx.exit(IN_DOUBT if served.in_doubt else 0)
