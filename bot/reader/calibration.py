"""What the reader found on validation data in, its calibration and its threshold out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.reader.scoring import Prediction, figures, token_f1
from bot.reader.validation import Found

_STEPS: Final = 50
_RIDGE: Final = 1e-3
_BINS: Final = 10
_RIGHT_F1: Final = 0.5
"""From this F1 on, an answer counts as right for the calibration."""


def fit(found: Sequence[Found]) -> dict[str, Any]:
    """Return ``calibration`` (as in reading.Calibration) and the figures it gives.

    A logistic regression tells from margin and answerability whether the best span is right. The
    threshold is SQuAD 2.0's best for that probability.
    """
    signals = np.array([[1.0, f.margin, f.answerability] for f in found])
    right = np.array([float(token_f1(f.text, f.answers) >= _RIGHT_F1) for f in found])
    weights = logistic_regression(signals, right)
    chance = 1.0 / (1.0 + np.exp(-signals @ weights))
    measured = figures(
        [Prediction(f.text, -float(p), f.answers) for f, p in zip(found, chance, strict=True)]
    )
    return {
        "calibration": {
            "intercept": round(float(weights[0]), 5),
            "margin": round(float(weights[1]), 5),
            "answerability": round(float(weights[2]), 5),
            "threshold": round(-measured["threshold"], 5),
        },
        "calibrated_figures": {
            **{name: round(value, 2) for name, value in measured.items() if name != "threshold"},
            "expected_calibration_error": round(calibration_error(chance, right), 4),
        },
    }


def logistic_regression(signals: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return weights (k,) for ``signals`` (n, k) by Newton's method, with a small ridge."""
    weights = np.zeros(signals.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(signals @ weights, -40, 40)))
        slope = signals.T @ (right - chance) - _RIDGE * weights
        curve = (signals * (chance * (1 - chance))[:, None]).T @ signals
        step = np.linalg.solve(curve + _RIDGE * np.eye(len(weights)), slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def calibration_error(chance: NDArray[Any], right: NDArray[Any]) -> float:
    """Return the expected calibration error, 0 to 1, over ten bins of equal width.

    Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3.
    """
    bins = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    gaps = [
        np.sum(bins == number)
        * abs(float(chance[bins == number].mean() - right[bins == number].mean()))
        for number in range(_BINS)
        if np.any(bins == number)
    ]
    return float(np.sum(gaps) / len(chance))
