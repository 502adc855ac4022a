"""The faults of a file: gathered by line, so that the first few are told and the rest counted."""

from __future__ import annotations

from canyu.surveys.errors import SurveyRefused

MOST_TOLD = 5


class Faults:
    """What is wrong with which line. Only the sentences that may be told are kept."""

    def __init__(self) -> None:
        self._told: list[tuple[int, str]] = []
        self._n = 0

    def add(self, line: int, sentence: str) -> None:
        """Note that `sentence` is true of `line`."""
        self._n += 1
        self._told.append((line, sentence))
        if len(self._told) > 4 * MOST_TOLD:
            self._shorten()

    def refuse(self) -> None:
        """Raise SurveyRefused when there are any, the earliest lines first."""
        if not self._n:
            return
        self._shorten()
        sentences = [f"line {line}: {sentence}" for line, sentence in self._told]
        rest = self._n - len(sentences)
        if self._n == 1:
            raise SurveyRefused(sentences[0])
        if rest:
            sentences.append(f"and {rest:,} more")
        message = "\n  ".join([f"{self._n:,} faults:", *sentences])
        raise SurveyRefused(message)

    def _shorten(self) -> None:
        self._told.sort(key=lambda told: told[0])
        del self._told[MOST_TOLD:]
