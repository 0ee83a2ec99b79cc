"""``transformers serve`` with a tiny, randomly initialised model: a real OpenAI-compatible server.

What it says is babble; the protocol is real. Nothing is downloaded.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

STARTS_WITHIN: Final = 180
"""Seconds; about 25 on an idle machine."""
_TEMPLATE: Final = (
    "{% for message in messages %}<s>{{ message['role'] }}: {{ message['content'] }}</s>"
    "{% endfor %}<s>assistant: "
)


def make_model(folder: Path, text: str, seed: int) -> None:
    """Save a Llama of 2 layers and 32 dimensions that says words of ``text``, in any order."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = {word: n for n, word in enumerate(dict.fromkeys(["<s>", "</s>", *text.split()]))}
    bare: Any = Tokenizer(models.WordLevel(words, unk_token="</s>"))
    bare.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare, bos_token="<s>", eos_token="</s>", pad_token="</s>", unk_token="</s>"
    )
    tokenizer.chat_template = _TEMPLATE
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=8_192,
        # Wide weights: its words vary, instead of one coming again and again.
        initializer_range=1.0,
        bos_token_id=0,
        # It never ends by itself: the reply is cut at the limit that was asked for.
        eos_token_id=None,
        pad_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@contextmanager
def tiny_server(folder: Path) -> Iterator[str]:
    """Serve any model by its path, logging to ``folder``; yield what ``BOT_MODEL_URL`` takes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    environ = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "cache"),
        "OMP_WAIT_POLICY": "PASSIVE",
        "TOKENIZERS_PARALLELISM": "false",
    }
    command = [str(Path(sys.executable).with_name("transformers")), "serve"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
        try:
            _wait_for(server, f"http://127.0.0.1:{port}/health", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            if httpx.get(url, timeout=5.0).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise AssertionError(f"transformers serve did not start:\n{log.read_text()[-2_000:]}")
