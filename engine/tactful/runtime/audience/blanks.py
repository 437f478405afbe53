"""Counts the cells that say "nothing" in a word, such as `n/a`, and tells of them once."""

from tactful.runtime.ports import Finding

_MOST_SHOWN = 5


class Blanks:
    """The words for nothing that were found in an audience."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._first: tuple[int, str] | None = None

    def note(self, text: str, row: int, column: str) -> None:
        """Count a cell that was taken as empty."""
        self._words[text] = self._words.get(text, 0) + 1
        if self._first is None:
            self._first = (row, column)

    def findings(self) -> list[Finding]:
        """Return what to tell of them, in one sentence."""
        if self._first is None:
            return []
        by_count = sorted(self._words, key=lambda word: -self._words[word])
        shown = ", ".join(f"`{word}`" for word in by_count[:_MOST_SHOWN])
        more = " and their like" if len(by_count) > _MOST_SHOWN else ""
        count = sum(self._words.values())
        cells = "1 cell" if count == 1 else f"{count} cells"
        row, column = self._first
        return [
            Finding(
                "note",
                "read_as_empty",
                f"{shown}{more} counted as empty: {cells}, first `{column}` in row {row}",
            )
        ]
