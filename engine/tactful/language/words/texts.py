"""Words about texts that have a name: for which channels and languages they have which words."""

from typing import Annotated

from pydantic import model_validator

from tactful.language.kinds import Name, Names
from tactful.language.languages import Language, Languages
from tactful.language.vocabulary import At, Block, Word


class LanguagesAre(Word):
    """Say which languages the campaign speaks; the default is for people of any other.
    languages en, fr default en"""

    phrase = "languages"
    place = "top"
    condition = "none"
    languages: Annotated[tuple[str, ...], At(0), Languages]
    default: Annotated[str | None, Language] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "LanguagesAre":
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("a language is named twice")
        if self.default is None and len(self.languages) > 1:
            raise ValueError("say which language people get whose own is not here: `default en`")
        if self.default is not None and self.default not in self.languages:
            raise ValueError(f"the default `{self.default}` is not among the languages")
        return self

    @property
    def in_order(self) -> tuple[str, ...]:
        """The languages, the default first."""
        first = self.default or self.languages[0]
        return (first, *(language for language in self.languages if language != first))


class TextBlock(Word):
    """Give a text a name, and words for each channel and language.
    text apology:"""

    phrase = "text"
    place = "top"
    block = Block("text", text=True, required=True)
    condition = "none"
    name: Annotated[str, At(0), Name]


class ForChannels(Word):
    """Give the words for some channels.
    for sms, chat:"""

    phrase = "for"
    place = "text in"
    block = Block("for", text=True, required=True)
    condition = "none"
    channels: Annotated[tuple[str, ...], At(0), Names]


class InLanguage(Word):
    """Give the words in a language.
    in fr: "Bonjour {{ first_name }}" """

    phrase = "in"
    place = "text for"
    block = Block("in", text=True, required=True)
    condition = "none"
    language: Annotated[str, At(0), Language]


TEXTS: tuple[type[Word], ...] = (LanguagesAre, TextBlock, ForChannels, InLanguage)
