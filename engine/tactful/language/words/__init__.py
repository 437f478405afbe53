"""The core's words, declared as a plugin declares its own."""

from tactful.language.vocabulary import Word
from tactful.language.words.anytime import ANY_TIME
from tactful.language.words.audience import AUDIENCE
from tactful.language.words.branching import BRANCHING
from tactful.language.words.choosing import CHOOSING
from tactful.language.words.scenarios import SCENARIOS
from tactful.language.words.sending import SENDING
from tactful.language.words.settings import SETTINGS
from tactful.language.words.steps import JOURNEY
from tactful.language.words.texts import TEXTS
from tactful.language.words.waiting import WAITING

CORE_WORDS: tuple[type[Word], ...] = (
    *SETTINGS,
    *AUDIENCE,
    *CHOOSING,
    *SENDING,
    *TEXTS,
    *WAITING,
    *JOURNEY,
    *BRANCHING,
    *SCENARIOS,
    *ANY_TIME,
)
