"""Writes the pages of the hooks out of the hookspecs, the protocols and the templates."""

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields
from pydantic import BaseModel

from tactful.guard import pace, standing, strategies
from tactful.language import vocabulary
from tactful.language.sources import Takes
from tactful.plugins import hookspecs, kinds
from tactful.plugins.kinds import Kind
from tactful.plugins.scaffold import NewKind, rendered
from tactful.runtime import inbound, ports
from tests.docs.hook_examples import FAILS, MINIMAL, NOW
from tests.house.source import ROOT

FOLDER = ROOT / "docs" / "reference" / "hooks"


class Page(NamedTuple):
    """What a page tells: the hook, the protocol of its objects, and what these get and give.

    `besides` are protocols that its objects may fit as well. `new` names the template whose module
    is the realistic example.
    """

    kind: Kind
    protocol: type
    types: tuple[type, ...]
    besides: tuple[type, ...] = ()
    new: NewKind | None = None

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.kind.hook.removeprefix('tactful_')}.md"


PAGES = (
    Page(
        kinds.CHANNELS, ports.Channel,
        (ports.Message, ports.Attachment, ports.Accepted, ports.Refused, ports.Retry,
         ports.Unknown, ports.ChannelLimits, ports.Finding),
        (ports.Paced, ports.Examined, inbound.Routed, inbound.Listening),
        "channel",
    ),
    Page(
        kinds.POLICIES, ports.Policy,
        (ports.FlowView, ports.FlowText, ports.House, ports.Finding, ports.TextFix,
         ports.PolicyVerdict, ports.PolicyFinding),
        (ports.ByDefault,),
        new="policy",
    ),
    Page(
        kinds.THROTTLES, strategies.Strategy, (pace.Permit, pace.Wait),
        (pace.Throttle, pace.GroupThrottle, pace.Bounded, pace.Heeding), "throttle",
    ),
    Page(
        kinds.OBSERVERS, standing.Observer,
        (standing.SenderSignal, standing.Observed, standing.Gauge, standing.Watch, standing.Slow,
         standing.Pause, standing.Flag, standing.Recover),
        (standing.Media, standing.Across),
        new="observer",
    ),
    Page(
        kinds.AUDIENCES, ports.AudienceReader,
        (ports.AudienceSource, Takes, ports.Row, ports.RowProblem, ports.Finding),
        new="audience",
    ),
    Page(
        kinds.WORDS, vocabulary.Word, (vocabulary.At, vocabulary.Key, vocabulary.Block),
        new="words",
    ),
    Page(
        kinds.DESKS, ports.Desk, (ports.HandOffCase,),
        (ports.Examined, inbound.Routed, inbound.Listening),
    ),
    Page(kinds.RUNTIMES, ports.Runtime, ()),
)  # fmt: skip


def hook_pages(made: str) -> dict[Path, str]:
    """Return the page of every hook, by where it stands."""
    return {page.path: "\n".join(_page(page, made)) for page in PAGES}


def _page(page: Page, made: str) -> Iterator[str]:
    hook = getattr(hookspecs, page.kind.hook)
    said = inspect.getdoc(hook) or ""
    since = re.search(r"Since [\d.]+\d", said)
    assert since is not None
    argument, returns = _signature(hook)
    yield f"# `{page.kind.hook}`"
    yield ""
    yield _prose(said.replace(f"{since[0]}.", "").strip())
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    yield "| called | once for each plugin, when a command that reads flows starts |"
    yield f"| argument | `{argument}`, or none; see [Hooks](../hooks.md) |"
    yield f"| returns | {returns} |"
    yield f"| since | {since[0].removeprefix('Since ')} |"
    yield f"| in this version | {NOW[page.kind.hook]} |"
    yield ""
    yield made
    yield ""
    yield from _members(page.protocol, f"## What it supplies: `{page.protocol.__name__}`")
    yield "## When it goes wrong"
    yield ""
    yield _prose(FAILS[page.kind.hook])
    yield ""
    for protocol in page.besides:
        yield from _members(protocol, f"## `{protocol.__name__}`")
    for type_ in page.types:
        yield from _fields(type_)
    yield "## The smallest example"
    yield ""
    yield f"```python\n{MINIMAL[page.kind.hook].strip()}\n```"
    yield ""
    if page.new is not None:
        name = "example"
        yield "## A realistic example"
        yield ""
        yield f"`tactful plugin new {page.new} {name}` writes it, with its settings and its tests."
        yield ""
        module = "words" if page.new == "words" else page.new
        yield f"```python\n{rendered(page.new, name)[f'tactful_{name}/{module}.py'].strip()}\n```"
        yield ""


def _signature(hook: Any) -> tuple[str, str]:
    parameters = ", ".join(
        f"{name}: {_type(parameter.annotation)}"
        for name, parameter in inspect.signature(hook).parameters.items()
    )
    return parameters, f"`{_type(inspect.signature(hook).return_annotation)}`"


def _home(type_: type) -> str:
    """Return the module from which plugins import a type."""
    return ports.__name__ if hasattr(ports, type_.__name__) else type_.__module__


def _members(type_: type, title: str) -> Iterator[str]:
    yield title
    yield ""
    yield _prose(_doc(type_))
    yield ""
    yield f"Import it from `{_home(type_)}`."
    yield ""
    if issubclass(type_, Struct):
        yield from _field_rows(type_)
        return
    yield "| member | means |"
    yield "| --- | --- |"
    if issubclass(type_, BaseModel):
        yield from (f"| `{name}` | {said} |" for name, said in WORD_MEMBERS)
    for name, member in vars(type_).items():
        if not name.startswith("_") and not issubclass(type_, BaseModel):
            yield f"| `{_member(name, member)}` | {_row(_doc(member))} |"
    yield ""


WORD_MEMBERS = (
    ("phrase", "the words with which the line begins"),
    ("place", "where it may stand: `top`, `steps`, `audience`, `senders`, `send`, `wait` …"),
    ("block", "a `Block`, where indented lines may follow"),
    ("condition", "`allowed`, `required` or `none`: whether `when` may stand at its end"),
    ("ends", "whether nothing after it in the same block can run"),
    ("names_beside", "set, when its lines begin with a name of the file's own"),
)


def _member(name: str, member: Any) -> str:
    if isinstance(member, property):
        returns = inspect.signature(member.fget).return_annotation  # type: ignore[arg-type]
        return f"{name}: {_type(returns)}"
    signature = inspect.signature(member)
    taken = ", ".join(
        f"{parameter.name}: {_type(parameter.annotation)}"
        for parameter in list(signature.parameters.values())[1:]
    )
    before = "async " if inspect.iscoroutinefunction(member) else ""
    return f"{before}{name}({taken}) -> {_type(signature.return_annotation)}"


def _fields(type_: type) -> Iterator[str]:
    yield f"## `{type_.__name__}`"
    yield ""
    yield _prose(_doc(type_))
    yield ""
    yield f"Import it from `{_home(type_)}`."
    yield ""
    yield from _field_rows(type_)


def _field_rows(type_: type) -> Iterator[str]:
    if issubclass(type_, Struct):
        rows = [(one.encode_name, _type(one.type), one.default) for one in fields(type_)]
    else:  # a plain dataclass
        made = getattr(type_, "__dataclass_fields__", {})
        rows = [(name, _type(one.type), _default(one)) for name, one in made.items()]
    if not rows:
        return
    yield "| field | type | default |"
    yield "| --- | --- | --- |"
    for name, kind, default in rows:
        shown = "" if default is NODEFAULT else f"`{default!r}`"
        yield f"| `{name}` | `{kind}` | {shown} |"
    yield ""


def _default(field: Any) -> Any:
    return NODEFAULT if "MISSING" in repr(field.default) else field.default


def _type(annotation: Any) -> str:
    """Return a type as an author writes it, without the modules it comes from."""
    shown = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    shown = re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", shown)
    return shown.strip("'\"").replace("|", "\\|")


def _doc(member: Any) -> str:
    return inspect.getdoc(member) or ""


def _prose(text: str) -> str:
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(textwrap.fill(part, 100, break_on_hyphens=False) for part in paragraphs)


def _row(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
