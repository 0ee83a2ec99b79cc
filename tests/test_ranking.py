"""What is done to the fused ranking, each part alone: dates, near-duplicates, joining, spreading."""

from __future__ import annotations

import pytest

from corpus.article import cut_passage
from index.dates import Moment, fit, moments_in
from index.duplicates import fingerprint, says_nothing_new
from index.joining import join
from index.retrieval import ArticleFilter
from tests.fakes import make_article

STORY = (
    "The National Bank of Georgia cut its refinancing rate by 25 basis points to 10.75 percent on "
    "Wednesday, its first cut in almost three years, as prices rose more slowly than it had "
    "forecast, and said that it would go on with its policy if they did so for the rest of the year."
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was trade volume in 2023?", [Moment(2023)]),
        ("the rate in may 2023", [Moment(2023, 5)]),
        ("the vote of May 9, 2023", [Moment(2023, 5, 9)]),
        ("on 9 May 2023 or 2023-06-01", [Moment(2023, 5, 9), Moment(2023, 6, 1)]),
        ("what fell in March?", [Moment(None, 3)]),
        ("May I march with 2024 others?", [Moment(2024)]),
        ("from 2019 to 2021", [Moment(2019), Moment(2021)]),
        ("how many of the 14 economists", []),
        ("flight 12023", []),
    ],
)
def test_years_and_dates_of_a_question_are_read(question: str, expected: list[Moment]) -> None:
    assert list(moments_in(question)) == expected


@pytest.mark.parametrize(
    ("moment", "published", "text", "expected"),
    [
        (Moment(2023), "2023-05-09", "It rained.", 1.0),
        (Moment(2023), None, "It rained in 2023.", 1.0),
        (Moment(2023), "2022-05-09", "It rained.", 0.0),
        (Moment(2023, 5), "2023-05-09", "It rained.", 1.0),
        (Moment(2023, 5), "2023-06-01", "It rained.", 0.5),
        (Moment(2023, 5, 9), "2023-06-01", "It rained on May 9.", 1.0),
        (Moment(None, 5), "2023-05-09", "It rained.", 1.0),
        (Moment(2023, 5), None, "It rained.", 0.0),
    ],
)
def test_an_article_fits_by_its_date_or_by_its_text(
    moment: Moment, published: str | None, text: str, expected: float
) -> None:
    assert fit([moment], published, text) == expected


def test_a_story_sent_again_with_a_word_changed_says_nothing_new() -> None:
    again = STORY.replace("almost three", "nearly three")

    assert says_nothing_new(fingerprint(again), fingerprint(STORY))


@pytest.mark.parametrize(
    ("old", "new"),
    [("10.75", "10.50"), ("Georgia", "Armenia"), ("would go", "would not go"), ("25", "50")],
)
def test_another_figure_name_or_negation_is_something_new(old: str, new: str) -> None:
    assert not says_nothing_new(fingerprint(STORY.replace(old, new)), fingerprint(STORY))


def test_another_text_is_no_duplicate_for_lack_of_figures() -> None:
    assert not says_nothing_new(fingerprint("it rained all day."), fingerprint(STORY))


def test_a_passage_is_joined_to_the_one_that_goes_on_with_it() -> None:
    article = make_article("One. Two. Three.\n\nFour.")
    one, two = cut_passage(article, 0, 9), cut_passage(article, 5, 16)

    joined = join(article, two, one)

    assert joined == cut_passage(article, 0, 16)


def test_passages_that_a_paragraphs_end_parts_stay_apart() -> None:
    article = make_article("One. Two.\n\nThree.")

    assert join(article, cut_passage(article, 0, 9), cut_passage(article, 11, 17)) is None


def test_passages_with_text_between_them_stay_apart() -> None:
    article = make_article("One. Two. Three.")

    assert join(article, cut_passage(article, 0, 4), cut_passage(article, 10, 16)) is None


@pytest.mark.parametrize(
    ("wanted", "let_through"),
    [
        (ArticleFilter(), True),
        (ArticleFilter(ids=frozenset({"b.txt"})), False),
        (ArticleFilter(source="kura"), True),
        (ArticleFilter(source="Rioni"), False),
        (ArticleFilter(since="2023-05"), True),
        (ArticleFilter(since="2023-05-10"), False),
        (ArticleFilter(until="2023"), True),
        (ArticleFilter(until="2023-04"), False),
        (ArticleFilter(source="Kura", since="2023", until="2023-05-09"), True),
    ],
)
def test_a_filter_lets_articles_through_by_id_source_and_date(
    wanted: ArticleFilter, let_through: bool
) -> None:
    assert wanted.lets_through("a.txt", "Kura Newswire", "2023-05-09") is let_through


def test_an_article_without_a_date_is_outside_every_range() -> None:
    assert not ArticleFilter(since="1900").lets_through("a.txt", None, None)
