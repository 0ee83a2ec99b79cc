from __future__ import annotations

from pathlib import Path

import pytest

from corpus.dateline import read_date, read_dateline

STORY = "Rate Cut\n\n{}The bank cut its rate."


@pytest.mark.parametrize(
    ("opening", "place", "agency", "published"),
    [
        ("Jakarta, MINA – ", "Jakarta", "MINA", None),
        ("TBILISI, May 9, 2023 (Kura Newswire) – ", "TBILISI", "Kura Newswire", "2023-05-09"),
        ("DILI (TSD) - ", "DILI", "TSD", None),
        ("By Jane Doe\n\nPublished: 2024-06-01\n\n", None, None, "2024-06-01"),
        ("", None, None, None),
        ("The bank – as expected – acted. ", None, None, None),
    ],
)
def test_a_dateline_is_read_and_never_guessed(
    opening: str, place: str | None, agency: str | None, published: str | None
) -> None:
    found = read_dateline(STORY.format(opening))

    assert (found.place, found.agency, found.published) == (place, agency, published)


def test_a_wire_story_says_who_wrote_it(sample_articles: Path) -> None:
    text = (sample_articles / "indonesia-azerbaijan.txt").read_text(encoding="utf-8")

    found = read_dateline(text)

    assert found.title == "Indonesia-Azerbaijan Strengthen Bilateral Cooperation in Various Sectors"
    assert (found.place, found.agency) == ("Jakarta", "Miraj News Agency (MINA)")
    assert found.initials == "L/RA1/RE1"
    assert text[found.body_start :].startswith("Indonesia and Azerbaijan have agreed")
    assert text[: found.body_end].endswith("machinery, and paper.")


def test_a_byline_is_read() -> None:
    assert read_dateline(STORY.format("By Jane Doe\n\n")).author == "Jane Doe"


@pytest.mark.parametrize("run", ["A-", "-", "A.", ".", "A ", " ", "A", "a", "A, ", "A ("])
@pytest.mark.parametrize("opening", ["", "Rate Cut\n\nA", "Rate Cut\n\nDate "])
def test_a_long_run_of_what_a_dateline_is_made_of_is_no_dateline(run: str, opening: str) -> None:
    found = read_dateline(f"{opening}{run * (10_000 // len(run))}x{'y' * 70}\n\nText here.")

    assert (found.agency, found.published) == (None, None)


def test_a_place_may_be_hyphenated() -> None:
    found = read_dateline(STORY.format("Port-au-Prince, MINA – "))

    assert (found.place, found.agency) == ("Port-au-Prince", "MINA")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("9 May 2023", "2023-05-09"),
        ("Sept. 3, 2020", "2020-09-03"),
        ("31 June 2020", None),
        ("May 2023", None),
    ],
)
def test_only_a_full_date_counts(text: str, date: str | None) -> None:
    assert read_date(text) == date
