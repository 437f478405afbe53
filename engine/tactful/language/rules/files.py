"""Rules about files that are sent along: they are there, fit the channel, and are not too large."""

from tactful.language.rules.context import Context
from tactful.language.rules.texts import ANY_LANGUAGE
from tactful.language.tree import Node
from tactful.language.wording import NamedText, languages_of, texts_of
from tactful.language.words.sending import MOST_ATTACHED, Attach, Send, TextName


def check_files(context: Context) -> None:
    """Tell files that are missing, too large, or on a channel that carries none."""
    sizes: dict[str, int] = {}
    for node, attach in context.all(Attach):
        for written in attach.files:
            blob = context.files.blob(written, node.spans["files"])
            sizes[written] = blob.size if blob else 0
            if blob is not None and not blob.size:
                context.report.add("TF432", f"`{written}` is empty", node.spans["files"])
    texts = {text.name: text for text in texts_of(context.nodes)}
    for text in texts.values():
        for piece in text.files:
            if piece.channels is not None and not set(piece.channels) & set(MOST_ATTACHED):
                _tell_no_files(context, piece.node, piece.channels[0])
    for node, send in context.all(Send):
        _check_send(context, node, send, texts, sizes)


def _check_send(
    context: Context, node: Node, send: Send, texts: dict[str, NamedText], sizes: dict[str, int]
) -> None:
    below = [(child, child.word) for child in node.children if isinstance(child.word, Attach)]
    most = MOST_ATTACHED.get(send.channel)
    if most is None:
        for child, _ in below:
            _tell_no_files(context, child, send.channel)
        return
    own = [written for _, attach in below for written in attach.files]
    text = texts.get(send.text.name) if isinstance(send.text, TextName) else None
    for language in languages_of(context.nodes) or (ANY_LANGUAGE,):
        files = {*own, *(text.files_for(send.channel, language) if text else ())}
        size = sum(sizes.get(written, 0) for written in files)
        if size > most:
            context.report.add(
                "TF434",
                f"the files of this message have {_megabytes(size)}, and a message by "
                f"`{send.channel}` may have {_megabytes(most)}",
                (below[0][0] if below else node).span,
                help=("Make them smaller, or put them on a web page and send its address.",),
            )
            return


def _tell_no_files(context: Context, node: Node, channel: str) -> None:
    carrying = " and ".join(f"`{name}`" for name in MOST_ATTACHED)
    context.report.add(
        "TF433",
        f"a message by `{channel}` carries no files",
        node.span,
        help=(f"Files go with {carrying}. Elsewhere send the address of a web page.",),
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.3g} MB"
