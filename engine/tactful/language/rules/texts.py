"""Rules about texts with a name: words for every channel and language, and a name that is used."""

from collections.abc import Iterable

from tactful.language.diagnostics import Edit, Fix, Label, Span
from tactful.language.report import replacing
from tactful.language.rules.context import Context
from tactful.language.rules.settings import check_channel
from tactful.language.suggest import nearest
from tactful.language.templates import Template
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.wording import NamedText, Piece, languages_of, texts_of
from tactful.language.words.sending import WITH_SUBJECT, Send, Subject, TextName
from tactful.language.words.texts import ForChannels, InLanguage, LanguagesAre

ANY_LANGUAGE = ""
"""Stands for the one language of a file that does not say which."""


def check_texts(context: Context) -> None:
    """Tell texts that do not fit the languages and channels of the file, or the sends of it."""
    texts: dict[str, NamedText] = {}
    is_doubled = False
    for text in texts_of(context.nodes):
        first = texts.setdefault(text.name, text)
        if first is not text:
            is_doubled = True
            _tell_second(context, text, first)
        if not _tell_nested(context, text):
            _check_doubled(context, text.words)
            _check_doubled(context, text.subjects)
        _check_subjects(context, text)
        for node in text.node.walk():
            if isinstance(node.word, ForChannels):
                for channel in node.word.channels:
                    check_channel(context, channel, node.spans["channels"])
    languages = languages_of(context.nodes)
    says = _check_languages(context, languages)
    used: dict[str, list[str]] = {}
    for node, send in context.all(Send):
        if isinstance(send.text, TextName):
            name = send.text.name
            used.setdefault(name, []).append(send.channel)
            if name in texts and says and _is_sound(context, texts[name]):
                _check_send(context, node, send, texts[name], languages)
            elif name not in texts and name not in context.report.excused and not is_doubled:
                _tell_unknown(context, node, name, texts)
    for text in texts.values():
        if says and _is_sound(context, text):
            _check_complete(context, text, languages, used.get(text.name, []))
        if not is_doubled:
            _check_used(context, text, used)


def _is_sound(context: Context, text: NamedText) -> bool:
    """Return whether nothing is told of a text yet: what it lacks may be part of that."""
    lines = (node.span.line for node in text.node.walk())
    return text.is_whole and not context.report.mentions(*lines)


# ---- the texts themselves -----------------------------------------------------------------------


def _tell_second(context: Context, text: NamedText, first: NamedText) -> None:
    context.report.add(
        "TF360",
        f"there are two texts named `{text.name}`",
        text.node.spans["name"],
        "second one",
        help=("Give one of them another name.",),
        also=(Label(first.node.spans["name"], "first one"),),
    )


def _tell_nested(context: Context, text: NamedText) -> bool:
    """Tell `for` within `for`, and `in` within `in`: the outer one would have no effect."""
    for outer in text.node.walk():
        for inner in outer.walk():
            within = inner is not outer and isinstance(outer.word, ForChannels | InLanguage)
            if within and type(inner.word) is type(outer.word):
                phrase = inner.word.phrase
                context.report.add(
                    "TF207",
                    f"this `{phrase}` stands inside another one",
                    inner.span,
                    also=(Label(outer.span, f"the outer `{phrase}`"),),
                )
                return True
    return False


def _check_doubled(context: Context, pieces: tuple[Piece[Template], ...]) -> None:
    for at, piece in enumerate(pieces):
        earlier = next((other for other in pieces[:at] if other.overlaps(piece)), None)
        if earlier is not None:
            context.report.add(
                "TF207",
                "this is given twice, and one of the two would have no effect",
                piece.node.span,
                "second time",
                help=("Keep one of them.",),
                also=(Label(earlier.node.span, "first time"),),
            )
            return


def _check_subjects(context: Context, text: NamedText) -> None:
    """Tell subjects for channels that have none."""
    for piece in text.subjects:
        if piece.channels and not set(piece.channels) & set(WITH_SUBJECT):
            shown = ", ".join(f"`{channel}`" for channel in piece.channels)
            context.report.add("TF333", f"a message by {shown} has no subject", piece.node.span)


def _check_languages(context: Context, languages: tuple[str, ...]) -> bool:
    """Tell words in a language that the file does not speak; return whether it is known which."""
    said = sum(1 for _ in context.all(LanguagesAre))
    if said > 1 or context.is_attempted(LanguagesAre.phrase):
        return False
    for node, word in context.all(InLanguage):
        if word.language in languages:
            continue
        span = node.spans["language"]
        if not languages:
            _tell_no_languages(context, span)
            return False
        near = nearest(word.language, languages, 0.5)
        listed = ", ".join(f"`{language}`" for language in languages)
        context.report.add(
            "TF362",
            f"`{word.language}` is not among the languages of this file",
            span,
            f"did you mean `{near}`?" if near else "",
            help=() if near else (f"It speaks {listed}. Add it to the line `languages …`.",),
            fix=replacing(span, word.language, near) if near else None,
        )
    return True


def _tell_no_languages(context: Context, span: Span) -> None:
    spoken = tuple(dict.fromkeys(word.language for _, word in context.all(InLanguage)))
    line = f"languages {', '.join(spoken)} default {spoken[0]}"
    context.report.add(
        "TF362",
        "this file does not say which languages it speaks",
        span,
        help=("People get their own language, or the default.",),
        fix=Fix("ask", f"add `{line}` at the top", (Edit(Span(1, 1, 1, 1), f"{line}\n"),)),
    )


def _check_complete(
    context: Context, text: NamedText, languages: tuple[str, ...], sent_on: Iterable[str]
) -> None:
    """Tell a language, or all words, that a text lacks on the channels it is for."""
    if not text.words:
        context.report.add(
            "TF308",
            f"the text `{text.name}` has no words",
            text.node.spans["name"],
            "what should it say?",
        )
        return
    channels = [
        channel
        for channel in dict.fromkeys([*text.channels, *sent_on]) or [ANY_LANGUAGE]
        if any(piece.channels is None or channel in piece.channels for piece in text.words)
    ]
    for language in languages:
        lacking = [name for name in channels if text.words_for(name, language) is None]
        if not lacking:
            continue
        by = " and ".join(f"`{channel}`" for channel in lacking if channel != ANY_LANGUAGE)
        context.report.add(
            "TF363",
            f"the text `{text.name}` has no words in `{language}`" + (f" for {by}" if by else ""),
            text.node.spans["name"],
            help=(f'Add for example `in {language}: "…"`.',),
        )
        return


# ---- the sends of them --------------------------------------------------------------------------


def _check_send(
    context: Context, node: Node, send: Send, text: NamedText, languages: tuple[str, ...]
) -> None:
    if not text.words:
        return
    spoken = languages or (ANY_LANGUAGE,)
    if all(text.words_for(send.channel, language) is None for language in spoken):
        has = ", ".join(f"`{channel}`" for channel in text.channels)
        context.report.add(
            "TF364",
            f"the text `{text.name}` has no words for `{send.channel}`",
            node.spans["text"],
            help=(f'It has them for {has}. Add `for {send.channel}: "…"` to it.',) if has else (),
            also=(Label(text.node.spans["name"], "this text"),),
        )
        return
    own = any(isinstance(child.word, Subject | Unreadable) for child in node.children)
    if send.channel not in WITH_SUBJECT or own:
        return
    for language in spoken:
        if text.subject_for(send.channel, language) is None:
            where = f" in `{language}`" if any(piece.language for piece in text.subjects) else ""
            context.report.add(
                "TF332",
                f"an e-mail needs a subject, and the text `{text.name}` has none{where}",
                node.spans["text"],
                help=('Add for example `subject "Your order is late"` to it.',),
                also=(Label(text.node.spans["name"], "this text"),),
            )
            return


def _tell_unknown(context: Context, node: Node, name: str, texts: dict[str, NamedText]) -> None:
    span = node.spans["text"]
    near = nearest(name, texts, 0.6)
    listed = ", ".join(f"`{known}`" for known in texts)
    context.report.add(
        "TF361",
        f"there is no text named `{name}`",
        span,
        f"did you mean `{near}`?" if near else "",
        help=()
        if near
        else (
            f"Texts: {listed}." if texts else f"Add `text {name}:` to the file.",
            "To send these words themselves, put them in quotes.",
        ),
        fix=replacing(span, name, near) if near else Fix("ask", "put it in quotes", _quoted(span)),
        also=(Label(texts[near].node.spans["name"], "this text exists"),) if near else (),
    )


def _quoted(span: Span) -> tuple[Edit, ...]:
    return Edit(span.start, '"'), Edit(span.end, '"')


def _check_used(context: Context, text: NamedText, used: dict[str, list[str]]) -> None:
    if text.name in used or context.has_unreadable or nearest(text.name, used, 0.6):
        return
    context.report.add(
        "TF365",
        f"the text `{text.name}` is never sent",
        text.node.spans["name"],
        "never sent",
        help=(f"Send it with `send sms {text.name}`, or remove it.",),
        severity="warning",
    )
