"""The floors of the checks, over evaluation/sets/checking/replies.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.checking import (
    KINDS,
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


def test_right_sentences_are_let_stand(found: dict[str, Any]) -> None:
    # By words alone; with the embedder (below) paraphrases are judged better.
    assert found["false_alarms"]["right"] <= 0.03
    assert found["false_alarms"]["share"] <= 0.08


def test_a_wrong_number_is_given_with_the_right_one(found: dict[str, Any]) -> None:
    assert found["wrong_numbers_with_both"] >= 0.85


def test_checking_makes_citations_precise(found: dict[str, Any]) -> None:
    precision, recall = found["citation_precision"], found["citation_recall"]

    assert precision["after"] >= 0.90 > 0.5 > precision["before"]
    assert recall["after"] >= 0.93 > recall["before"]


def test_no_marker_without_a_citation_comes_out(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        assert outcome.cited.text.count("[") == len(outcome.cited.citations)


@pytest.mark.slow
def test_the_embedder_keeps_false_alarms_below_five_percent() -> None:
    from bot.meaning import cosines_of
    from index.embedding import load_embedder

    found = figures(check_all(read_scripted(), cosines=cosines_of(load_embedder)))

    assert found["false_alarms"]["share"] <= 0.05
    assert found["caught"]["wrong number"]["share"] >= 0.95
    assert found["caught"]["wrong citation"]["share"] >= 0.90
    assert found["caught"]["unsupported"]["share"] >= 0.80


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
