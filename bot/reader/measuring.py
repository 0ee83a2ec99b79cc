"""A SQuAD file in, the shipped reader's figures and calibration out.

    python -m bot.reader.measuring ../shared/data/validation/squad_v2_validation.json

Each question is read with its own paragraph, as SQuAD's scripts have it. ``--write`` puts the
calibration beside the model; ``--latency`` compares the time for 8 passages with the same network
in torch's fp32 (needs torch and a checkpoint).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from bot.reader.calibration import fit
from bot.reader.examples import Example, read_examples
from bot.reader.features import Feature, load_tokenizer, make_windows, padded
from bot.reader.reading import SHIPPED, OnnxReader
from bot.reader.validation import all_figures, predict

CALIBRATION: Final = "calibration.json"
_PASSAGES: Final = 8
_ROUNDS: Final = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.measuring", description=__doc__)
    parser.add_argument("file", type=Path, help="SQuAD v1.1 or v2.0")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--write", action="store_true", help=f"write {CALIBRATION} there")
    parser.add_argument("--latency", type=Path, metavar="CHECKPOINT")
    given = parser.parse_args(arguments)
    examples = read_examples(given.file)
    reader = OnnxReader(given.model)
    tokenizer = load_tokenizer(given.model)
    found = predict(reader.logits, tokenizer, examples)
    result: dict[str, Any] = {
        "set": given.file.name,
        "questions": len(examples),
        **fit(found),
        "figures": all_figures(found),
    }
    if given.write:
        text = json.dumps(result, indent=2) + "\n"
        (given.model / CALIBRATION).write_text(text, encoding="utf-8")
    if given.latency:
        result["milliseconds"] = latency(reader, tokenizer, given.latency, examples)
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 0


def latency(
    reader: OnnxReader, tokenizer: Any, checkpoint: Path, examples: Sequence[Example]
) -> dict[str, float]:
    """Return the median milliseconds to read 8 passages: int8 ONNX, torch fp32, their ratio."""
    batch = [
        Feature(ids, passage_from, 0, 0, False, offsets, 0)
        for example in examples[:_PASSAGES]
        for ids, passage_from, offsets in make_windows(
            tokenizer, examples[0].question, example.context, 256, 128
        )[:1]
    ]
    shipped = _median(lambda: reader.logits(batch))
    plain = _median(_torch_forward(checkpoint, batch))
    return {
        "tokens": float(sum(len(feature.ids) for feature in batch)),
        "onnx_int8": round(shipped, 1),
        "torch_fp32": round(plain, 1),
        "ratio": round(plain / shipped, 2),
    }


def _torch_forward(checkpoint: Path, batch: Sequence[Feature]) -> Callable[[], object]:
    import torch

    from bot.reader.network import build_network
    from bot.reader.train import packaged

    torch.set_num_threads(2)
    network = build_network(packaged(), "sdpa")
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    network.eval()
    tensors = [torch.from_numpy(array) for array in padded(batch)]

    def forward() -> object:
        with torch.inference_mode():
            return network(*tensors)

    return forward


def _median(call: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
