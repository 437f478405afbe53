"""Which of a flow's languages a person reads."""

from collections.abc import Sequence


def spoken(locale: str | None, languages: Sequence[str]) -> str | None:
    """Return the locale in which a flow speaks to a person: theirs, if it speaks their language.

    `languages` are those of the flow, the default first; a flow that does not say keeps everybody's
    own. A person whose language is not among them gets the default.
    """
    if not languages or (locale is not None and language_for(locale, languages) is not None):
        return locale
    return languages[0]


def language_for(locale: str, languages: Sequence[str]) -> str | None:
    """Return the language for a locale: itself, without its country (`fr-CA`, `fr`), or a sister.

    A sister is the same language of another country: `pt-BR` serves `pt` and `pt-PT`.
    """
    tag = locale
    while tag:
        if tag in languages:
            return tag
        tag = tag.rpartition("-")[0]
    bare = locale.partition("-")[0]
    return next((one for one in languages if one.partition("-")[0] == bare), None)
