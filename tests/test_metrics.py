"""Every figure on cases worked out by hand, and EM and F1 against torchmetrics."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.reader.scoring import exact_match, normalise_answer, token_f1
from evaluation.aggregating import (
    METRICS,
    RESAMPLES,
    SEED,
    by_kind,
    draws,
    parts_of,
    resampled,
    summarise,
)
from evaluation.curves import (
    area_under_risk,
    calibration,
    calibration_error,
    hits_by_k,
    risk_coverage,
)
from evaluation.metrics import below_floor, metrics_as_json
from evaluation.questions import GoldQuestion
from evaluation.records import Record
from evaluation.scoring import evidence_spans, fail, holds, is_article, is_right, score
from tests.evaluation_fakes import ARTICLE, OTHER, STORY, cite, hit, record, refusal, reply, text_of

MONEY = "It reached USD 255.7 million in 2023."
OIL = "Oil made 97 percent of it."
GOLD = GoldQuestion("q", "How much?", ("USD 255.7 million",), "05.txt", (MONEY,))
NEVER = GoldQuestion("q", "Who?")


# Exact match and F1: (given, accepted, em, f1).
EM_F1 = [
    ("USD 255.7 million", ["USD 255.7 million"], 1, 1),
    ("usd 255.7  Million.", ["USD 255.7 million"], 1, 1),
    ("The Beatles", ["beatles"], 1, 1),
    ("a b", ["b"], 1, 1),
    ("USD 255.7 million in 2023", ["USD 255.7 million"], 0, 0.75),  # p 3/5, r 3/3
    ("255.7 million", ["USD 255.7 million"], 0, 0.8),  # p 2/2, r 2/3
    ("Baku", ["Jakarta"], 0, 0),
    ("Jakarta", ["Baku", "in Jakarta"], 0, 2 / 3),  # p 1, r 1/2; the best counts
    ("in Jakarta", ["Baku", "in Jakarta"], 1, 1),
    ("blue blue red", ["blue red red"], 0, 2 / 3),  # common: blue once, red once
    ("", ["Jakarta"], 0, 0),
    ("the", ["Jakarta"], 0, 0),
    ("U.S.", ["US"], 1, 1),
    ("seven-year", ["seven year"], 0, 0),  # the hyphen goes, the words join
    ("“Ask me”", ["Ask me"], 0, 0),  # curly quotes stay, as in the official script
    ("", ["the"], 1, 1),  # an answer of articles alone is "no answer" in evaluate-v2.0.py
]


@pytest.mark.parametrize(("given", "accepted", "em", "expected"), EM_F1)
def test_exact_match_and_f1_by_hand(
    given: str, accepted: list[str], em: float, expected: float
) -> None:
    assert exact_match(given, accepted) == em
    assert token_f1(given, accepted) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("The cat", "cat"),
        ("An apple a day", "apple day"),
        ("theatre", "theatre"),
        ("U.S.A.", "usa"),
        ("1,000", "1000"),
        ("  two\t words\n", "two words"),
        ("a.b", "ab"),
        ("the-end", "theend"),
        ("ÉCOLE", "école"),
        ("", ""),
    ],
)
def test_normalising_by_hand(text: str, normalised: str) -> None:
    assert normalise_answer(text) == normalised


WORDS = (
    "the a an Baku Jakarta 255.7 million USD, trade-volume U.S. “oil” in and 97 percent %".split()
)


def made_up(seed: int, count: int = 1_000) -> list[tuple[str, list[str]]]:
    """Answers as they come: exact, cut, lengthened, shuffled, of other case, foreign."""
    chance = random.Random(seed)

    def phrase() -> str:
        # A word that is no article is always there: see the case of "the" above.
        words = [*chance.choices(WORDS, k=chance.randint(0, 5)), "volume"]
        chance.shuffle(words)
        return " ".join(words)

    pairs = []
    for _ in range(count):
        accepted = [phrase() for _ in range(chance.randint(1, 4))]
        words = chance.choice(accepted).split()
        given = chance.choice(
            [
                " ".join(words),
                " ".join(words).upper() + "!",
                " ".join(words[:-1]) or "x",
                " ".join([*words, "extra"]),
                " ".join(sorted(words)),
                phrase(),
            ]
        )
        pairs.append((given, accepted))
    return pairs


def by_torchmetrics(pairs: Sequence[tuple[str, list[str]]]) -> tuple[float, float]:
    """EM and F1 in points by an implementation that is not ours."""
    from torchmetrics.functional.text import squad

    given = [{"prediction_text": text, "id": str(n)} for n, (text, _) in enumerate(pairs)]
    accepted = [
        {"answers": {"text": texts, "answer_start": [0] * len(texts)}, "id": str(n)}
        for n, (_, texts) in enumerate(pairs)
    ]
    found = squad(given, accepted)
    return float(found["exact_match"]), float(found["f1"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_em_and_f1_agree_with_torchmetrics(seed: int) -> None:
    pairs = made_up(seed)

    em, f1_points = by_torchmetrics(pairs)

    assert 100 * np.mean([exact_match(*pair) for pair in pairs]) == pytest.approx(em, abs=0.1)
    assert 100 * np.mean([token_f1(*pair) for pair in pairs]) == pytest.approx(f1_points, abs=0.1)
    assert 5 < em < 95


def test_a_whole_run_with_refusals_agrees_with_torchmetrics() -> None:
    # torchmetrics knows v1.1 only: a refusal and "no answer" are one word of their own to it,
    # which gives evaluate-v2.0.py's rule (refused and unanswerable 1, one of both 0).
    nothing = "noanswerwhatever"
    chance = random.Random(4)
    records, pairs = [], []
    for given, accepted in made_up(5):
        gold = GoldQuestion("q", "?", tuple(accepted) if chance.random() < 0.7 else ())
        answered = chance.random() < 0.7
        answer = reply("?", given, MONEY) if answered else refusal("?")
        records.append(score(gold, answer, 0.1, text_of))
        pairs.append((given if answered else nothing, list(gold.answers) or [nothing]))

    em, f1_points = by_torchmetrics(pairs)

    values = summarise(records).values
    assert values["em"] is not None and values["f1"] is not None
    assert 100 * values["em"] == pytest.approx(em, abs=0.1)
    assert 100 * values["f1"] == pytest.approx(f1_points, abs=0.1)


# Does a text hold an answer: (text, answer, does it).
@pytest.mark.parametrize(
    ("text", "accepted", "expected"),
    [
        (MONEY, "USD 255.7 million", True),
        ("USD 255.7 million\n\nIt reached that. [1]", "usd 255.7 million", True),
        ("It grew 12.3 percent.", "3 percent", False),
        ("It grew 3 percent.", "3 percent", True),
        ("There were 61.", "6", False),
        ("She said “Ask me in August.” [1]", "“Ask me in August.”", True),
        ("She said: Ask me in August", "“Ask me in August.”", True),
        ("the Black Sea Stability Bank", "Black Sea Stability Bank", True),
        ("Georgia’s bank", "Georgia", True),
        ("between 2019–2022", "2019", True),
        ("In two parts: USD 255.7. A million", "USD 255.7 million", True),
        ("", "Ann", False),
        ("Ann", "", False),
    ],
)
def test_whether_a_text_holds_an_answer(text: str, accepted: str, expected: bool) -> None:
    assert holds(text, accepted) is expected


@pytest.mark.parametrize(
    ("found", "named", "expected"),
    [
        ("05.txt", "05.txt", True),
        ("05.txt#a1b2c3", "05.txt", True),
        ("05.txt", "05", True),
        ("05.txt", "5.txt", False),
        ("051.txt", "05", False),
        ("Normans_2", "Normans", True),
        ("Normans2", "Normans", False),
        ("05.txt", "06.txt", False),
        ("a/05.txt", "a/05.txt", True),
        ("a/05.txt", "05.txt", False),
    ],
)
def test_whether_an_id_is_the_article_a_set_names(found: str, named: str, expected: bool) -> None:
    assert is_article(found, named) is expected


START = STORY.index(MONEY)
OIL_START = STORY.index(OIL)


# Is a stretch right: (question, article, start, text, is it).
@pytest.mark.parametrize(
    ("question", "article", "start", "text", "expected"),
    [
        (GOLD, "05.txt", START, MONEY, True),  # the evidence
        (GOLD, "05.txt", START + 3, "reached", True),  # a part of it
        (GOLD, "05.txt", 0, "Trade rose.", False),  # beside it
        (GOLD, "05.txt", OIL_START, OIL, False),
        (GOLD, "05.txt#1", 0, "USD 255.7 million", True),  # the answer, no evidence there
        (GOLD, "06.txt", 0, "USD 255.7 million", False),  # the answer, in another story
        (replace(GOLD, also=("06.txt",)), "06.txt", 0, "USD 255.7 million", True),
        (replace(GOLD, article=None), "07.txt", 0, "USD 255.7 million", True),
        (replace(GOLD, evidence=()), "05.txt", START, "in 2023", False),
        (replace(GOLD, evidence=(OIL,)), "05.txt", OIL_START, "Oil made", True),
        (replace(GOLD, evidence=(f"{MONEY} {OIL}",)), "05.txt", OIL_START, OIL, True),
        (NEVER, "05.txt", START, MONEY, False),
    ],
)
def test_whether_a_stretch_is_right(
    question: GoldQuestion, article: str, start: int, text: str, expected: bool
) -> None:
    assert is_right(question, article, start, start + len(text), text, text_of) is expected


def test_evidence_of_scattered_sentences_is_found_one_by_one() -> None:
    assert evidence_spans(STORY, f"Trade rose. {OIL}") == (
        (0, 11),
        (OIL_START, OIL_START + len(OIL)),
    )


def test_an_answer_is_scored() -> None:
    found = score(GOLD, reply("How much?", "USD 255.7 million", MONEY), 0.25, text_of)

    assert (found.em, found.f1, found.answer_in_text, found.rank) == (1.0, 1.0, True, 1)
    assert [(c.right, c.verbatim) for c in found.reply.citations] == [(True, True)]
    assert (found.seconds, found.verdict) == (0.25, "right")


def test_a_quote_that_the_article_does_not_hold_is_not_verbatim() -> None:
    invented = replace(cite(MONEY), quote="X" * len(MONEY))

    found = score(GOLD, reply("?", "x", MONEY, citations=(invented,)), 0.1, text_of)

    assert found.reply.citations[0].verbatim is False


def test_the_rank_is_that_of_the_first_right_passage() -> None:
    hits = (hit(OTHER, rank=1), hit(ARTICLE, OIL, rank=2), hit(ARTICLE, MONEY, rank=3))

    assert score(GOLD, reply("?", "x", OIL, hits=hits), 0.1, text_of).rank == 3


@pytest.mark.parametrize(
    ("gold", "answer", "em", "verdict"),
    [
        (GOLD, refusal("?"), 0.0, "refused wrongly"),
        (NEVER, refusal("?"), 1.0, "right"),
        (NEVER, reply("?", "Ann", MONEY), 0.0, "answered wrongly"),
        (NEVER, reply("?", "", MONEY), 0.0, "answered wrongly"),
        (GOLD, reply("?", "97 percent", OIL), 0.0, "wrong passage"),
        (GOLD, reply("?", "in 2023", MONEY, text="2023 [1]"), 0.0, "wrong words"),
    ],
)
def test_refusals_and_wrong_answers(
    gold: GoldQuestion, answer: object, em: float, verdict: str
) -> None:
    found = score(gold, answer, 0.1, text_of)  # type: ignore[arg-type]

    assert (found.em, found.verdict) == (em, verdict)


@pytest.mark.parametrize("gold", [GOLD, NEVER])
def test_a_failed_question_scores_nothing_and_is_no_refusal(gold: GoldQuestion) -> None:
    found = fail(gold, ValueError("two\nlines"), 0.5)

    assert (found.em, found.f1, found.refused, found.verdict) == (0.0, 0.0, False, "failed")
    assert found.error == "ValueError: two lines"


# The figures over records, by hand. A: answerable, U: unanswerable.
A_RIGHT = record("a", em=1, f1=1, in_text=True, cited=[True], rank=1)
A_PART = record("b", f1=0.5, in_text=True, cited=[True, False], rank=2)
A_WRONG = record("c", cited=[False], rank=6)
A_BARE = record("d", f1=0.25, cited=[], rank=None)
A_LOST = record("e", answered=False, rank=4)
A_FAILED = record("f", answered=False, error="ValueError: x")
U_RIGHT = record("g", answerable=False, answered=False, em=1, f1=1)
U_WRONG = record("h", answerable=False, cited=[False])
U_FAILED = record("i", answerable=False, answered=False, error="ValueError: x")
A_LIE = record("j", cited=[True, True], verbatim=False, rank=1)
ALL = [A_RIGHT, A_PART, A_WRONG, A_BARE, A_LOST, A_FAILED, U_RIGHT, U_WRONG, U_FAILED, A_LIE]

SINGLE: dict[str, list[float | None]] = {
    # the ten records in the order of ALL, one at a time
    "hit@1": [1, 0, 0, 0, 0, 0, None, None, None, 1],
    "hit@5": [1, 1, 0, 0, 1, 0, None, None, None, 1],
    "mrr": [1, 1 / 2, 1 / 6, 0, 1 / 4, 0, None, None, None, 1],
    "em": [1, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    "f1": [1, 0.5, 0, 0.25, 0, 0, 1, 0, 0, 0],
    "answer_in_text": [1, 1, 0, 0, 0, 0, None, None, None, 0],
    "citation_precision": [1, 0.5, 0, 0, None, 0, None, 0, 0, 1],
    "citation_recall": [1, 1, 0, 0, 0, 0, None, None, None, 1],
    "quote_verbatim": [1, 1, 1, None, None, None, None, 1, None, 0],
    "refusal_recall": [None, None, None, None, None, None, 1, 0, 0, None],
    "refusal_precision": [None, None, None, None, 0, None, 1, None, None, None],
    "answerable_lost": [0, 0, 0, 0, 1, 1, None, None, None, 0],
}
TOGETHER = {
    "hit@1": 2 / 7,
    "hit@5": 4 / 7,
    "mrr": (1 + 1 / 2 + 1 / 6 + 1 / 4 + 1) / 7,
    "em": 2 / 10,
    "f1": 2.75 / 10,
    "answer_in_text": 2 / 7,
    "citation_precision": 2.5 / 8,
    "citation_recall": 3 / 7,
    "quote_verbatim": 5 / 7,
    "refusal_recall": 1 / 3,
    "refusal_precision": 1 / 2,
    "answerable_lost": 2 / 7,
}


@pytest.mark.parametrize("name", SINGLE)
def test_a_figure_of_one_record_by_hand(name: str) -> None:
    found = [summarise([one]).values[name] for one in ALL]

    assert found == pytest.approx(SINGLE[name])


@pytest.mark.parametrize("name", TOGETHER)
def test_a_figure_of_ten_records_by_hand(name: str) -> None:
    assert summarise(ALL).values[name] == pytest.approx(TOGETHER[name])


@pytest.mark.parametrize(
    ("milliseconds", "p50", "p95"),
    [
        ([10], 10, 10),
        ([10, 20], 15, 19.5),
        ([10, 20, 30], 20, 29),
        ([30, 10, 20], 20, 29),
        ([10, 10, 10, 10], 10, 10),
        ([10, 20, 30, 40, 50], 30, 48),
        ([0, 100], 50, 95),
        (list(range(101)), 50, 95),
        (list(range(0, 2010, 10)), 1000, 1900),
        ([1, 1, 1, 1, 1000], 1, 800.2),
    ],
)
def test_latency_by_hand(milliseconds: list[float], p50: float, p95: float) -> None:
    values = summarise(
        [record(str(n), seconds=m / 1000) for n, m in enumerate(milliseconds)]
    ).values

    assert (values["p50_ms"], values["p95_ms"]) == pytest.approx((p50, p95))


def test_counts_are_told() -> None:
    counts = {"n": 10, "n_answerable": 7, "n_unanswerable": 3, "n_failed": 2}

    assert summarise(ALL).counts == counts


def test_the_bootstrap_is_the_same_every_time_and_brackets_the_value() -> None:
    once, again, other = summarise(ALL), summarise(ALL), summarise(ALL, seed=7)

    assert once == again
    assert once.intervals != other.intervals
    for name, bounds in once.intervals.items():
        value = once.values[name]
        assert (bounds is None) == (value is None)
        assert value is None or bounds is None or bounds[0] <= value <= bounds[1]


def test_resamples_are_drawn_piece_by_piece_and_are_those_of_one_draw() -> None:
    units = 3_000

    pieces = draws(units)

    assert isinstance(pieces, Iterator)
    first, second = pieces
    assert len(first) * units <= 4_000_000
    at_once = np.random.default_rng(SEED).multinomial(
        units, np.full(units, 1.0 / units), size=RESAMPLES
    )
    assert np.array_equal(np.concatenate([first, second]), at_once)


def test_the_interval_is_near_the_binomials() -> None:
    records = [record(str(n), em=float(n < 60), f1=0) for n in range(100)]

    low, high = summarise(records).intervals["em"] or (0, 0)

    # 0.6 ± 1.96 · sqrt(0.6 · 0.4 / 100)
    assert (low, high) == pytest.approx((0.504, 0.696), abs=0.015)


def test_turns_of_a_dialogue_are_resampled_together() -> None:
    alone = [record(f"{d}/{t}", em=float(d % 2)) for d in range(20) for t in range(5)]
    in_dialogues = [
        replace(one, gold=replace(one.gold, dialogue=one.gold.id.split("/")[0])) for one in alone
    ]

    def width(records: list[Record]) -> float:
        low, high = summarise(records).intervals["em"] or (0, 0)
        return high - low

    # Five turns that stand or fall together are worth one question: sqrt(5) times as wide.
    assert width(in_dialogues) == pytest.approx(width(alone) * 5**0.5, rel=0.2)


def test_figures_of_no_records_are_undefined() -> None:
    found = summarise([])

    assert set(found.values.values()) == {None}
    assert set(found.intervals.values()) == {None}


def test_kinds_have_their_own_figures() -> None:
    records = [record("a", em=1, kind="chat"), record("b", em=0, kind="long")]

    assert {kind: found.values["em"] for kind, found in by_kind(records).items()} == {
        "chat": 1.0,
        "long": 0.0,
    }


def test_every_metric_is_a_ratio_of_sums_over_the_resamples() -> None:
    samples = resampled(ALL)

    assert all(len(found) == 2_000 for found in samples.values())
    for name, part in METRICS.items():
        parts = parts_of(ALL, part)
        assert (parts[:, 0] <= parts[:, 1]).all(), name


# Curves.


@pytest.mark.parametrize(
    ("answers", "points", "area"),
    [
        # (confidence, right); None for a refusal
        ([], [], None),
        ([None], [], None),
        ([(0.9, True)], [(1, 0)], 0),
        ([(0.9, False)], [(1, 1)], 1),
        ([(0.9, True), (0.5, False)], [(0.5, 0), (1, 0.5)], 0.25),
        ([(0.5, False), (0.9, True)], [(0.5, 0), (1, 0.5)], 0.25),
        ([(0.9, False), (0.5, True)], [(0.5, 1), (1, 0.5)], 0.75),
        ([(0.7, False), (0.7, True)], [(1, 0.5)], 0.5),
        ([(0.9, True), None], [(0.5, 0)], 0),
        (
            [(0.9, True), (0.8, False), (0.7, True), None],
            [(0.25, 0), (0.5, 1 / 2), (0.75, 1 / 3)],
            (0 + 1 / 2 + 1 / 3) / 3,
        ),
    ],
)
def test_risk_and_coverage_by_hand(
    answers: list[tuple[float, bool] | None],
    points: list[tuple[float, float]],
    area: float | None,
) -> None:
    records = [
        record(str(n), answered=False)
        if one is None
        else record(str(n), confidence=one[0], cited=[one[1]])
        for n, one in enumerate(answers)
    ]

    found = risk_coverage(records)

    assert len(found) == len(points)
    for point, wanted in zip(found, points, strict=True):
        assert point == pytest.approx(wanted)
    assert area_under_risk(found) == pytest.approx(area)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([], None),
        ([(1.0, True)], 0),
        ([(0.0, False)], 0),
        ([(1.0, False)], 1),
        ([(0.9, True)], 0.1),
        ([(0.8, True), (0.8, False)], 0.3),
        ([(0.75, True), (0.75, True), (0.75, True), (0.75, False)], 0),
        ([(0.9, True), (0.1, True)], 0.5),  # 0.1 in one bin, 0.9 in another
        ([(0.95, True), (0.92, False)], 0.435),  # one bin: |0.935 - 0.5|
        ([(0.5, True), (0.5, False), (1.0, True)], 0),
    ],
)
def test_calibration_error_by_hand(answers: list[tuple[float, bool]], error: float | None) -> None:
    records = [record(str(n), confidence=c, cited=[right]) for n, (c, right) in enumerate(answers)]

    assert calibration_error(calibration(records)) == pytest.approx(error)


def test_hits_by_k_counts_answerable_questions() -> None:
    assert hits_by_k(ALL) == pytest.approx([2 / 7, 3 / 7, 3 / 7, 4 / 7, 4 / 7, 5 / 7])


# What is printed.


def test_the_json_has_the_contracts_keys() -> None:
    metrics = metrics_as_json(ALL)

    keys = (
        "n n_answerable n_unanswerable hit@1 hit@5 mrr em f1 answer_in_text citation_precision "
        "citation_recall quote_verbatim refusal_recall refusal_precision answerable_lost "
        "p50_ms p95_ms ci kind"
    ).split()
    assert set(keys) <= set(metrics)
    assert set(keys[3:-2]) == set(metrics["ci"])
    assert set(keys[:-1]) <= set(metrics["kind"]["factoid"])


@pytest.mark.parametrize(
    ("floors", "told"),
    [
        ({"em": 0.2}, []),
        ({"em": 0.21}, ["em is 0.2, below 0.21"]),
        ({"answerable_lost": 0.3}, []),
        ({"answerable_lost": 0.2}, ["answerable_lost is 0.2857, above 0.2"]),
        ({"f1": 0.3, "em": 0.3}, ["f1 is 0.275, below 0.3", "em is 0.2, below 0.3"]),
    ],
)
def test_floors(floors: dict[str, float], told: list[str]) -> None:
    assert list(below_floor(metrics_as_json(ALL), floors)) == told


def test_an_undefined_figure_is_below_any_floor() -> None:
    metrics = metrics_as_json([U_RIGHT])

    assert below_floor(metrics, {"hit@1": 0.1}) == (
        "hit@1 is undefined on this set; its floor is 0.1",
    )
