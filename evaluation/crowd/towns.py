"""A visitor's number in, a town that no other visitor asks about out: its article and questions.

Every fact of every town is another one, so that an answer tells whose question it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FIRST: Final = ("Ald", "Bren", "Corm", "Dun", "Esk", "Fal", "Garn", "Hol", "Ivr", "Jor")
_LAST: Final = ("mere", "ford", "wick", "haven", "stow", "by", "ton", "gate", "dale", "mouth")
_NAMES: Final = (
    "Anna",
    "Boris",
    "Clara",
    "David",
    "Elena",
    "Felix",
    "Greta",
    "Henrik",
    "Ida",
    "Jonas",
)
MOST: Final = len(_FIRST) * len(_LAST)
"""How many towns there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked in a conversation, in full, and what its answer must hold."""

    text: str
    full: str
    answer: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town of one visitor's own; ``number`` counts from 0 to below MOST."""

    number: int

    def __post_init__(self) -> None:
        if not 0 <= self.number < MOST:
            raise ValueError(f"town {self.number}: there are {MOST}, from 0")

    @property
    def name(self) -> str:
        """``Aldmere``: no two are alike."""
        last, first = divmod(self.number, len(_FIRST))
        return _FIRST[first] + _LAST[last]

    @property
    def _mayor(self) -> str:
        last, first = divmod(self.number, len(_NAMES))
        return f"{_NAMES[first]} {_FIRST[last]}sen"

    @property
    def article(self) -> str:
        """Return the town's article, as a wire would send it."""
        ships, cost = self._figures
        town = self.name
        return (
            f"{town} counts its ships\n\n"
            f"{town.upper()}, March 3, 2024 (Northwire) -- In 2023 the harbour of {town} handled "
            f"{ships} ships, the port office said.\n\n"
            f"The new pier of {town} cost USD {cost} million.\n\n"
            f"The mayor of {town} is {self._mayor}.\n"
        )

    @property
    def questions(self) -> tuple[Asked, ...]:
        """Return four questions, of which the second is understood only after the first."""
        ships, cost = self._figures
        mayor = f"Who is the mayor of {self.name}?"
        harbour = f"How many ships did the harbour of {self.name} handle in 2023?"
        pier = f"How much did the new pier of {self.name} cost?"
        return (
            Asked(mayor, mayor, self._mayor),
            Asked("How many ships did its harbour handle in 2023?", harbour, ships),
            Asked(pier, pier, f"{cost} million"),
            Asked(harbour, harbour, ships),
        )

    @property
    def _figures(self) -> tuple[str, str]:
        return str(3_000 + self.number), f"{20 + self.number}.5"


def write_articles(towns: int, folder: Path) -> None:
    """Write the articles of the first ``towns`` towns into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for town in map(Town, range(towns)):
        (folder / f"{town.name.lower()}.txt").write_text(town.article, encoding="utf-8")
