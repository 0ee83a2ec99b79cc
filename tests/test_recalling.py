"""Turns recalled from the texts that a client sends back."""

from __future__ import annotations

from bot.answer import Answer, Citation, Turn
from bot.doors.recalling import Recall
from bot.doors.visiting import Visitor
from tests.fakes import make_article, whole_passage

ANN, BOB = Visitor("192.0.2.1", "ann"), Visitor("192.0.2.1", "bob")


def answer(question: str) -> Answer:
    passage = whole_passage(make_article("It rained."))
    cited = (Citation(1, passage, 0, 10, "It rained."),)
    return Answer(question, "searched", answered=True, text="It rained. [1]", citations=cited)


def test_an_answer_that_comes_back_is_known_with_what_it_cites() -> None:
    recall = Recall()
    recall.keep(ANN, "Did it  rain?", answer("Did it rain?"))

    (turn,) = recall.turns(ANN, [("Did it rain? ", "It rained.  [1]")])

    assert (turn.searched, turn.articles) == ("searched", ("a.txt",))


def test_of_what_another_visitor_was_told_only_the_words_are_known() -> None:
    recall = Recall()
    recall.keep(ANN, "Did it rain?", answer("Did it rain?"))

    (turn,) = recall.turns(BOB, [("Did it rain?", "It rained. [1]")])

    assert turn == Turn("Did it rain?", "Did it rain?", "It rained. [1]")


def test_the_answer_used_longest_ago_is_forgotten_first() -> None:
    recall = Recall(most=2)
    for question in ("one?", "two?"):
        recall.keep(ANN, question, answer(question))
    recall.turns(ANN, [("one?", "It rained. [1]")])
    recall.keep(ANN, "three?", answer("three?"))

    turns = recall.turns(ANN, [(q, "It rained. [1]") for q in ("one?", "two?", "three?")])

    assert [bool(turn.articles) for turn in turns] == [True, False, True]
