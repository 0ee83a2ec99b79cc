"""Question sets in, ``bot/weighing/weights.json`` out: the signals' weights and the thresholds.

    python -m evaluation.fitting --weights-on SET --absent-on SET --threshold-on SET ...

Two regressions: one that orders the sentences of a question, fitted so that those which hold the
answer have most of a softmax over all sentences of its passages; one over the first sentence of
each question (1 if it answers), which says how sure it is. Both are fitted with the reader's
signals and without. The scale of the probability and the thresholds are then fitted on another set.
Never pass a set here on which a figure will be claimed as unseen.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.language.question import analyse
from bot.reader.calibration import calibration_error
from bot.reader.reading import SHIPPED, OnnxReader
from bot.settings import BotSettings
from bot.weighing.candidates import Candidate, Candidates
from bot.weighing.signals import SIGNALS
from bot.weighing.weights import DEFAULT_WEIGHTS, Logistic, Topic, Weighing, Weights, to_json
from corpus.article import Article
from corpus.splitting import SplitSettings
from evaluation.corpora import load_folder
from evaluation.questions import GoldQuestion
from evaluation.sets import QuestionSet, read_set
from index.embedding import Embedder, load_embedder
from index.library import Library

SEED: Final = 20261124
MOST_LOST: Final = 0.07
"""Share of answerable questions that the threshold may refuse."""
UNANSWERABLE_SHARE: Final = 0.25
"""How many of the questions people ask are taken to have no answer: what a probability is of."""
OFF_TOPIC_LOST: Final = 0.015
"""Share of the fitted answerable questions that may be taken to be about something else."""
TOPIC_SIGNALS: Final = frozenset(
    "cosine words_in_sentence words_in_passage rarest_missing names_missing numbers_missing "
    "passage_cosine span_margin answerability".split()
)
GUARDS: Final = frozenset(name for name in SIGNALS if "missing" in name) | {"negation"}
"""Signals that may speak against an answer, never for it."""
_REGULARISATION: Final = 1.0
"""Inverse strength of the L2 penalty (scikit-learn's C)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One question's sentences: signals of shape (n, len(SIGNALS)), and which are right."""

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool

    @property
    def rows(self) -> list[tuple[float, ...]]:
        """The signals, a tuple a sentence."""
        return [tuple(row) for row in self.signals.tolist()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print the figures and write the file."""
    given = _parser().parse_args(arguments)
    embedder, reader = load_embedder(), OnnxReader(given.reader)
    own = read_set(given.weights_on)
    absent = strangers(read_set(given.absent_on), given.absent) if given.absent_on else []
    training = score_set(own, given.weights_articles, embedder, reader)
    others = score_set(
        replace(own, questions=tuple(absent)), given.weights_articles, embedder, reader
    )
    held = score_set(read_set(given.threshold_on), given.articles, embedder, reader)
    read, figures = fit_weighing(training, others, held)
    plain, plain_figures = fit_weighing(unread(training), unread(others), unread(held))
    weights = Weights(
        read,
        plain,
        f"weights: {len(training) + len(others)} questions of {given.weights_on.stem}, "
        f"{len(absent)} of them of other matters; "
        f"thresholds: {len(held)} of {given.threshold_on.stem}",
        {**figures, **{f"plain_{name}": value for name, value in plain_figures.items()}},
    )
    text = to_json(weights)
    given.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def score_set(
    questions: QuestionSet,
    folder: Path | None,
    embedder: Embedder,
    reader: OnnxReader,
) -> list[Scored]:
    """Return the sentences that the chain would weigh for each question, over a fresh index."""
    asked = [question for question in questions.questions if question.dialogue is None]
    articles = questions.articles or _articles(folder)
    settings = BotSettings()
    with _index(articles, embedder, settings) as library:
        finder = Candidates(library, lambda: embedder, lambda: reader)
        scored = []
        for number, question in enumerate(asked):
            if number % 100 == 0:
                sys.stderr.write(f"\r{number}/{len(asked)} questions")
            hits = library.retrieve(question.question, settings.k)
            found = finder.find(analyse(question.question), hits, read=True)
            scored.append(score(question, found))
    sys.stderr.write("\n")
    return scored


def strangers(questions: QuestionSet, count: int) -> list[GoldQuestion]:
    """Return ``count`` questions, drawn with a fixed seed, as ones that no article answers."""
    asked = [question for question in questions.questions if question.dialogue is None]
    return [
        replace(question, answers=(), evidence=(), article=None, also=(), only=None)
        for question in random.Random(SEED).sample(asked, min(count, len(asked)))
    ]


def unread(scored: Sequence[Scored]) -> list[Scored]:
    """Return the same questions with the reader's signals at 0, as for a yes/no question."""
    columns = [
        number
        for number, name in enumerate(SIGNALS)
        if name.startswith("span") or name == "answerability"
    ]
    kept = np.ones(len(SIGNALS))
    kept[columns] = 0.0
    return [replace(one, signals=one.signals * kept) for one in scored]


def score(question: GoldQuestion, candidates: Sequence[Candidate]) -> Scored:
    """Return the candidates' signals and which of them hold the answer."""
    return Scored(
        np.array([c.signals for c in candidates]).reshape(len(candidates), len(SIGNALS)),
        np.array([is_right(question, candidate) for candidate in candidates], dtype=bool),
        question.answerable,
    )


def is_right(question: GoldQuestion, candidate: Candidate) -> bool:
    """Tell whether a sentence is evidence, or holds an answer in an article that may answer."""
    if not question.answerable:
        return False
    articles = [question.article, *question.also] if question.article else []
    if articles and not _among(candidate.hit.passage.article_id, articles):
        return False
    sentence = candidate.sentence
    if any(sentence in text or text in sentence for text in question.evidence):
        return True
    return any(answer in sentence for answer in question.answers) and bool(question.also)


def fit_weighing(
    training: Sequence[Scored],
    others: Sequence[Scored],
    held: Sequence[Scored],
) -> tuple[Weighing, dict[str, float]]:
    """Return the weighing fitted on ``training``, its thresholds chosen on ``held``, and figures.

    ``others`` are questions of other matters: they teach what is off the topic.
    """
    ranking = fit_ranking(training)
    confidence = fit_confidence(ranking, training, held)
    topic, topic_threshold = fit_topic(training, others)
    weighing = Weighing(ranking, confidence, 0.5, topic, topic_threshold)
    threshold, figures = choose_threshold(weighing, held)
    off = [weighing.is_off_topic(one.rows) for one in others if len(one.signals)]
    return replace(weighing, threshold=threshold), {**figures, "others_off_topic": _share(off)}


def fit_ranking(training: Sequence[Scored]) -> Logistic:
    """Return what orders a question's sentences: a conditional logit (McFadden 1974).

    It maximises the share that the right sentences have of the softmax over their question's, less
    an L2 penalty. What is the same for all sentences of a question weighs nothing, which a
    regression over all questions' sentences together cannot leave out.
    """
    kept = [one for one in training if one.right.any()]
    fitted = _guarded(lambda columns: (0.0, _conditional_logit(kept, columns)), len(SIGNALS))
    return Logistic(*fitted)


def fit_topic(training: Sequence[Scored], others: Sequence[Scored]) -> tuple[Topic, float]:
    """Return what tells ``training``'s questions from ``others``', and its threshold.

    Under the threshold lie OFF_TOPIC_LOST of ``training``'s answerable questions.
    """
    near, far = ([one for one in some if len(one.signals)] for some in (training, others))
    columns = np.tile([float(name in TOPIC_SIGNALS) for name in SIGNALS], 2)
    found = np.array([np.r_[one.signals.max(0), one.signals.mean(0)] for one in [*near, *far]])
    belongs = np.array([True] * len(near) + [False] * len(far))
    intercept, weights = _logistic(found * columns, belongs)
    topic = Topic(
        Logistic(intercept, weights[: len(SIGNALS)]), Logistic(0.0, weights[len(SIGNALS) :])
    )
    probable = [topic.probability(one.rows) for one in near if one.answerable]
    return topic, float(np.quantile(probable, OFF_TOPIC_LOST))


def fit_confidence(
    ranking: Logistic, training: Sequence[Scored], held: Sequence[Scored]
) -> Logistic:
    """Return the probability that a question's first sentence answers it.

    Its direction, fitted on ``training``, tells answered questions from unanswerable ones: a wrong
    sentence for an answerable question teaches little about refusing, and is left out. Its scale
    and shift are fitted on ``held`` (Platt 1999), where the unanswerable count as
    UNANSWERABLE_SHARE of all.
    """
    signals, right, answerable = _firsts(ranking, training)
    telling = right | ~answerable
    direction = Logistic(*_logistic(signals[telling], answerable[telling]))
    signals, right, answerable = _firsts(ranking, held)
    logits = np.array([[direction.logit(tuple(row))] for row in signals])
    scale, shift = _platt(logits, right, _importance(answerable))
    return Logistic(
        shift + scale * direction.intercept, tuple(scale * weight for weight in direction.weights)
    )


def _firsts(
    ranking: Logistic, scored: Sequence[Scored]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the first sentences' signals, whether they are right, whether any could be."""
    kept = [one for one in scored if len(one.signals)]
    firsts = [_first(ranking, one) for one in kept]
    return (
        np.array([signals for signals, _ in firsts]),
        np.array([right for _, right in firsts]),
        np.array([one.answerable for one in kept]),
    )


def choose_threshold(
    weighing: Weighing, scored: Sequence[Scored]
) -> tuple[float, dict[str, float]]:
    """Return the threshold that refuses most unanswerables at MOST_LOST answerables lost.

    With the shares that it gives: of sentences right at rank 1 (no refusal), of unanswerables
    refused, of answerables lost; and the confidence's expected calibration error.
    """
    best = [_best(weighing, one) for one in scored]
    answerable = [
        (p, right) for (p, right), one in zip(best, scored, strict=True) if one.answerable
    ]
    others = [p for (p, _), one in zip(best, scored, strict=True) if not one.answerable]
    probabilities = sorted(p for p, _ in answerable)
    threshold = probabilities[int(MOST_LOST * len(probabilities))]
    chances = np.array([p for p, _ in best])
    figures = {
        "questions": float(len(scored)),
        "right_sentence": _share([right for _, right in answerable]),
        "unanswerable_refused": _share([p < threshold for p in others]),
        "answerable_lost": _share([p < threshold for p, _ in answerable]),
        "expected_calibration_error": calibration_error(
            chances, np.array([float(right) for _, right in best])
        ),
    }
    return threshold, {key: round(value, 4) for key, value in figures.items()}


def _logistic(
    signals: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[float, tuple[float, ...]]:
    """Return intercept and weights; no signal of GUARDS speaks for an answer."""
    from sklearn.linear_model import LogisticRegression

    def fit(columns: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        model = LogisticRegression(C=_REGULARISATION, max_iter=5000)
        model.fit(signals * columns, right)
        return float(model.intercept_[0]), model.coef_[0] * columns

    return _guarded(fit, signals.shape[1])


def _guarded(
    fit: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]], count: int
) -> tuple[float, tuple[float, ...]]:
    """Return what ``fit`` finds with ``count`` columns of 1, less guards that speak for answers.

    ``count`` is that of SIGNALS, or a multiple. ``fit`` gives intercept and weights. A guard whose
    weight comes out positive gets a column of 0, and the rest are fitted anew.
    """
    columns = np.ones(count)
    guards = [n for n in range(count) if SIGNALS[n % len(SIGNALS)] in GUARDS]
    while True:
        intercept, weights = fit(columns)
        wrong = [n for n in guards if weights[n] > 0]
        if not wrong:
            return intercept, tuple(float(weight) for weight in weights)
        columns[wrong] = 0.0


def _conditional_logit(
    questions: Sequence[Scored], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    from scipy.optimize import minimize

    each = [(one.signals * columns, one.right) for one in questions]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = 0.5 / _REGULARISATION * weights @ weights, weights / _REGULARISATION
        for signals, holds in each:
            logits = signals @ weights
            powers = np.exp(logits - logits.max())
            shares = powers / powers.sum()
            right = shares * holds
            total = max(right.sum(), 1e-300)
            value -= np.log(total)
            slope = slope - signals.T @ (right / total - shares)
        return float(value), slope

    found = minimize(loss, np.zeros(len(SIGNALS)), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x * columns
    return weights


def _platt(
    logits: NDArray[np.float64], right: NDArray[np.bool_], importance: NDArray[np.float64]
) -> tuple[float, float]:
    """Return (scale, shift) that make probabilities of ``logits``, of shape (n, 1)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6, max_iter=5000).fit(logits, right, sample_weight=importance)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def _importance(answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each question's weight: together the unanswerable ones count UNANSWERABLE_SHARE."""
    share = np.where(answerable, 1.0 - UNANSWERABLE_SHARE, UNANSWERABLE_SHARE)
    count = np.where(answerable, answerable.sum(), (~answerable).sum())
    weights: NDArray[np.float64] = share * len(answerable) / count
    return weights


def _first(ranking: Logistic, one: Scored) -> tuple[NDArray[np.float64], bool]:
    """Return the signals of a question's first sentence, and whether it is right."""
    place = int(np.argmax([ranking.logit(tuple(row)) for row in one.signals]))
    return one.signals[place], bool(one.right[place])


def _best(weighing: Weighing, one: Scored) -> tuple[float, bool]:
    if not len(one.signals):
        return 0.0, False
    signals, right = _first(weighing.ranking, one)
    if weighing.is_off_topic(one.rows):
        return 0.0, right
    return weighing.confidence.probability(tuple(signals)), right


def _share(flags: Collection[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _among(article_id: str, names: Collection[str]) -> bool:
    return any(article_id == name or article_id.startswith(f"{name}#") for name in names)


def _articles(folder: Path | None) -> tuple[Article, ...]:
    if folder is None:
        raise SystemExit("--articles FOLDER is needed: the set holds no articles of its own")
    return load_folder(folder, BotSettings())


@contextmanager
def _index(
    articles: Sequence[Article], embedder: Embedder, settings: BotSettings
) -> Iterator[Library]:
    split = SplitSettings(settings.max_tokens, settings.min_tokens, settings.overlap_sentences)
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder), lambda: embedder, split=split) as library,
    ):
        library.add_many(articles)
        yield library


def _parser() -> argparse.ArgumentParser:
    parser: Any = argparse.ArgumentParser(prog="python -m evaluation.fitting", description=__doc__)
    parser.add_argument("--weights-on", type=Path, required=True, metavar="SET")
    parser.add_argument(
        "--weights-articles", type=Path, metavar="FOLDER", help="that set's articles"
    )
    parser.add_argument(
        "--absent-on", type=Path, metavar="SET", help="questions of other matters: none is answered"
    )
    parser.add_argument("--absent", type=int, default=150, help="how many of them are drawn")
    parser.add_argument("--reader", type=Path, default=SHIPPED, help="folder of the model")
    parser.add_argument("--threshold-on", type=Path, required=True, metavar="SET")
    parser.add_argument("--articles", type=Path, metavar="FOLDER", help="that set's articles")
    parser.add_argument("--out", type=Path, default=DEFAULT_WEIGHTS)
    made: argparse.ArgumentParser = parser
    return made


if __name__ == "__main__":
    sys.exit(main())
