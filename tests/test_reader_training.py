"""What the reader is trained on and measured by; the network itself is in the slow tests."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bot.reader.adversaries import swap_one, swapped
from bot.reader.examples import Example, other_passages, read_examples
from bot.reader.network import sides
from bot.reader.scoring import Prediction, figures

CONTEXT = "In 1998 Anna Berg moved to Oslo. In 2003 Carl Holm moved to Bergen with 12 boats."


def example(question: str, answer: str = "Oslo") -> Example:
    return Example("q", question, CONTEXT, ((CONTEXT.index(answer), answer),), "Moves")


def test_a_squad_file_is_read_with_its_unanswerables(tmp_path: Path) -> None:
    qas = [
        {"id": 1, "question": "Where?", "answers": [{"text": "Oslo", "answer_start": 27}]},
        {"id": 2, "question": "Who?", "answers": [], "is_impossible": True},
    ]
    data = [{"title": "Moves", "paragraphs": [{"context": CONTEXT, "qas": qas}]}]
    (tmp_path / "a.json").write_text(json.dumps({"data": data}), encoding="utf-8")

    first, second = read_examples(tmp_path / "a.json")

    assert first.answers == ((27, "Oslo"),)
    assert second.answers == ()


def test_an_answer_that_is_not_where_it_is_said_to_be_is_refused() -> None:
    with pytest.raises(ValueError, match="is not at 3"):
        Example("q", "Where?", CONTEXT, ((3, "Oslo"),))


@pytest.mark.parametrize(
    "question",
    ["When did Anna Berg move?", "Who moved in 1998?", "Who had 12 boats?", "Who was the first?"],
)
def test_a_swap_changes_one_thing(question: str) -> None:
    changed = swap_one(example(question), random.Random(3))

    assert changed is not None
    assert changed != question
    assert len(set(changed.split()) ^ set(question.split())) <= 6


def test_swapped_questions_have_no_answer() -> None:
    made = swapped([example("Who moved in 1998?")] * 5, random.Random(1), most=3)

    assert len(made) == 3
    assert all(not one.answers for one in made)


def test_another_passage_does_not_hold_the_answer() -> None:
    other = Example("r", "What?", "Nothing happened there.", (), "Moves")
    same = Example("s", "What?", "Oslo is a city.", (), "Moves")

    (made,) = other_passages([example("Where?"), other, same], random.Random(1), 1.0)

    assert made.context == "Nothing happened there."
    assert made.answers == ()


def test_the_threshold_trades_lost_answers_against_refusals() -> None:
    predictions = [
        Prediction("Oslo", -2.0, ("Oslo",)),
        Prediction("Oslo", 1.0, ()),
        Prediction("Bergen", 2.0, ("Bergen",)),
        Prediction("Oslo", 3.0, ()),
    ]

    found = figures(predictions)

    assert found["answerable_f1"] == 100.0
    assert found["f1"] == 75.0
    assert (found["refused"], found["lost"]) in {(100.0, 50.0), (50.0, 0.0)}


def test_the_network_knows_which_words_are_on_both_sides() -> None:
    import torch

    # [CLS] trade 2023 [SEP] header: trade [SEP] passage: oil trade [SEP] [PAD]
    ids = torch.tensor([[101, 2000, 2001, 102, 2000, 102, 3000, 2000, 102, 0]])

    asked, matched = sides(ids)

    assert asked[0].nonzero().flatten().tolist() == [1, 2]
    assert matched[0].nonzero().flatten().tolist() == [1, 4, 7]


def test_a_header_goes_with_its_passage_into_an_unanswerable() -> None:
    first = Example("1", "Who won?", "Ana won.", ((0, "Ana"),), "race", "Race. 2023")
    second = Example("2", "Where?", "It was in Bima.", ((10, "Bima"),), "race", "Later. 2024")

    made = other_passages([first, second], random.Random(1), 1.0)

    assert {(one.context, one.header, one.answers) for one in made} == {
        ("It was in Bima.", "Later. 2024", ()),
        ("Ana won.", "Race. 2023", ()),
    }
