"""The words on the chat itself, in the languages it speaks; they stand in `page/words.json`."""

import json
from importlib.resources import files

FOLDER = files("tactful_webchat") / "page"

WORDS: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))
LANGUAGES = tuple(WORDS)
