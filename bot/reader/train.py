"""SQuAD-shaped files in, checkpoints of the reader out.

    python -m bot.reader.train --data ../shared/data/train --out /var/tmp/reader/a \
        --validation ../shared/data/validation/squad_v2_validation.json --steps 9000

Seeded. Stopped at any time, the same command goes on from the last checkpoint. The learning rate
warms up, stays, and falls to 0 over the last ``--decay`` steps, so that a run can be ended early
(or gone on with) by another ``--steps``. Dropout is off, which triples the speed on a CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.reader.adversaries import swapped
from bot.reader.examples import Example, other_passages, read_examples
from bot.reader.features import (
    CachingTokenizer,
    Feature,
    batches,
    load_tokenizer,
    padded,
    training_feature,
)
from bot.reader.network import build_network
from bot.reader.validation import all_figures, predict

MIX: Final[dict[str, tuple[float, float, float]]] = {
    "squadshifts_new_wiki": (0.6, 0.25, 0.8),
    "squadshifts_reddit": (0.1, 0.1, 0.2),
    "squadshifts_amazon_reviews": (0.1, 0.1, 0.2),
    "squad_v2_train_part": (1.0, 0.25, 0.8),
    "nq_gold_passage": (1.0, 0.1, 0.3),
    "qamr_sentences": (0.1, 0.0, 0.1),
    "written_wiki": (0.6, 0.0, 0.2),
    "written_wiki_2": (0.6, 0.0, 0.2),
    "written_news": (1.0, 0.5, 0.2),
    "written_adversarial": (1.0, 0.0, 0.1),
}
"""For each file: the share of its questions in an epoch (2.0: each twice); and, per question, how
many unanswerables are made of it by another passage and by a swap."""
_CHECKPOINT_SECONDS: Final = 240
_ANSWERABILITY_WEIGHT: Final = 0.5
_FOLLOW_EVERY: Final = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, or go on training, to ``--steps``; print figures as they come."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    given = _parser().parse_args(arguments)
    import torch

    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    base = given.base or packaged()
    tokenizer = CachingTokenizer(load_tokenizer(base))
    run = Run(given, build_network(base), torch)
    examples = read_examples(given.validation)
    sample = random.Random(1).sample(examples, min(given.sample, len(examples)))
    for step, batch in run.batches(tokenizer):
        run.train(batch)
        if step % given.validate_every == 0 or step == given.steps:
            whole = step == given.steps
            found = run.validate(tokenizer, examples if whole else sample)
            run.log({"step": step, "validated": len(examples if whole else sample), **found})
    run.save()
    return 0


class Run:
    """The state of a training run: network, averaged weights, optimiser, step."""

    def __init__(self, given: argparse.Namespace, network: Any, torch: Any) -> None:
        self._given = given
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._network = network.to(self._device)
        self._network.eval()  # No dropout.
        self._network.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        self._trained = {k: p for k, p in self._network.named_parameters() if p.requires_grad}
        self._optimiser = torch.optim.AdamW(
            _groups(self._network, given), betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        self._average = {k: v.detach().clone() for k, v in network.state_dict().items()}
        self._step = 0
        self._started = self._saved = time.monotonic()
        self._seconds_before = 0.0
        self._losses: list[float] = []
        self._path = given.out / "checkpoint.pt"
        if self._path.exists():
            self._load()

    def batches(self, tokenizer: Any) -> Iterator[tuple[int, list[Feature]]]:
        """Yield (step, batch) up to the last step; epochs are drawn anew, seeded by their number.

        After a resume, batches that were trained on are passed over.
        """
        given, step, epoch = self._given, 0, 0
        while step < given.steps:
            rng = random.Random(f"{given.seed}-{epoch}")
            features = epoch_features(tokenizer, given.data, given.max_tokens, rng)
            for batch in batches(features, given.batch_tokens, rng):
                step += 1
                if step > given.steps:
                    return
                if step > self._step:
                    self._step = step
                    yield step, batch
            epoch += 1
            if step > self._step - 1:
                self.log({"step": step, "epoch": epoch, "examples": len(features)})

    def train(self, batch: Sequence[Feature]) -> None:
        """Take one step; save when it is time."""
        torch = self._torch
        rate = schedule(self._step, self._given)
        for group in self._optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        self._optimiser.zero_grad(set_to_none=True)
        loss = self._loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        self._optimiser.step()
        self._follow()
        self._losses.append(float(loss.detach()))
        if self._step % 50 == 0:
            self.log({"step": self._step, "loss": round(float(np.mean(self._losses)), 4)})
            self._losses.clear()
        if time.monotonic() - self._saved > _CHECKPOINT_SECONDS:
            self.save()

    def validate(self, tokenizer: Any, examples: Sequence[Example]) -> dict[str, float]:
        """Return the figures of the averaged weights on ``examples``, for each refusal score."""
        own = {k: v.detach().clone() for k, v in self._network.state_dict().items()}
        self._network.load_state_dict(self._average)
        try:
            return all_figures(predict(self.logits, tokenizer, examples))
        finally:
            self._network.load_state_dict(own)

    def logits(self, batch: Sequence[Feature]) -> tuple[Any, Any, Any]:
        """Return start, end and answerability logits as arrays."""
        torch = self._torch
        tensors = [torch.from_numpy(array).to(self._device) for array in padded(batch)]
        with torch.no_grad(), torch.autocast(self._device, dtype=torch.bfloat16):
            return tuple(t.float().cpu().numpy() for t in self._network(*tensors))

    def log(self, row: dict[str, Any]) -> None:
        """Print a row and append it to ``log.jsonl``."""
        row = {**row, "minutes": round(self._seconds() / 60, 1)}
        line = json.dumps(row)
        print(line, flush=True)
        with (self._given.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        scratch = self._path.with_suffix(".new")
        state = {
            "network": self._network.state_dict(),
            "average": self._average,
            "optimiser": self._optimiser.state_dict(),
            "step": self._step,
            "seconds": self._seconds(),
        }
        self._torch.save(state, scratch)
        scratch.replace(self._path)
        self._saved = time.monotonic()

    def _load(self) -> None:
        state = self._torch.load(self._path, map_location=self._device, weights_only=True)
        self._network.load_state_dict(state["network"])
        self._average = state["average"]
        self._optimiser.load_state_dict(state["optimiser"])
        self._step = int(state["step"])
        self._seconds_before = float(state["seconds"])
        self.log({"step": self._step, "resumed": True})

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._started

    def _loss(self, batch: Sequence[Feature]) -> Any:
        torch = self._torch
        ids, mask, types = (torch.from_numpy(a).to(self._device) for a in padded(batch))
        starts = torch.tensor([f.start for f in batch], device=self._device)
        ends = torch.tensor([f.end for f in batch], device=self._device)
        holds = torch.tensor([float(f.answerable) for f in batch], device=self._device)
        with torch.autocast(self._device, dtype=torch.bfloat16):
            start, end, answerable = self._network(ids, mask, types)
        span = torch.nn.functional.cross_entropy(start, starts)
        span = span + torch.nn.functional.cross_entropy(end, ends)
        binary = torch.nn.functional.binary_cross_entropy_with_logits(answerable, holds)
        return span / 2 + _ANSWERABILITY_WEIGHT * binary

    def _follow(self) -> None:
        """Let the averaged weights follow, every few steps; faster in the beginning."""
        if self._step % _FOLLOW_EVERY:
            return
        rate = min(0.999, (1 + self._step) / (10 + self._step)) ** _FOLLOW_EVERY
        averages = [self._average[key] for key in self._trained]
        with self._torch.no_grad():
            self._torch._foreach_lerp_(averages, list(self._trained.values()), 1 - rate)


def epoch_features(
    tokenizer: Any, folder: Path, max_tokens: int, rng: random.Random
) -> list[Feature]:
    """Return one epoch's features, drawn from the files of MIX that are in ``folder``."""
    drawn: list[Example] = []
    for name, (share, others, swaps) in MIX.items():
        path = folder / f"{name}.json"
        if not path.exists():
            print(f"{path} is not here: trained without it", file=sys.stderr)
            continue
        examples = read_examples(path)
        kept = examples * int(share) + rng.sample(examples, int(share % 1 * len(examples)))
        drawn += kept
        drawn += other_passages(kept, rng, others) if others else []
        drawn += swapped(kept, rng, int(swaps * len(kept)))
    return [training_feature(tokenizer, e, n, max_tokens, rng) for n, e in enumerate(drawn)]


def schedule(step: int, given: argparse.Namespace) -> float:
    """Return the learning rate at ``step``: warm-up, constant, linear decay to 0."""
    rate = float(given.rate)
    if step < given.warmup:
        return rate * step / float(given.warmup)
    left = float(given.steps - step)
    return rate * min(1.0, (left + 1.0) / float(given.decay))


def packaged() -> Path:
    """Return the folder of the packaged MiniLM encoder, which training starts from."""
    from index.embedding import packaged_folder

    return packaged_folder()


def _groups(network: Any, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the parameters by layer: lower layers learn more slowly."""
    layers = network.encoder.config.num_hidden_layers
    groups: dict[float, list[Any]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        depth = layers
        if name.startswith("encoder.embeddings"):
            depth = 0
        elif "encoder.layer." in name:
            depth = int(name.split("encoder.layer.")[1].split(".")[0])
        groups.setdefault(given.layer_decay ** (layers - depth), []).append(parameter)
    return [{"params": found, "scale": scale, "lr": 0.0} for scale, found in groups.items()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.reader.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--validation", type=Path, required=True, help="SQuAD v2.0 file")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--base", type=Path, help="encoder's folder; none: the packaged MiniLM")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--decay", type=int, default=1500, help="last steps, rate falling to 0")
    parser.add_argument("--warmup", type=int, default=300)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--layer-decay", type=float, default=0.9)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--sample", type=int, default=800, help="questions validated on meanwhile")
    parser.add_argument("--validate-every", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    return parser


if __name__ == "__main__":
    sys.exit(main())
