"""The judge: only when asked for, by a checked prompt, and never the end of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chatting.prompts import load_prompt
from bot.errors import PromptError
from evaluation.judging import PLACEHOLDERS, PROMPT, make_judge, read_verdict
from tests.evaluation_fakes import record


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("RIGHT", 1.0),
        ("WRONG", 0.0),
        ("It might look RIGHT, but the year differs.\nWRONG", 0.0),
        ("I cannot tell.", None),
        ("", None),
        ("UPRIGHT", None),
    ],
)
def test_the_last_word_is_the_verdict(said: str, verdict: float | None) -> None:
    assert read_verdict(said) == verdict


def test_the_model_sees_question_accepted_answers_and_reply() -> None:
    seen: list[str] = []

    def complete(prompt: str) -> str:
        seen.append(prompt)
        return "RIGHT"

    judged = make_judge(complete, load_prompt(PROMPT, PLACEHOLDERS))(record("q", cited=[True]))

    assert judged.judged == 1.0
    (prompt,) = seen
    assert "q?" in prompt
    assert "- x" in prompt
    assert "x [1]" in prompt


def test_a_judge_that_fails_is_told_and_costs_no_record() -> None:
    def complete(prompt: str) -> str:
        raise TimeoutError("no reply in 60 s")

    judged = make_judge(complete, load_prompt(PROMPT, PLACEHOLDERS))(record("q", cited=[True]))

    assert judged.judged is None
    assert "no reply in 60 s" in judged.judge_said


def test_a_failed_question_is_wrong_without_asking() -> None:
    def complete(prompt: str) -> str:
        raise AssertionError("not to be asked")

    judged = make_judge(complete, load_prompt(PROMPT, PLACEHOLDERS))(record("q", error="broken"))

    assert judged.judged == 0.0


@pytest.mark.parametrize("text", ["$question", "$question $accepted $reply $secret", "$question $"])
def test_a_prompt_with_other_placeholders_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / f"{PROMPT}.md").write_text(text, encoding="utf-8")

    with pytest.raises(PromptError, match="placeholders"):
        load_prompt(PROMPT, PLACEHOLDERS, tmp_path)


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="no such prompt"):
        load_prompt(PROMPT, PLACEHOLDERS, tmp_path)
