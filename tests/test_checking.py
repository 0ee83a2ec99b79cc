"""The floors of the checks, over evaluation/sets/checking/replies.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.checking import (
    KINDS,
    SET,
    Outcome,
    as_text,
    check_all,
    figures,
    main,
    read_scripted,
)
from evaluation.errors import EvaluationError


@pytest.fixture(scope="module")
def outcomes() -> tuple[Outcome, ...]:
    return check_all(read_scripted())


@pytest.fixture(scope="module")
def found(outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    return figures(outcomes)


def test_the_set_is_large_enough_in_each_kind() -> None:
    scripted = read_scripted()

    assert len(scripted) >= 400
    assert all(sum(one.kind == kind for one in scripted) >= 20 for kind in KINDS)
    assert len({one.sentence for one in scripted if one.kind == "unsupported"}) >= 50


@pytest.mark.parametrize(
    ("kind", "floor"),
    [
        ("wrong number", 0.95),
        ("wrong citation", 0.90),
        ("invented citation", 0.95),
        ("unsupported", 0.80),
    ],
)
def test_errors_are_caught(found: dict[str, Any], kind: str, floor: float) -> None:
    assert found["caught"][kind]["share"] >= floor


def test_most_claims_out_of_the_articles_own_words_are_caught() -> None:
    # The hardest kind: who did it to whom, and what was only planned, turned round.
    turned = check_all(read_scripted(SET.with_name("turned_round.jsonl")))

    assert len(turned) == 40
    assert figures(turned)["caught"]["unsupported"]["share"] >= 0.60


def test_right_sentences_are_let_stand(found: dict[str, Any]) -> None:
    # By words alone; with the embedder (below) paraphrases are judged better.
    assert found["false_alarms"]["right"] <= 0.03
    assert found["false_alarms"]["share"] <= 0.065


def test_a_wrong_number_is_given_with_the_right_one(found: dict[str, Any]) -> None:
    assert found["wrong_numbers_with_both"] >= 0.85


def test_checking_makes_citations_precise(found: dict[str, Any]) -> None:
    precision, recall = found["citation_precision"], found["citation_recall"]

    assert precision["after"] >= 0.90 > 0.5 > precision["before"]
    assert recall["after"] >= 0.93 > recall["before"]


def test_no_marker_without_a_citation_comes_out(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        assert outcome.cited.text.count("[") == len(outcome.cited.citations)


@pytest.fixture(scope="module")
def with_models() -> tuple[Outcome, ...]:
    """The outcomes as the chat model's answerer has them, embedder and reader judging too."""
    from bot.checking.meaning import cosines_of, who_of
    from bot.reader.reading import OnnxReader
    from index.embedding import load_embedder

    return check_all(read_scripted(), cosines=cosines_of(load_embedder), who=who_of(OnnxReader))


@pytest.mark.slow
@pytest.mark.parametrize("unseen", [False, True])
def test_embedder_and_reader_keep_the_floors(
    with_models: tuple[Outcome, ...], unseen: bool
) -> None:
    found = figures([o for o in with_models if not (unseen and o.scripted.fitted)])

    assert found["false_alarms"]["share"] <= 0.05
    assert found["caught"]["wrong number"]["share"] >= 0.95
    assert found["caught"]["wrong citation"]["share"] >= 0.90
    assert found["caught"]["unsupported"]["share"] >= 0.85


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed["all"]["n"] == len(read_scripted())
    assert "citation_precision" in as_text(printed["all"])


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": 1}\n', encoding="utf-8")

    with pytest.raises(EvaluationError, match="line 1"):
        read_scripted(path)
    with pytest.raises(EvaluationError, match="no such set"):
        read_scripted(tmp_path / "none.jsonl")
