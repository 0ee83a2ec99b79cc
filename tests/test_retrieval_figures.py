from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import BotSettings
from evaluation.corpora import index_name
from evaluation.paragraphs import Asked, newswire, squad_open
from evaluation.ranks import figures_of, measure, table
from evaluation.retrieval import main
from tests.fakes import FakeIndex, make_article


def squad_file(path: Path, *paragraphs: tuple[str, list[dict[str, object]]]) -> Path:
    entries = [{"context": context, "qas": qas} for context, qas in paragraphs]
    path.write_text(json.dumps({"data": [{"title": "The_rain", "paragraphs": entries}]}))
    return path


def qa(question: str, *answers: str) -> dict[str, object]:
    texts = [{"text": answer, "answer_start": 0} for answer in answers]
    return {"id": question, "question": question, "answers": texts, "is_impossible": not answers}


def test_each_paragraph_is_an_article_and_only_answerable_questions_count(tmp_path: Path) -> None:
    file = squad_file(
        tmp_path / "a.json",
        ("It rained in May.", [qa("When did it rain?", "May", "in May"), qa("Why?")]),
        ("It snowed in June.", [qa("When did it snow?", "June")]),
    )

    asked = squad_open(file)

    assert [(a.title, a.text) for a in asked.articles] == [
        ("The rain", "It rained in May."),
        ("The rain", "It snowed in June."),
    ]
    assert [q.question for q in asked.questions] == ["When did it rain?", "When did it snow?"]
    assert asked.questions[0].answers == ("May", "in May")


def test_distractors_add_articles_but_no_questions_and_no_copies(tmp_path: Path) -> None:
    file = squad_file(tmp_path / "a.json", ("It rained.", [qa("What fell?", "rain")]))
    other = squad_file(tmp_path / "b.json", ("It rained.", []), ("Hail.", [qa("And?", "Hail")]))

    asked = squad_open(file, [other])

    assert [article.text for article in asked.articles] == ["It rained.", "Hail."]
    assert len(asked.questions) == 1


def test_of_copies_that_differ_in_white_space_each_is_right(tmp_path: Path) -> None:
    file = squad_file(
        tmp_path / "a.json", ("It  rained.", [qa("What fell?", "rain")]), ("It rained.", [])
    )

    asked = squad_open(file)

    assert asked.questions[0].articles == {article.id for article in asked.articles}


def test_a_passage_is_right_if_it_is_of_the_article_and_holds_an_answer() -> None:
    asked = Asked("When?", ("May 9",), frozenset({"a"}))

    assert asked.is_answered_by("a", "It rained on may 9.")
    assert not asked.is_answered_by("b", "It rained on May 9.")
    assert not asked.is_answered_by("a", "It rained.")


def test_figures_are_means_over_all_questions() -> None:
    figures = figures_of([1, 2, None, 7])

    assert figures.hit_at == {1: 0.25, 5: 0.5, 10: 0.75}
    assert figures.mrr == pytest.approx((1 + 1 / 2 + 0 + 1 / 7) / 4)


def test_hits_are_measured_by_the_first_right_one() -> None:
    index = FakeIndex(make_article("It rained in May.", "a"), make_article("It snowed.", "b"))
    asked = Asked("When was the snow that snowed?", ("May",), frozenset({"a"}))

    figures = measure(index.retrieve, [asked], 10)

    assert (figures.hit_at[1], figures.hit_at[5], figures.mrr) == (0.0, 1.0, 0.5)


def test_the_table_has_a_row_a_way() -> None:
    lines = table({"dense only": figures_of([1, None]), "fused": figures_of([1, 1])}).split("\n")

    assert lines[0] == "|  | hit@1 | hit@5 | hit@10 | MRR | ± | ms |"
    assert lines[2].startswith("| dense only | 0.500 | 0.500 | 0.500 | 0.500 |")
    assert lines[3].startswith("| fused | 1.000 | 1.000 | 1.000 | 1.000 | 0.000 |")


def test_the_wire_stories_are_read_with_all_their_right_articles(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "1.txt").write_text("It rained.", encoding="utf-8")
    lines = [
        {"id": "1", "question": "Rain?", "answers": ["rained"], "article": "1.txt", "also": ["2.txt"], "kind": "factoid"},
        {"id": "2", "question": "Snow?", "answers": [], "article": None, "kind": "unanswerable"},
    ]  # fmt: skip
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    asked = newswire(tmp_path)

    assert [q.articles for q in asked.questions] == [frozenset({"1.txt", "2.txt"})]


def test_without_a_set_the_command_says_what_to_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "--squad" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_prints_a_row_a_way_and_one_for_the_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = squad_file(
        tmp_path / "a.json",
        ("It rained in May.", [qa("When did it rain?", "May")]),
        ("The bank cut its rate to 8 percent.", [qa("What is the rate?", "8 percent")]),
    )

    code = main(["--squad", str(file), "--cache", str(tmp_path / "cache"), "--read", "1", "2"])

    rows = capsys.readouterr().out.strip().split("\n")[-5:]
    assert code == 0
    assert [row.split(" | ")[0].strip("| ") for row in rows] == [
        *("dense only", "BM25 only", "fused"),
        *("fused + reader, 1 read", "fused + reader, 2 read"),
    ]
    assert {row.split(" | ")[1] for row in rows} == {"1.000"}
    # Other articles, settings or code: another index.
    (index,) = (tmp_path / "cache").iterdir()
    assert index.name == index_name(squad_open(file).articles, BotSettings())
