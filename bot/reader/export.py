"""Checkpoints in, the shipped model out: ONNX, int8, with tokenizer and hashes.

    python -m bot.reader.export /var/tmp/reader/a/checkpoint.pt --out bot/reader/model

Several checkpoints of one run are averaged (Wortsman et al. 2022, "Model soups").

Needs torch, transformers and onnx; the model that is written needs only onnxruntime and tokenizers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.reader.network import build_network
from bot.reader.reading import MANIFEST, MODEL, TOKENIZER

INPUTS: Final = ("ids", "mask", "types")
OUTPUTS: Final = ("start", "end", "answerable")
_OPSET: Final = 17


def main(arguments: Sequence[str] | None = None) -> int:
    """Export, quantise unless told not to, and write the manifest."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.export", description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="encoder's folder; none: the packaged MiniLM")
    parser.add_argument("--float", action="store_true", help="keep fp32 (90 MB), to compare")
    given = parser.parse_args(arguments)
    base = given.base or _packaged()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / MODEL
        export_float(given.checkpoints, base, exported)
        if given.float:
            shutil.copy(exported, given.out / MODEL)
        else:
            quantise(exported, given.out / MODEL)
    shutil.copy(base / TOKENIZER, given.out / TOKENIZER)
    hashes = {
        name: hashlib.sha256((given.out / name).read_bytes()).hexdigest()
        for name in (MODEL, TOKENIZER)
    }
    (given.out / MANIFEST).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(hashes))
    return 0


def export_float(checkpoints: Sequence[Path], base: Path, out: Path) -> None:
    """Write the mean of the checkpoints' averaged weights as an fp32 ONNX model."""
    import torch

    network = build_network(base)
    states = [
        torch.load(path, map_location="cpu", weights_only=True)["average"] for path in checkpoints
    ]
    network.load_state_dict(
        {key: sum(state[key] for state in states) / len(states) for key in states[0]}
    )
    network.eval()
    example = torch.ones((2, 16), dtype=torch.long)
    types = example.clone()
    types[:, :8] = 0
    axes = {0: "batch", 1: "length"}
    with warnings.catch_warnings():
        # The TorchScript exporter is deprecated, but writes a faster model than dynamo's here.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (example, example, types),
            str(out),
            dynamo=False,
            opset_version=_OPSET,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={
                **dict.fromkeys((*INPUTS, "start", "end"), axes),
                "answerable": {0: "batch"},
            },
        )


def quantise(model: Path, out: Path) -> None:
    """Write ``model`` with int8 weights, one scale a channel; the heads stay in fp32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(model),
        str(out),
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=_heads(model),
    )


def _heads(model: Path) -> list[str]:
    """Return the names of the nodes that belong to the heads: few weights, much to lose."""
    import onnx

    graph = onnx.load(str(model)).graph
    return [node.name for node in graph.node if node.name.startswith(("/span", "/answerable"))]


def _packaged() -> Path:
    from index.embedding import packaged_folder

    return packaged_folder()


if __name__ == "__main__":
    sys.exit(main())
