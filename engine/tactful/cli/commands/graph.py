"""`tactful graph`: shows a flow as a picture, as a Mermaid diagram or as data."""

from collections.abc import Mapping
from pathlib import Path

import click

from tactful.cli.flows import Opened, open_flow
from tactful.cli.options import config_option, flow_argument
from tactful.cli.output import json_page, note
from tactful.cli.spans import count
from tactful.cli.suggest import did_you_mean
from tactful.errors import TactfulError


@click.command()
@flow_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(("mermaid", "svg", "json")),
    help="What is written. [default: by the ending of --out, else mermaid]",
)
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it here instead of to stdout.",
)
@click.option("--stage", metavar="NAME", help="Show this stage alone.")
@config_option
def command(
    flow: Path, form: str | None, out: Path | None, stage: str | None, config: Path | None
) -> None:
    """Show the way through a flow.

    Every step in the words of the flow, by stage, and every line that leads on. Mermaid is drawn by
    GitHub and many editors; an svg opens in any browser; json is the step graph itself. A flow too
    large for one Mermaid diagram becomes one for each stage.

    \b
    Examples:
      tactful graph flows/delayed_order.flow
      tactful graph flows/delayed_order.flow --out delayed_order.svg
      tactful graph flows/delayed_order.flow --stage refund --format json
    """
    opened = open_flow(flow, config=config)
    _check_stage(opened, stage)
    form = form or {".svg": "svg", ".json": "json"}.get(out.suffix if out else "", "mermaid")
    if form == "json" and out is None:
        json_page(_as_json(opened, stage))
        return
    texts = _drawn(opened, form, stage)
    if out is None:
        if len(texts) > 1:
            note(f"Too large for one diagram: here are {len(texts)}, one for each stage.")
        click.echo("\n".join(texts.values()), nl=False)
        return
    _write(texts, out)


def _check_stage(opened: Opened, stage: str | None) -> None:
    stages = opened.campaign.graph.stages
    if stage is not None and stage not in stages:
        raise TactfulError(
            f"{opened.source.path} has no stage `{stage}`.{did_you_mean(stage, stages)}",
            help=f"It has: {', '.join(stages)}.",
        )


def _as_json(opened: Opened, stage: str | None) -> dict[str, object]:
    from tactful.graph.render.page import page

    return page(opened.campaign, stage)


def _drawn(opened: Opened, form: str, stage: str | None) -> Mapping[str, str]:
    """Return what is written, by the name of the stage it is of; all in one has no name."""
    graph = opened.campaign.graph
    if form == "json":
        import msgspec

        page = msgspec.json.encode(_as_json(opened, stage))
        return {"": msgspec.json.format(page, indent=2).decode() + "\n"}
    if form == "svg":
        from tactful.cli.picture import picture
        from tactful.graph.render.sketch import sketch

        return {"": picture(sketch(graph, stage))}
    from tactful.graph.render.mermaid import mermaid

    return mermaid(graph, stage)


def _write(texts: Mapping[str, str], out: Path) -> None:
    """Write each text to its own file: the path itself, or with the name of its stage in it."""
    paths = []
    for name, text in texts.items():
        alone = len(texts) == 1
        path = out if alone else out.with_name(f"{out.stem}-{name.replace('/', '_')}{out.suffix}")
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise TactfulError(f"{path} cannot be written: {error.strerror}") from error
        paths.append(path)
    note(f"{count(len(paths), 'file')} written: {', '.join(map(str, paths))}")
