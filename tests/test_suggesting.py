from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from bot.answer import Answer, Citation
from bot.chain import Chain
from bot.conversations.drafting import draft_questions
from bot.conversations.suggesting import (
    about_question,
    candidate_questions,
    follow_ups,
    new_questions,
    suggest,
)
from corpus.article import Article, cut_passage
from corpus.sentences import sentence_spans
from tests.fakes import FakeIndex, QueuedAnswerer, make_article, words_of


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The trade volume in 2023 reached USD 3 million.", "What was the trade volume in 2023?"),
        (
            "About 200 former customers gathered outside.",
            "How many former customers gathered outside?",
        ),
        ("Reza Adi, 34, is charged with fraud.", "How old is Reza Adi?"),
        ("Reza Adi, a teacher from Bekasi, lost money.", "Who is Reza Adi?"),
        ("“It rained,” said Reza Adi.", "What did Reza Adi say?"),
        ("The rate stood at 11 percent.", None),
        ("It rained all day.", None),
    ],
)
def test_a_question_is_drawn_from_a_sentence(sentence: str, question: str | None) -> None:
    found = [asked for asked, _ in candidate_questions(make_article(sentence))]

    assert found[:1] == ([question] if question else [])


def test_only_questions_answered_by_their_own_sentence_are_suggested() -> None:
    good = make_article("Reza Adi, 34, is charged with fraud.", "good.txt")
    bad = make_article("Nina Oei, 41, is a witness. More is not known.", "bad.txt")
    chain = Chain(FakeIndex(good, bad), QueuedAnswerer(), k=1, max_question_chars=200)

    # The answerer quotes whole articles: right for the one that is a single sentence.
    assert suggest([bad, good], chain.ask) == ("How old is Reza Adi?",)


@pytest.mark.parametrize("tries", [1, 6])
def test_of_an_article_few_questions_are_tried(tries: int) -> None:
    asked: list[str] = []

    def refuse(question: str) -> Answer:
        asked.append(question)
        return Answer(question, question, answered=False, text="No.")

    long = make_article("\n\n".join(f"Reza Adi-{'ab'[n % 2] * n}, 34, left." for n in range(1, 40)))

    assert suggest([long, three_facts()], refuse, tries=tries) == ()
    assert len(asked) == tries + min(tries, 2)


def test_nothing_is_suggested_where_nothing_is_answered() -> None:
    def refuse(question: str) -> Answer:
        return Answer(question, question, answered=False, text="No.")

    assert suggest([make_article("Reza Adi, 34, is charged.")], refuse) == ()


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The recount will begin on 27 October.", "When will the recount begin?"),
        ("The next decision is due on 24 July.", "When is the next decision due?"),
        (
            "Twenty-six complaints were filed, of which three held.",
            "How many complaints were filed?",
        ),
        ("Turnout was 71.4 percent, with 640,038 votes cast.", "What was turnout?"),
        (
            "The elections cost USD 9.1 million, half a million more.",
            "How much did the elections cost?",
        ),
        (
            "The court heard 79 witnesses, fewer than planned.",
            "How many witnesses did the court hear?",
        ),
        ("The trial lasted eight months.", "How many months did the trial last?"),
        ("The commission ordered a recount in Ermera.", "What did the commission order?"),
        ("Its president, Ana Soares-Pinto, blamed the rain.", "Who is Ana Soares-Pinto?"),
        (
            "Dili, TSD – The mayors will be sworn in on 1 December.",
            "When will the mayors be sworn in?",
        ),
    ],
)
def test_a_draft_is_a_whole_question(sentence: str, question: str) -> None:
    assert question in list(draft_questions(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "He will come on 3 May.",
        "Its budget rose by 3 percent.",
        "Asked about it, they won three seats.",
        "Exports to Peru will have cost USD 3 million.",
        "“We walk, not run.”",
    ],
)
def test_nothing_vague_is_drafted(sentence: str) -> None:
    assert list(draft_questions(sentence)) == []


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("Rain" + " is" * 30 + " " + "9" * 3_000, []),
        ("Turnout is " + "9" * 500, []),
        ("Turnout is " + "9" * 500 + " percent.", ["What was turnout?"]),
        ("The recount will begin on 27 October" + ", he said" * 100, []),
    ],
)
def test_drafts_of_a_hostile_sentence_come_in_no_time(sentence: str, questions: list[str]) -> None:
    began = process_time()

    assert list(draft_questions(sentence)) == questions
    assert process_time() - began < 0.5


def three_facts() -> Article:
    return make_article(
        "The court heard 79 witnesses. Turnout was 71 percent. It rained.", "facts.txt"
    )


def quoting(article: Article, *answered: str) -> Callable[[str], Answer]:
    """Answer by the sentence that shares a word with the question, and only those ``answered``."""

    def ask(question: str) -> Answer:
        spans = sentence_spans(article.text)
        held = [
            s for s in spans if set(words_of(question)) & set(words_of(article.text[slice(*s)]))
        ]
        if question not in answered or not held:
            return Answer(question, question, answered=False, text="No.")
        start, end = held[0]
        citation = Citation(
            1, cut_passage(article, start, end), start, end, article.text[start:end]
        )
        text = f"{citation.quote} [1]"
        return Answer(question, question, answered=True, text=text, citations=(citation,))

    return ask


HEARD, TURNOUT = "How many witnesses did the court hear?", "What was turnout?"


def test_what_may_follow_is_tried_and_neither_asked_nor_cited_already() -> None:
    article = three_facts()
    ask = quoting(article, HEARD, TURNOUT)
    answer = ask(HEARD)

    assert list(follow_ups(answer, article, ask, asked=[HEARD])) == [TURNOUT, None]


def test_what_does_not_hold_is_not_offered() -> None:
    article = three_facts()

    offered = list(follow_ups(quoting(article, HEARD)(HEARD), article, quoting(article)))

    assert set(offered) == {None}


def test_after_a_summary_no_summary_is_offered() -> None:
    article = three_facts()
    asked = about_question(article)
    ask = quoting(article, asked, TURNOUT, HEARD)

    assert asked not in list(follow_ups(ask(HEARD), article, ask, asked=["Summarise it."]))


def test_a_new_article_without_facts_offers_what_it_is_about() -> None:
    article = make_article("Rain fell and fell.", "rain.txt", "Rain")

    assert new_questions([article], quoting(article, about_question(article))) == (
        "What is “Rain” about?",
    )
