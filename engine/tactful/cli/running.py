"""Runs a campaign with a view of it, and says how it went."""

from dataclasses import replace
from pathlib import Path

from tactful.cli.failure import IN_DOUBT, STOPPED
from tactful.cli.live import view
from tactful.cli.looping import run_async
from tactful.cli.output import heading, note, say, table
from tactful.cli.spans import clock_words, count
from tactful.runtime.conductor import Conductor, Ran, Wish
from tactful.runtime.progress import Progress
from tactful.runtime.project import Project


def conduct(project: Project, wish: Wish) -> Ran:
    """Run a campaign to its end, or until Ctrl-C, and show meanwhile how it stands."""
    title = wish.source.campaign().graph.name
    with view(title) as shown:
        watched = replace(wish, stand=shown.show, stopping=shown.stopping)
        return run_async(Conductor(project, watched).conduct)


def tell_missed(project: Project) -> None:
    """Tell on stderr which plugins somebody counts on and are not on, each with why."""
    for info in project.plugins.missed():
        note(f"warning: the plugin `{info.name}` is {info.state}: {info.why}")


def code_of(ran: Ran) -> int:
    """Return the exit code of a run."""
    if ran.stopped:
        return STOPPED
    return IN_DOUBT if ran.in_doubt else 0


def show_end(ran: Ran) -> None:
    """Print how a run went, in numbers."""
    say(_how_it_went(ran), "bold")
    if ran.recovered:
        note(f"{count(ran.recovered, 'send')} had been cut off before; they were looked into.")
    if ran.progress is not None:
        show_progress(ran.progress)
    for name, absent in ran.also:
        went = f"and waits: {absent}" if absent else "and went on meanwhile."
        note(f"{name} is in this store too, {went}")


def _how_it_went(ran: Ran) -> str:
    launch = ran.launch
    if ran.stopped:
        return f"{launch.name} was stopped before it was done; the same command goes on with it."
    ended = f" on {clock_words(launch.finished_at)}" if launch.finished_at is not None else ""
    if ran.begun == "finished before":
        return (
            f"{launch.name} had {launch.state} already{ended}; nothing was sent. "
            "`--again` starts it anew."
        )
    return f"{launch.name} is {launch.state}."


def show_progress(progress: Progress) -> None:
    """Print the counts of a launch: people by how their journey stands, and messages."""
    ended = [(state.replace("_", " "), times) for state, times in sorted(progress.ended.items())]
    people = [*ended, *([("under way", progress.live)] if progress.live else [])]
    left_out = progress.rows - progress.live - sum(progress.ended.values())
    if left_out > 0:
        people.append(("rows left out (`tactful log` says why)", left_out))
    heading("People")
    table(("", ""), [(state, f"{times:,}") for state, times in people], right=(1,))
    messages = [
        ("sent", progress.sent),
        ("of them known to have arrived", progress.delivered),
        ("of them failed afterwards", progress.failed),
        ("refused by a guard, or expired", progress.refused),
        ("waiting", progress.waiting),
        ("in doubt", progress.in_doubt),
    ]
    heading("Messages")
    shown = [(what, f"{times:,}") for what, times in messages if times or what == "sent"]
    table(("", ""), shown, right=(1,))
    if progress.answered:
        say(f"{count(progress.answered, 'person', 'people')} answered.")


def show_ways_on(campaign: str, store: Path, default: Path, *, in_doubt: bool, live: bool) -> None:
    """Print where to look next, with the commands to type."""
    where = "" if store == default else f" --store sqlite:///{store}"
    ways = [
        (f"tactful log {campaign}{where}", "what happened, line by line"),
        (f"tactful inbox{where}", "conversations that wait for a person"),
    ]
    if in_doubt:
        ways.insert(0, (f"tactful status {campaign}{where}", "sends in doubt, and how to settle"))
    if not live:
        ways.append((str(store.parent / "outbox"), "the messages, as files"))
    heading("Look further")
    table(("", ""), ways, styles={0: "cyan"})
