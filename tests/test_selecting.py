from __future__ import annotations

from time import process_time

import pytest

from bot.conversations.selecting import context_of, question_about
from tests.fakes import make_article

SECONDS = 1.0
"""Of the processor: far more than it takes, far less than a pattern that goes astray."""
ARTICLE = make_article(
    "Turnout was 71 percent. The commission ordered a recount in Ermera.\n\n"
    "It will begin on 27 October (a Monday)."
)


@pytest.mark.parametrize(
    ("selected", "context"),
    [
        ("a recount\n in Ermera", "The commission ordered a recount in Ermera."),
        ("percent. The", "Turnout was 71 percent. The commission ordered a recount in Ermera."),
        ("Ermera.\n\nIt will", "The commission ordered a recount in Ermera. "
         "It will begin on 27 October (a Monday)."),
        ("(a Monday)", "It will begin on 27 October (a Monday)."),
        ("nowhere", ""),
        ("", ""),
        ("  ", ""),
    ],
)  # fmt: skip
def test_the_sentences_around_a_selection_are_found(selected: str, context: str) -> None:
    assert context_of(ARTICLE, selected) == context


@pytest.mark.parametrize(
    ("selected", "question"),
    [
        ("turnout", "What about turnout?"),
        (" “a recount in Ermera”, ", "What about a recount in Ermera?"),
        ("The commission ordered a recount in the district of Ermera.", ""),
        ("", ""),
    ],
)
def test_a_short_selection_suggests_a_question(selected: str, question: str) -> None:
    assert question_about(selected) == question


@pytest.mark.parametrize(
    ("text", "selected"),
    [("a " * 100_000, "a " * 900 + "b"), ("ab" * 100_000, "ab" * 900 + "c")],
)
def test_a_selection_whose_words_stand_everywhere_is_looked_for_in_no_time(
    text: str, selected: str
) -> None:
    began = process_time()

    assert context_of(make_article(text), selected) == ""
    assert process_time() - began < SECONDS


def test_a_selection_is_found_behind_white_space_of_every_kind() -> None:
    article = make_article(" \t One\u00a0 two\n\nthree  four.\x0bFive six.")

    assert context_of(article, "two three\n\nfour") == "One two three four."
    assert context_of(article, "ive\tsix") == "Five six."


def test_a_selection_as_long_as_an_article_is_looked_for_in_no_time() -> None:
    assert context_of(ARTICLE, "word " * 100_000) == ""
