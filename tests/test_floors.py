"""The small sets through the real models: figures below which nothing may be handed on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.commands import main
from tests.conftest import ROOT

SETS = ROOT / "evaluation" / "sets"


def floors(**least: float) -> str:
    return ",".join(f"{name}={value}" for name, value in least.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "articles", "floor"),
    [
        (
            "mission.jsonl",
            ROOT / "corpus" / "articles",
            floors(answer_in_text=0.78, refusal_recall=0.4, quote_verbatim=1.0),
        ),
        (
            "newswire/questions.jsonl",
            SETS / "newswire" / "articles",
            floors(answer_in_text=0.78, refusal_recall=0.5, quote_verbatim=1.0)
            + ",hit@1=0.88,hit@5=0.97",
        ),
        ("absent.jsonl", ROOT / "corpus" / "articles", floors(refusal_recall=0.97)),
    ],
)
def test_the_shipped_answerer_holds_its_floors(
    name: str, articles: Path, floor: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        [
            "evaluate",
            str(SETS / name),
            "--articles",
            str(articles),
            "--out",
            str(tmp_path / "run"),
            "--json",
            "--floor",
            floor,
        ]
    )

    told = capsys.readouterr()
    assert code == 0, told.err
    assert json.loads(told.out)["n"] > 50
