from __future__ import annotations

import pytest

from bot.answer import Answer
from bot.chain import Chain
from bot.suggesting import candidate_questions, suggest
from tests.fakes import FakeIndex, QueuedAnswerer, make_article


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

    assert found == ([question] if question else [])


def test_only_questions_answered_by_their_own_sentence_are_suggested() -> None:
    good = make_article("Reza Adi, 34, is charged with fraud.", "good.txt")
    bad = make_article("Nina Oei, 41, is a witness. More is not known.", "bad.txt")
    chain = Chain(FakeIndex(good, bad), QueuedAnswerer(), k=1, max_question_chars=200)

    # The answerer quotes whole articles: right for the one that is a single sentence.
    assert suggest([bad, good], chain.ask) == ("How old is Reza Adi?",)


def test_nothing_is_suggested_where_nothing_is_answered() -> None:
    def refuse(question: str) -> Answer:
        return Answer(question, question, answered=False, text="No.")

    assert suggest([make_article("Reza Adi, 34, is charged.")], refuse) == ()
