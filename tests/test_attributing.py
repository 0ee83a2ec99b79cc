"""Whom a claim is about, asked of the reader; and claims made of the article's own words."""

from __future__ import annotations

import pytest

from bot.checking.attributing import names_another, names_the_same, who_question
from bot.checking.claims import split_claims
from bot.checking.evidence import Source
from bot.checking.meaning import who_of
from bot.language.traits import traits_of
from bot.verifying import Verdict, Verifier
from corpus.article import Article, cut_passage, normalise
from tests.fakes import WordReader

CABINET = Article(
    "cabinet.txt",
    "Cabinet of Lorosa reshuffled",
    normalise(
        "President Ana Belo dismissed Finance Minister Rui Soares on Monday, ministers said. "
        "Soares accused the Bank of Lorosa of hiding losses.\n\n"
        "The bank lowered its forecast for inflation to 3 percent and raised its forecast for economic "
        "growth to 5 percent. Unemployment is above the target of 4 percent.\n\n"
        "Parliament is to be enlarged to 70 members. Teachers, led by Ines Pires, welcomed the plan. "
        "Belo has been president for seven years. The committee has nine members."
    ),
    published="2024-02-05",
)
SOURCE = Source(1, cut_passage(CABINET, 0, len(CABINET.text)), CABINET)
PERSONS = {"ana", "belo", "rui", "soares", "ines", "pires"}


def verdict(text: str, scores: dict[str, float] | None = None) -> Verdict:
    (claim,) = split_claims(text)
    who = None if scores is None else who_of(lambda: WordReader(scores))
    return Verifier([SOURCE], who=who).verify(claim)


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("Ana Belo dismissed the minister.", "Who dismissed the minister?"),
        ("President Belo dismissed the minister.", "Who dismissed the minister?"),
        ("Belo, 61, dismissed the minister.", "Who dismissed the minister?"),
        ("The former minister Rui Soares was accused.", "Who was accused?"),
        ("Belo’s term ends in May.", None),
        ("In May, Belo dismissed the minister.", None),
        ("The bank lowered its forecast, Soares said.", None),
        ("Belo and Soares met.", None),
        ("Lorosa has a president.", None),
        ("The Belo observers noted that it rained.", None),
    ],
)
def test_a_claim_about_a_person_becomes_a_question(claim: str, question: str | None) -> None:
    asked = who_question(traits_of(claim), PERSONS)

    assert (asked.text if asked else None) == question


def test_an_answer_names_the_same_another_or_nobody_known() -> None:
    asked = who_question(traits_of("Rui Soares resigned."), PERSONS)
    assert asked is not None

    assert names_the_same("Minister Soares", asked)
    assert names_another("Ana Belo", asked, PERSONS)
    assert not names_another("Belo and Soares", asked, PERSONS)
    assert not names_another("the minister", asked, PERSONS)


@pytest.mark.parametrize(
    ("scores", "support"),
    [
        ({"Ines Pires": 5.0}, "unsupported"),
        ({"Ines Pires": 1.0}, "supported"),
        ({"Teachers": 5.0}, "supported"),
        ({"Rui Soares": 5.0, "Ines Pires": 4.0}, "supported"),
        ({}, "supported"),
    ],
)
def test_what_the_reader_finds_said_of_another_is_not_borne_out(
    scores: dict[str, float], support: str
) -> None:
    assert verdict("Soares accused the bank of hiding its losses.", scores).support == support


def test_what_the_reader_finds_of_the_same_person_may_be_in_other_words() -> None:
    said = "Pires spoke for teachers who applauded the plan."

    assert verdict(said, None).support == "unsupported"
    assert verdict(said, {"Belo": 5.0}).support == "unsupported"
    assert verdict(said, {"Ines Pires": 5.0}).support == "supported"


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("President Belo dismissed Soares on Monday.", "supported"),
        ("Soares dismissed President Belo on Monday.", "unsupported"),
        ("Soares was dismissed by President Belo on Monday.", "supported"),
        ("President Belo was dismissed by Soares on Monday.", "unsupported"),
        ("The bank lowered its inflation forecast.", "supported"),
        ("The bank raised its forecast for inflation.", "unsupported"),
        ("The bank raised its forecast for economic growth.", "supported"),
        ("The bank lowered its forecast for economic growth.", "unsupported"),
        ("Unemployment is above the target.", "verbatim"),
        ("Unemployment is below the target.", "unsupported"),
        ("Parliament will be enlarged to 70 members.", "supported"),
        ("They enlarged parliament to 70 members.", "unsupported"),
        ("Belo has been president for nine years.", "contradicted"),
    ],
)
def test_the_articles_own_words_turned_round_are_caught(text: str, support: str) -> None:
    assert verdict(text).support == support


def test_a_claim_of_one_clause_is_not_pieced_together_from_two_places() -> None:
    assert verdict("Teachers accused the bank of hiding the plan.").support == "unsupported"
