"""Token ids in, start, end and answerability logits out: the reader's network, in torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def build_network(folder: Path, attention: str = "eager") -> Any:
    """Return the encoder in ``folder`` under fresh heads, as a ``torch.nn.Module``.

    ``forward(ids, mask, types)``, each of shape (n, length), gives start and end logits, (n,
    length), and the answerability logit, (n,): higher means that the passage holds an answer. The
    first token, [CLS], stands for "no answer here". In bf16 on a CPU, eager attention trains 1.4
    times faster than sdpa (measured on two AVX-512 cores).
    """
    import torch
    from transformers import AutoModel

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(
                str(folder),
                attn_implementation=attention,
                add_pooling_layer=False,
                local_files_only=True,
            )
            width = self.encoder.config.hidden_size
            self.span = torch.nn.Linear(width, 2)
            self.answerable = torch.nn.Sequential(
                torch.nn.Linear(width, width), torch.nn.Tanh(), torch.nn.Linear(width, 1)
            )

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            hidden = self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=types
            ).last_hidden_state
            start, end = self.span(hidden).float().unbind(-1)
            # [SEP] and the question cannot be answers; [CLS] can.
            places = torch.arange(ids.shape[1], device=ids.device)
            closed = ((types == 0) | (mask == 0)) & (places > 0)
            start = start.masked_fill(closed, -1e4)
            end = end.masked_fill(closed, -1e4)
            return start, end, self.answerable(hidden[:, 0]).float().squeeze(-1)

    return Network()
