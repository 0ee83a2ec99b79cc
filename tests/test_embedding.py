from __future__ import annotations

import numpy as np
import pytest

from index.embedding import Embedder, embedded_key, embedded_text, load_embedder
from tests.fakes import make_article, whole_passage


def test_passages_of_one_title_and_text_have_one_key() -> None:
    one = whole_passage(make_article("It rained.", "a.txt", "Rain"))
    other = whole_passage(make_article("It rained.", "b.txt", "Rain"))
    retitled = whole_passage(make_article("It rained.", "a.txt", "Weather"))

    assert embedded_text(one) == "Rain\nIt rained."
    assert embedded_key(one) == embedded_key(other) != embedded_key(retitled)


@pytest.fixture(scope="module")
def packaged() -> Embedder:
    return load_embedder()


@pytest.mark.slow
@pytest.mark.parametrize(("text", "tokens"), [("It rained.", 3), ("goat " * 600, 600)])
def test_tokens_are_counted_without_padding_or_cutting_off(
    packaged: Embedder, text: str, tokens: int
) -> None:
    before = packaged.count_tokens(text)
    packaged.embed(["One.", "Another text, which is longer."])

    assert [before, packaged.count_tokens(text)] == [tokens, tokens]


@pytest.mark.slow
def test_vectors_have_length_1_and_near_texts_are_near(packaged: Embedder) -> None:
    vectors = packaged.embed(["Rain fell.", "It rained.", "The bank cut its rate."])

    assert vectors.shape == (3, packaged.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
