"""Rules about messages: words, subjects, senders, addresses, and the replies they ask for."""

from tactful.language.rules.context import Context
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.words.audience import Audience, EmailColumn, PhoneColumn
from tactful.language.words.sending import WITH_SUBJECT, Send, Sender, Subject, TextName
from tactful.language.words.waiting import OnReply

OPT_OUT = frozenset(["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"])
"""Words that opt a person out when they stand alone in a reply (CTIA, and Twilio's defaults)."""
OPT_IN_OR_HELP = frozenset(["start", "unstop", "help", "info"])
"""Words that the engine answers itself when they stand alone in a reply."""

_ADDRESSES: dict[str, type[PhoneColumn] | type[EmailColumn]] = {
    "sms": PhoneColumn,
    "mms": PhoneColumn,
    "voice": PhoneColumn,
    "email": EmailColumn,
}


def check_messages(context: Context) -> None:
    """Tell messages that could not leave, and replies that would never arrive."""
    senders = {sender.channel for _, sender in context.all(Sender)}
    told: set[str] = set()
    for node, send in context.all(Send):
        _check_words(context, node, send)
        if send.channel in told:
            continue
        told.add(send.channel)
        if send.channel not in senders and not context.may_be_broken(send.channel):
            _tell_no_sender(context, node, send.channel)
        _check_address(context, node, send.channel)
    for node, reply in context.all(OnReply):
        for word in (*(reply.words or ()), *(reply.exactly or ())):
            _check_reply_word(context, node, word)


def _check_words(context: Context, node: Node, send: Send) -> None:
    subjects = [child for child in node.children if isinstance(child.word, Subject)]
    broken = [child for child in node.children if isinstance(child.word, Unreadable)]
    has_words = node.text is not None or send.using is not None
    if isinstance(send.text, TextName):
        pass  # its words are those of the text: see `rules.texts`
    elif not (has_words or broken or context.report.mentions(node.span.line)):
        context.report.add(
            "TF308",
            f"this `{send.phrase}` has no words",
            node.span,
            "what should it say?",
            help=(
                f'Put a short text in quotes: `{send.phrase} "Hello"`.',
                'Put a long one below the line, between two lines with `"""`.',
            ),
        )
    elif send.channel in WITH_SUBJECT and not subjects and not broken:
        context.report.add(
            "TF332",
            "an e-mail needs a subject",
            node.span,
            'no `subject "…"` line below',
            help=('Add for example `subject "Order {{ order_id }} is late"` below this line.',),
        )
    if send.channel not in WITH_SUBJECT:
        for child in subjects:
            context.report.add("TF333", f"`{send.phrase}` has no subject", child.span)


def _tell_no_sender(context: Context, node: Node, channel: str) -> None:
    context.report.add(
        "TF313",
        f"this file has no sender for `{channel}`",
        node.span,
        "nothing can leave here",
        help=(f'Add under `senders:` for example `{channel} from "…" through …`.',),
    )


def _check_address(context: Context, node: Node, channel: str) -> None:
    needed = _ADDRESSES.get(channel)
    if needed is None or context.may_be_broken(needed.phrase):
        return
    audiences = list(context.all(Audience))
    if audiences and not any(context.all(needed)):
        context.report.add(
            "TF319",
            f"the audience has no `{needed.phrase}`, so `{channel}` reaches nobody",
            audiences[0][0].span,
            help=(f"Add `{needed.phrase} COLUMN` below this line.",),
        )


def _check_reply_word(context: Context, node: Node, word: str) -> None:
    bare = word.strip(" .!?").casefold()
    if bare in OPT_OUT:
        why, hint = "opts the person out", "for example CHANGE instead of CANCEL"
    elif bare in OPT_IN_OR_HELP:
        why, hint = "is answered by Tactful itself", "for example AGENT instead of HELP"
    else:
        return
    within = "words" in node.spans and bare not in OPT_OUT  # `please help me` reaches the flow
    span = node.spans.get("words") or node.spans.get("exactly") or node.span
    context.report.add(
        "TF307",
        f"`{word}` on its own {why}, and never reaches the flow",
        span,
        help=(f"Offer another word, {hint}.",),
        severity="warning" if within else "error",
    )
