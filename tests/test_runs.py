"""A run as a user starts it: its folder, its records, resuming, floors, broken lines."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import BotSettings
from evaluation.commands import add_arguments, run
from evaluation.errors import EvaluationError, RunError
from evaluation.records import read_records
from evaluation.running import run_questions
from evaluation.sets import read_set
from tests.evaluation_fakes import FakeChain, fake_bot, reply, text_of

VOLUME = "What was the volume?"
QUOTE = "It reached USD 255.7 million in 2023."
LINES = (
    {"id": "a", "question": VOLUME, "answers": ["USD 255.7 million"], "article": "05.txt"},
    {"id": "b", "question": "Who sang?", "answers": []},
    {"id": "c", "question": "What was the share of oil?", "answers": ["97 percent"], "article": "05.txt"},
)  # fmt: skip
REPLIES = {VOLUME: reply(VOLUME, "USD 255.7 million", QUOTE)}


def write_set(folder: Path, *extra: str) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join([*map(json.dumps, LINES), *extra]) + "\n", encoding="utf-8")
    return path


def evaluate(chain: FakeChain, *options: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args([str(option) for option in options])
    return run(arguments, BotSettings(), fake_bot(chain))


def test_a_run_leaves_records_figures_and_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = evaluate(FakeChain(REPLIES), write_set(tmp_path), "--out", tmp_path / "run", "--json")

    printed = json.loads(capsys.readouterr().out)
    records = read_records(tmp_path / "run" / "predictions.jsonl")
    assert code == 0
    assert [record.verdict for record in records] == ["right", "right", "refused wrongly"]
    assert (printed["n"], printed["n_answerable"], printed["n_unanswerable"]) == (3, 2, 1)
    # a: 1; b: refused, which is right: 1; c: refused, which is wrong: 0.
    assert printed["em"] == pytest.approx(2 / 3, abs=1e-3)
    assert printed["refusal_recall"] == 1.0
    assert printed["answerable_lost"] == 0.5
    assert json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8")) == printed
    assert (tmp_path / "run" / "report.html").stat().st_size > 1_000


def test_a_failed_question_scores_0_and_is_not_skipped(tmp_path: Path) -> None:
    chain = FakeChain({VOLUME: RuntimeError("out of paper")})

    code = evaluate(chain, write_set(tmp_path), "--out", tmp_path / "run")

    first, *_ = read_records(tmp_path / "run" / "predictions.jsonl")
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert code == 0
    assert (first.verdict, first.em, first.f1) == ("failed", 0.0, 0.0)
    assert "out of paper" in first.error
    assert (metrics["n"], metrics["n_failed"]) == (3, 1)


def test_a_crash_in_the_middle_loses_no_finished_record(tmp_path: Path) -> None:
    questions = read_set(write_set(tmp_path)).questions
    path = tmp_path / "predictions.jsonl"
    crashing = FakeChain({**REPLIES, "What was the share of oil?": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        run_questions(questions, crashing.ask, text_of, path)

    kept = read_records(path)
    after = FakeChain(REPLIES)
    records = run_questions(questions, after.ask, text_of, path, done=kept)

    assert [record.gold.id for record in kept] == ["a", "b"]
    assert after.asked == ["What was the share of oil?"]
    assert [record.gold.id for record in records] == ["a", "b", "c"]
    assert [record.gold for record in read_records(path)] == [record.gold for record in records]


def test_resuming_asks_only_what_is_left(tmp_path: Path) -> None:
    path, out = write_set(tmp_path), tmp_path / "run"
    evaluate(FakeChain(REPLIES), path, "--out", out, "--limit", "2")
    chain = FakeChain(REPLIES)

    assert evaluate(chain, path, "--out", out, "--resume") == 0

    assert chain.asked == ["What was the share of oil?"]
    assert len(read_records(out / "predictions.jsonl")) == 3


def test_a_run_of_another_set_is_not_gone_on_with(tmp_path: Path) -> None:
    out = tmp_path / "run"
    evaluate(FakeChain(REPLIES), write_set(tmp_path), "--out", out)
    other = write_set(tmp_path, json.dumps({"id": "d", "question": "Why?", "answers": []}))

    with pytest.raises(RunError, match="another set sha256"):
        evaluate(FakeChain(REPLIES), other, "--out", out, "--resume")

    assert len(read_records(out / "predictions.jsonl")) == 3


def test_a_new_run_keeps_the_former_predictions_beside(tmp_path: Path) -> None:
    path, out = write_set(tmp_path), tmp_path / "run"
    evaluate(FakeChain(REPLIES), path, "--out", out)
    evaluate(FakeChain({}), path, "--out", out)

    former = read_records(out / "predictions.before.jsonl")
    assert [record.reply.answered for record in former] == [True, False, False]


@pytest.mark.parametrize(
    ("floor", "code"),
    [("em=0.6", 0), ("em=0.7", 1), ("answerable_lost=0.5", 0), ("answerable_lost=0.4", 1)],
)
def test_below_a_floor_the_exit_code_is_1(
    floor: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluate(
        FakeChain(REPLIES), write_set(tmp_path), "--out", tmp_path / "r", "--floor", floor
    )

    assert found == code
    assert ("below the floor" in capsys.readouterr().err) == bool(code)


def test_a_floor_on_a_figure_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluate(FakeChain({}), write_set(tmp_path), "--floor", "accuracy=1")

    assert caught.value.code == 2


def test_a_broken_line_is_named_and_stops_the_run_unless_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_set(tmp_path, '{"id": "d", "question": ', '{"id": "e", "answers": ["x"]}')

    with pytest.raises(EvaluationError, match="line 4"):
        evaluate(FakeChain(REPLIES), path, "--out", tmp_path / "run")
    code = evaluate(FakeChain(REPLIES), path, "--out", tmp_path / "run", "--skip-bad")

    told = capsys.readouterr().err
    assert code == 0
    assert "line 4" in told
    assert "line 5" in told
    assert len(read_records(tmp_path / "run" / "predictions.jsonl")) == 3


def test_a_dialogue_hands_on_its_former_turns(tmp_path: Path) -> None:
    turns = [
        {"question": VOLUME, "answers": ["USD 255.7 million"]},
        {"question": "And?", "answers": []},
    ]
    path = tmp_path / "talk.jsonl"
    path.write_text(json.dumps({"id": "talk", "turns": turns}), encoding="utf-8")
    chain = FakeChain(REPLIES)

    evaluate(chain, path, "--out", tmp_path / "run")

    (turn,) = chain.turns[1]
    assert (turn.question, turn.short) == (VOLUME, "USD 255.7 million")


@pytest.mark.parametrize(
    "options",
    [[], ["set.jsonl", "--resume"], ["set.json", "--gold", "--articles", "folder"]],
)
def test_misuse_is_one_line_and_exit_code_2(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(FakeChain({}), *options) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_two_runs_are_compared_from_their_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_set(tmp_path)
    evaluate(FakeChain({}), path, "--out", tmp_path / "a")
    evaluate(FakeChain(REPLIES), path, "--out", tmp_path / "b")
    capsys.readouterr()

    assert evaluate(FakeChain({}), "--compare", tmp_path / "a", tmp_path / "b", "--json") == 0

    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["n"] == 3
    assert [(one["id"], one["told"]) for one in found["changed"]] == [("a", "fixed")]
    assert found["metrics"]["em"]["difference"] == pytest.approx(1 / 3, abs=1e-3)
