"""Rules about where recipients come from: what a source takes, allowed hosts, known secrets."""

from collections.abc import Callable

from tactful.errors import ValueUnreadable
from tactful.language.report import removing, replacing
from tactful.language.rules.context import Context
from tactful.language.sources import Address, Option, Takes
from tactful.language.suggest import nearest
from tactful.language.tree import Node
from tactful.language.words.audience import (
    Audience,
    Query,
    Sheet,
    SourceOption,
    TokenFromSecret,
)

_EXAMPLES: dict[Option, str] = {
    word.option: (word.__doc__ or "").splitlines()[-1].strip()
    for word in (Query, TokenFromSecret, Sheet)
}
_PHRASES: dict[Option, str] = {word.option: word.phrase for word in (Query, TokenFromSecret, Sheet)}


def check_sources(context: Context) -> None:
    """Tell what is wrong with the source of an audience, and with the lines that belong to it."""
    for node, audience in context.all(Audience):
        takes = context.installed.audiences.get(audience.source)
        if takes is None:
            _tell_not_installed(context, node, audience)
            continue
        _check_place(context, node, audience, takes)
        _check_options(context, node, audience, takes)
    for node, token in context.all(TokenFromSecret):
        _check_secret(context, node, token)


def _tell_not_installed(context: Context, node: Node, audience: Audience) -> None:
    span = node.spans["source"]
    near = nearest(audience.source, context.installed.audiences, 0.5)
    context.report.add(
        "TF405",
        f"the audience source `{audience.source}` is not installed",
        span,
        f"did you mean `{near}`?" if near else "",
        help=()
        if near
        else (
            "Install the plugin that supplies it, for example "
            f"`pip install tactful-{audience.source}`.",
        ),
        fix=replacing(span, audience.source, near) if near else None,
    )


def _check_place(context: Context, node: Node, audience: Audience, takes: Takes) -> None:
    span = node.spans["path"]
    is_address = "://" in audience.path
    if takes.place == "file":
        if is_address:
            reading = _taking(context, lambda one: one.place == "address") or ("http",)
            context.report.add(
                "TF423",
                f"`{audience.source}` reads a file beside the flow, not a web address",
                span,
                help=(f"A web address is read by `audience from {reading[0]} …`.",),
            )
        return
    try:
        address = Address.parse(audience.path)
    except ValueUnreadable as error:
        context.report.add("TF423", error.message, span, help=(error.help,))
        return
    if not context.installed.hosts.allow(address):
        context.report.add(
            "TF424",
            f"the configuration does not allow `{address.named}`",
            span,
            help=(f'Add it to `tactful.toml`, under `[network]`: `allow = ["{address.named}"]`.',),
        )


def _check_options(context: Context, node: Node, audience: Audience, takes: Takes) -> None:
    said = set()
    for child in node.children:
        if not isinstance(child.word, SourceOption):
            continue
        said.add(child.word.option)
        if child.word.option not in takes.options:
            _tell_not_taken(context, child, child.word, audience)
    for option in takes.needed:
        phrase = _PHRASES[option]
        if option not in said and not context.is_attempted(phrase):
            context.report.add(
                "TF422",
                f"`{audience.source}` needs a `{phrase}`",
                node.span,
                help=(f"Add below this line for example `{_EXAMPLES[option]}`.",),
            )


def _tell_not_taken(context: Context, node: Node, word: SourceOption, audience: Audience) -> None:
    others = _taking(context, lambda one: word.option in one.options)
    named = ", ".join(f"`{name}`" for name in others)
    context.report.add(
        "TF421",
        f"`{audience.source}` cannot use `{word.phrase}`",
        node.span,
        help=(f"Sources that can: {named}.",) if others else (),
        fix=removing(node.span, "this line"),
    )


def _taking(context: Context, fits: Callable[[Takes], bool]) -> tuple[str, ...]:
    """Return the installed sources that something holds of, by name."""
    return tuple(sorted(name for name, one in context.installed.audiences.items() if fits(one)))


def _check_secret(context: Context, node: Node, token: TokenFromSecret) -> None:
    known = context.installed.secrets
    if token.secret in known:
        return
    span = node.spans["secret"]
    near = nearest(token.secret, known)
    context.report.add(
        "TF425",
        f"the configuration has no secret `{token.secret}`",
        span,
        f"did you mean `{near}`?" if near else "",
        help=()
        if near
        else (
            f'Add to `tactful.toml`, under `[secrets]`: `{token.secret} = {{ env = "'
            f'{token.secret.upper()}" }}`, and set that variable before you start Tactful.',
        ),
        fix=replacing(span, token.secret, near) if near else None,
    )
