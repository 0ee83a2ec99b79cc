from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, ArticleError, Passage, cut_passage, normalise
from tests.fakes import make_article


@given(st.text(st.characters(exclude_categories=())))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("e\u0301", "é"),
        ("a\u200bb\ufeff\x00", "ab"),
        ("tab\tstays", "tab\tstays"),
        ("\ud800", "\ufffd"),
    ],
)
def test_text_is_normalised(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


def test_an_article_refuses_text_that_is_not_normalised() -> None:
    with pytest.raises(ArticleError, match="not normalised"):
        Article(id="a", title="t", text="one\r\ntwo")


def test_an_article_without_text_is_refused() -> None:
    with pytest.raises(ArticleError, match="no text"):
        make_article(" \n ")


def test_a_passage_must_be_as_long_as_its_span() -> None:
    with pytest.raises(ArticleError, match="3 characters"):
        Passage("id", "a", "t", "abc", 0, 4)


def test_cutting_the_same_passage_twice_gives_the_same_id() -> None:
    article = make_article("One. Two.")

    assert cut_passage(article, 0, 4) == cut_passage(article, 0, 4)
    assert cut_passage(article, 0, 4).id != cut_passage(article, 5, 9).id


def test_an_offset_lies_on_the_page_that_began_last() -> None:
    article = Article(id="a", title="t", text="One.\n\nTwo.", page_starts=(0, 6, 6))

    assert [article.page_at(offset) for offset in (0, 5, 6, 9)] == [1, 1, 3, 3]
    assert make_article("One.").page_at(0) is None


@pytest.mark.parametrize("starts", [(1,), (0, 9, 5), (0, 99)])
def test_page_starts_ascend_from_0_within_the_text(starts: tuple[int, ...]) -> None:
    with pytest.raises(ArticleError, match="page"):
        Article(id="a", title="t", text="One.\n\nTwo.", page_starts=starts)
