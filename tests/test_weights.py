"""The fitted weights' file: written, read back, refused when it is another version's."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bot.errors import WeightsError
from bot.weighing.signals import SIGNALS
from bot.weighing.weights import Logistic, Topic, Weighing, Weights, load_weights, to_json

RANKING = Logistic(-1.5, tuple(0.25 * number for number in range(len(SIGNALS))))
CONFIDENCE = Logistic(0.5, (1.0,) * len(SIGNALS))
WEIGHTS = Weights(
    Weighing(RANKING, CONFIDENCE, 0.4, Topic(CONFIDENCE, RANKING), 0.7),
    Weighing(CONFIDENCE, RANKING, 0.3, Topic(RANKING, RANKING), 0.6),
    "a set",
    {"right": 0.9},
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(to_json(WEIGHTS), encoding="utf-8")

    assert load_weights(path) == WEIGHTS


@pytest.mark.parametrize("text", ["", "{}", "[]", to_json(WEIGHTS).replace("cosine", "sine")])
def test_a_file_that_does_not_fit_is_refused_with_the_command_to_fit_anew(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "weights.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(WeightsError, match=r"python -m evaluation\.fitting"):
        load_weights(path)


def test_a_logistic_regression_is_the_logistic_of_its_weighted_sum() -> None:
    signals = (1.0, *(0.0,) * (len(SIGNALS) - 1))

    assert CONFIDENCE.logit(signals) == 1.5
    assert CONFIDENCE.probability(signals) == pytest.approx(0.81757, abs=1e-5)


def test_the_topic_is_that_of_all_sentences_together() -> None:
    nearest, nothing = (1.0,) * len(SIGNALS), (0.0,) * len(SIGNALS)
    count = float(len(SIGNALS))
    zero = Logistic(0.0, nothing)

    assert Topic(Logistic(-count, nearest), zero).probability([nearest, nothing]) == 0.5
    assert Topic(Logistic(-count, nothing), CONFIDENCE).probability(
        [nearest, nothing]
    ) == pytest.approx(1 / (1 + math.exp(count / 2 - 0.5)))
