"""Question sets in, ``bot/weights.json`` out: the weights of the signals and the threshold.

    python -m evaluation.fitting --weights-on TRAIN.json... --threshold-on SET --articles FOLDER

The weights are a logistic regression over every sentence of every question's passages: 1 if it
holds the answer, else 0. The threshold is then chosen on another set. Never pass a set here on
which a figure will be claimed as unseen.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.extracting import Candidate, ExtractiveAnswerer
from bot.question import analyse
from bot.settings import BotSettings
from bot.signals import DEFAULT_WEIGHTS, SIGNALS, Weights
from corpus.article import Article
from corpus.loaders import find_files, load_file
from corpus.splitting import SplitSettings
from evaluation.questions import GoldQuestion
from evaluation.sets import QuestionSet, read_set
from index.embedding import Embedder, load_embedder
from index.library import Library

SEED: Final = 20261124
MOST_LOST: Final = 0.08
"""Share of answerable questions that the threshold may refuse."""
_REGULARISATION: Final = 1.0
"""Inverse strength of the L2 penalty (scikit-learn's C)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One question's sentences: signals of shape (n, len(SIGNALS)), and which are right."""

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print the figures and write the file."""
    given = _parser().parse_args(arguments)
    embedder = load_embedder()
    training: list[Scored] = []
    for path in given.weights_on:
        training += score_set(read_set(path), None, embedder, given.limit)
    weights = fit_weights(training)
    held = score_set(read_set(given.threshold_on), given.articles, embedder, None)
    threshold, figures = choose_threshold(weights, held)
    names = ", ".join(path.stem for path in given.weights_on)
    stored = {
        "fitted_on": f"weights: {len(training)} questions of {names}; "
        f"threshold: {len(held)} of {given.threshold_on.stem}",
        "intercept": round(weights.intercept, 4),
        "threshold": round(threshold, 4),
        "weights": dict(zip(SIGNALS, (round(w, 4) for w in weights.weights), strict=True)),
        "figures": figures,
    }
    text = json.dumps(stored, indent=2) + "\n"
    given.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def score_set(
    questions: QuestionSet, folder: Path | None, embedder: Embedder, limit: int | None
) -> list[Scored]:
    """Return the sentences that the chain would weigh for each question, over a fresh index.

    ``limit`` takes that many questions, drawn with a fixed seed.
    """
    asked = list(questions.questions)
    if limit is not None and limit < len(asked):
        asked = random.Random(SEED).sample(asked, limit)
    articles = questions.articles or _articles(folder)
    settings = BotSettings()
    with _index(articles, embedder, settings) as library:
        answerer = ExtractiveAnswerer(library, lambda: embedder, blank_weights())
        scored = []
        for number, question in enumerate(asked):
            if number % 100 == 0:
                sys.stderr.write(f"\r{number}/{len(asked)} questions")
            hits = library.retrieve(question.question, settings.k)
            scored.append(score(question, answerer.candidates(analyse(question.question), hits)))
    sys.stderr.write("\n")
    return scored


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


def fit_weights(scored: Sequence[Scored]) -> Weights:
    """Return the logistic regression over all sentences of all questions."""
    from sklearn.linear_model import LogisticRegression

    kept = [one for one in scored if len(one.signals)]
    model = LogisticRegression(C=_REGULARISATION, max_iter=1000)
    model.fit(np.concatenate([o.signals for o in kept]), np.concatenate([o.right for o in kept]))
    return Weights(
        intercept=float(model.intercept_[0]),
        weights=tuple(float(weight) for weight in model.coef_[0]),
        threshold=0.5,
        fitted_on="",
        figures={},
    )


def choose_threshold(weights: Weights, scored: Sequence[Scored]) -> tuple[float, dict[str, float]]:
    """Return the threshold that refuses most unanswerables at MOST_LOST answerables lost.

    With the shares that it gives: of sentences right at rank 1 (no refusal), of unanswerables
    refused, of answerables lost.
    """
    best = [_best(weights, one) for one in scored]
    answerable = [
        (p, right) for (p, right), one in zip(best, scored, strict=True) if one.answerable
    ]
    others = [p for (p, _), one in zip(best, scored, strict=True) if not one.answerable]
    probabilities = sorted(p for p, _ in answerable)
    threshold = probabilities[int(MOST_LOST * len(probabilities))]
    figures = {
        "questions": float(len(scored)),
        "right_sentence": _share([right for _, right in answerable]),
        "unanswerable_refused": _share([p < threshold for p in others]),
        "answerable_lost": _share([p < threshold for p, _ in answerable]),
    }
    return threshold, {key: round(value, 4) for key, value in figures.items()}


def blank_weights() -> Weights:
    """Return weights that rank nothing: for measuring signals alone."""
    return Weights(0.0, (0.0,) * len(SIGNALS), 0.0, "", {})


def _best(weights: Weights, one: Scored) -> tuple[float, bool]:
    found = [weights.probability(tuple(row)) for row in one.signals]
    if not found:
        return 0.0, False
    place = int(np.argmax(found))
    return found[place], bool(one.right[place])


def _share(flags: Collection[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _among(article_id: str, names: Collection[str]) -> bool:
    return any(article_id == name or article_id.startswith(f"{name}#") for name in names)


def _articles(folder: Path | None) -> tuple[Article, ...]:
    if folder is None:
        raise SystemExit("--articles FOLDER is needed: the set holds no articles of its own")
    return tuple(load_file(path, root) for path, root in find_files(folder))


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
    parser.add_argument("--weights-on", type=Path, nargs="+", required=True, metavar="SET")
    parser.add_argument("--limit", type=int, help="questions drawn from each of these sets")
    parser.add_argument("--threshold-on", type=Path, required=True, metavar="SET")
    parser.add_argument("--articles", type=Path, metavar="FOLDER", help="that set's articles")
    parser.add_argument("--out", type=Path, default=DEFAULT_WEIGHTS)
    made: argparse.ArgumentParser = parser
    return made


if __name__ == "__main__":
    sys.exit(main())
