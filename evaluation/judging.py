"""A record and a chat model in, the record with a judgement out; never used unless asked for.

The judge reads the question, the accepted answers and the reply, by prompts/judge.md, and ends
with RIGHT or WRONG.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import Template
from typing import Any, Final

from bot.chatting.prompts import load_prompt
from evaluation.errors import EvaluationError
from evaluation.records import Record, with_judgement
from evaluation.running import Judge

PROMPT: Final = "judge"
PLACEHOLDERS: Final = frozenset({"question", "accepted", "reply"})
_VERDICT: Final = re.compile(r"\b(RIGHT|WRONG)\b")
_NONE: Final = "(none: the articles do not answer it, and saying so is right)"
Complete = Callable[[str], str]
"""Takes a prompt, returns the model's reply."""


def load_judge(model: str) -> Judge:
    """Return a judge over the chat model ``provider:name``; EvaluationError if there is none,
    PromptError if the prompt cannot be used.
    """
    from langchain.chat_models import init_chat_model

    try:
        chat: Any = init_chat_model(model, temperature=0)
    # A provider's package raises its own kinds of errors for a missing key or an unknown name.
    except Exception as exc:
        raise EvaluationError(f"--judge {model}: {' '.join(str(exc).split())}") from exc
    return make_judge(
        lambda prompt: str(chat.invoke(prompt).text), load_prompt(PROMPT, PLACEHOLDERS)
    )


def make_judge(complete: Complete, prompt: Template) -> Judge:
    """Return a judge that asks ``complete``.

    A failed question is wrong without asking. A reply without a verdict, or none because the model
    failed, leaves ``judged`` None, and what was said is kept.
    """

    def judge(record: Record) -> Record:
        if record.error:
            return with_judgement(record, 0.0, "the question failed")
        asked = prompt.substitute(
            question=record.gold.question,
            accepted="\n".join(f"- {answer}" for answer in record.gold.answers) or _NONE,
            reply=record.reply.text,
        )
        try:
            said = complete(asked)
        # The run's records are worth more than one judgement; the failure is told in the record.
        except Exception as exc:
            return with_judgement(record, None, f"the judge failed: {exc}")
        return with_judgement(record, read_verdict(said), said)

    return judge


def read_verdict(said: str) -> float | None:
    """Return 1.0 for RIGHT, 0.0 for WRONG, by the last such word; None without one."""
    found = _VERDICT.findall(said)
    return float(found[-1] == "RIGHT") if found else None
