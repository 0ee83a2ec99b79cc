"""Messages in, a chat model's reply out, piece by piece, within limits of time and tries.

A model may be slow, busy, or gone in the middle of a sentence. Before its first word it is asked
again, after waiting longer each time; after that, what it said is kept, and why it broke off.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from bot.chatting.chat_models import ChatModel, Chunk, Message
from bot.checking.claims import without_thinking
from bot.errors import ModelError

_LOG: Final = logging.getLogger(__name__)
FIRST_WAIT_SECONDS: Final = 0.5
"""Before the second try; doubled for each further one."""
_OPENING: Final = "<think>"
_CHARACTERS_PER_TOKEN: Final = 8
"""English has about four: twice as many are said only by a model that minds no limit."""
_LEAST_CHARACTERS: Final = 8_000
_THOUGHTS: Final = 4
"""Hidden thoughts may be this many times as long as the longest answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often: seconds for the next piece and for everything, and tries.

    ``reply_tokens`` is the limit that the model was given; 0: none that is known.
    """

    piece_seconds: float = 60.0
    whole_seconds: float = 180.0
    tries: int = 3
    reply_tokens: int = 0

    @property
    def characters(self) -> int:
        """The longest answer, for a model that does not keep to its tokens."""
        return max(_LEAST_CHARACTERS, _CHARACTERS_PER_TOKEN * self.reply_tokens)


@dataclass(frozen=True, slots=True)
class Reply:
    """All that was said. ``broken`` says why it ends too early, empty if it does not.

    ``tokens`` are (read, written) over all tries, as far as the provider tells.
    """

    text: str
    broken: str = ""
    tokens: tuple[int, int] = (0, 0)


def ask_model(
    model: ChatModel,
    messages: Sequence[Message],
    limits: Limits,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[str | Reply]:
    """Yield pieces of the reply as they come, and last the whole Reply.

    A reasoning model's thoughts are left out. ModelError: it said nothing, for the last try's
    reason; never after a piece was yielded.
    """
    ends = clock() + limits.whole_seconds
    for attempt in range(1, limits.tries + 1):
        try:
            yield from _ask_once(model, messages, limits, ends, clock)
        except ModelError as error:
            wait = FIRST_WAIT_SECONDS * 2 ** (attempt - 1)
            _LOG.info("%s %s (try %d of %d)", model.name, error, attempt, limits.tries)
            if not error.passing or attempt == limits.tries or clock() + wait >= ends:
                raise
            sleep(wait)
        else:
            return


def _ask_once(
    model: ChatModel,
    messages: Sequence[Message],
    limits: Limits,
    ends: float,
    clock: Callable[[], float],
) -> Iterator[str | Reply]:
    said = shown = ""
    tokens = (0, 0)
    broken = ""
    try:
        for chunk in _timed(model, messages, limits.piece_seconds, ends, clock):
            said += chunk.text
            tokens = (tokens[0] + chunk.tokens[0], tokens[1] + chunk.tokens[1])
            visible = _visible(said)
            if len(visible) > len(shown):
                yield visible[len(shown) :]
                shown = visible
            if chunk.cut:
                broken = "reached the limit of its reply (BOT_MODEL_REPLY_TOKENS)"
            if max(len(visible), len(said) // (1 + _THOUGHTS)) > limits.characters:
                broken = "went on and on"
                break
    except ModelError as error:
        if not shown.strip():
            raise
        broken = str(error)
    text = without_thinking(said).strip()
    if not text:
        raise ModelError("said nothing", passing=True)
    yield Reply(text, broken, tokens)


def _timed(
    model: ChatModel,
    messages: Sequence[Message],
    piece_seconds: float,
    ends: float,
    clock: Callable[[], float],
) -> Iterator[Chunk]:
    """Yield the model's chunks; ModelError if the next one, or all of them, take too long.

    A thread of its own reads them: a provider's own time-out starts anew with every byte.
    """
    arrived: SimpleQueue[Chunk | ModelError | None] = SimpleQueue()
    stopped = Event()

    def read() -> None:
        try:
            for chunk in model.stream(messages):
                if stopped.is_set():
                    return
                arrived.put(chunk)
            arrived.put(None)
        except ModelError as error:
            arrived.put(error)

    Thread(target=read, name="read the chat model", daemon=True).start()
    try:
        while True:
            wait = min(piece_seconds, ends - clock())
            try:
                piece = arrived.get(timeout=max(0.0, wait))
            except Empty:
                raise ModelError(
                    f"did not answer within {max(wait, 0):.0f} s", passing=True
                ) from None
            if piece is None:
                return
            if isinstance(piece, ModelError):
                raise piece
            yield piece
    finally:
        stopped.set()


def _visible(said: str) -> str:
    """Return what may be shown of a reply so far: no thoughts, and no half of their mark."""
    if _OPENING.startswith(said.lstrip().lower()):
        return ""
    return without_thinking(said).lstrip()
