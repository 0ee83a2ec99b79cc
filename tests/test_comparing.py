"""Two runs compared: what changed, and whether the difference can be chance."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.comparing import compare, comparison_as_text, two_sided_p
from evaluation.errors import RunError
from tests.evaluation_fakes import record


def of(name: str, right: bool, **changes: object) -> object:
    score = 1.0 if right else 0.0
    return record(name, em=score, f1=score, cited=[right], rank=1 if right else None, **changes)  # type: ignore[arg-type]


def figure(found: object, name: str) -> object:
    return next(one for one in found.differences if one.name == name)  # type: ignore[attr-defined]


def test_the_same_run_twice_differs_in_nothing() -> None:
    records = [of(str(n), n % 2 == 0) for n in range(20)]

    found = compare(records, records)  # type: ignore[arg-type]

    assert found.changes == ()
    em = figure(found, "em")
    assert em.difference == 0.0  # type: ignore[attr-defined]
    assert em.interval == (0.0, 0.0)  # type: ignore[attr-defined]
    assert em.told == "not significant"  # type: ignore[attr-defined]


def test_a_great_difference_is_significant_and_a_small_one_is_not() -> None:
    former = [of(str(n), n < 10) for n in range(40)]
    much = compare(former, [of(str(n), n < 30) for n in range(40)])  # type: ignore[arg-type]
    little = compare(former, [of(str(n), n < 11) for n in range(40)])  # type: ignore[arg-type]

    assert figure(much, "em").told == "better"  # type: ignore[attr-defined]
    assert figure(much, "em").difference == pytest.approx(0.5)  # type: ignore[attr-defined]
    assert figure(little, "em").told == "not significant"  # type: ignore[attr-defined]
    assert len(much.changes) == 20
    assert {change.told for change in much.changes} == {"fixed"}


def test_for_a_loss_more_is_worse() -> None:
    former = [of(str(n), True) for n in range(40)]
    latter = [record(str(n), answered=n >= 20) for n in range(40)]

    lost = figure(compare(former, latter), "answerable_lost")  # type: ignore[arg-type]

    assert lost.difference == pytest.approx(0.5)  # type: ignore[attr-defined]
    assert lost.told == "worse"  # type: ignore[attr-defined]


def test_questions_of_one_run_only_are_counted_and_left_out() -> None:
    found = compare([of("a", True), of("b", True)], [of("b", False), of("c", True)])  # type: ignore[list-item]

    assert (found.shared, found.only_former, found.only_latter) == (1, 1, 1)
    assert [change.told for change in found.changes] == ["broken"]
    assert "broken: 1" in comparison_as_text(found)


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(RunError, match="no question in common"):
        compare([of("a", True)], [of("b", True)])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("samples", "p"),
    [
        # (2 * (the smaller count on one side of 0, ties on both) + 2) / (n + 1), at most 1.
        ([1.0] * 99, 2 / 100),
        ([-1.0] * 99, 2 / 100),
        ([1.0] * 95 + [-1.0] * 4, 10 / 100),
        ([1.0, -1.0], 1.0),
        ([0.0] * 9, 1.0),
    ],
)
def test_p_by_hand(samples: list[float], p: float) -> None:
    assert two_sided_p(np.array(samples)) == pytest.approx(p)


def test_the_comparison_is_the_same_each_time() -> None:
    former = [of(str(n), n % 3 == 0) for n in range(30)]
    latter = [of(str(n), n % 2 == 0) for n in range(30)]

    assert compare(former, latter) == compare(former, latter)  # type: ignore[arg-type]
