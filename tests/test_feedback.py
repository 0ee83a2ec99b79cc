from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Answer, Citation
from bot.conversations.conversation import Exchange
from bot.conversations.feedback import KNOWN, OPEN, FeedbackStore, judged
from evaluation.sets import read_set
from tests.fakes import make_article, whole_passage

PASSAGE = whole_passage(make_article("The bridge cost USD 7 million.", "bridge.txt"))


def answered(short: str = "USD 7 million") -> Exchange:
    citation = Citation(1, PASSAGE, 0, len(PASSAGE.text), PASSAGE.text)
    answer = Answer(
        "and the bridge?",
        "How much did the bridge cost?",
        answered=True,
        text=f"{short}\n\n{PASSAGE.text} [1]",
        short=short,
        confidence=0.9,
        citations=(citation,),
        answerer="reader",
    )
    return Exchange(answer.question, "", answer)


def refused() -> Exchange:
    return Exchange("q", "", Answer("q", "Who built it?", answered=False, text="Sorry."))


def test_a_good_answer_is_a_question_with_its_answer_and_evidence(tmp_path: Path) -> None:
    FeedbackStore(tmp_path).put(judged(answered(), "good"))

    (question,) = read_set(tmp_path / KNOWN).questions

    assert question.question == "How much did the bridge cost?"
    assert question.answers == ("USD 7 million",)
    assert (question.article, question.evidence) == ("bridge.txt", (PASSAGE.text,))


def test_a_good_refusal_is_a_question_that_must_be_refused(tmp_path: Path) -> None:
    FeedbackStore(tmp_path).put(judged(refused(), "good"))

    (question,) = read_set(tmp_path / KNOWN).questions

    assert not question.answerable
    assert question.kind == "unanswerable"


@pytest.mark.parametrize("verdict", ["bad", "wrong"])
def test_a_bad_answer_waits_until_it_is_said_what_is_right(tmp_path: Path, verdict: str) -> None:
    store, exchange = FeedbackStore(tmp_path), answered("USD 8 million")
    store.put(judged(exchange, verdict))  # type: ignore[arg-type]
    assert not (tmp_path / KNOWN).exists()
    assert '"answers": null' in (tmp_path / OPEN).read_text(encoding="utf-8")

    store.put(judged(exchange, verdict, " USD 7 million "))  # type: ignore[arg-type]

    (question,) = read_set(tmp_path / KNOWN).questions
    assert question.answers == ("USD 7 million",)
    assert question.evidence == ()
    assert (tmp_path / OPEN).read_text(encoding="utf-8") == ""


def test_the_last_judgement_of_an_answer_counts(tmp_path: Path) -> None:
    store, exchange = FeedbackStore(tmp_path), answered()
    store.put(judged(exchange, "good"))

    store.put(judged(exchange, "bad", ""))

    (question,) = read_set(tmp_path / KNOWN).questions
    assert question.answers == ()


def test_many_judgements_are_many_questions(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path)
    for exchange in (answered(), refused(), answered("7")):
        store.put(judged(exchange, "good"))

    assert len(read_set(tmp_path / KNOWN).questions) == 3


def test_what_was_not_answered_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="nothing was answered"):
        judged(Exchange("q", "Stopped."), "good")
