"""Settings in, a chat model out: the only file that knows LangChain's models and their errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from bot.errors import ModelError, SettingsError
from bot.settings import BotSettings

Message = tuple[Literal["system", "human"], str]

_INSTALL: Final = {
    "openai": "langchain-openai",
    "ollama": "langchain-ollama",
    "anthropic": "langchain-anthropic",
}
# These take no temperature: OpenAI's o-series and from GPT-5 on, Claude from Opus 4.7 and 5 on.
_NO_TEMPERATURE: Final = re.compile(r"^(o\d|gpt-[5-9]|claude-[a-z]+-([5-9]|4-[7-9]))")
_NO_KEY: Final = "no key needed"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a reply. ``tokens`` (read, written) come with the last; ``cut``: at a limit."""

    text: str
    tokens: tuple[int, int] = (0, 0)
    cut: bool = False


class ChatModel(Protocol):
    """A chat model, of whatever provider."""

    @property
    def name(self) -> str:
        """``ollama:qwen3:8b``, as set."""
        ...

    def stream(self, messages: Sequence[Message]) -> Iterator[Chunk]:
        """Yield the reply as it is written; ModelError says why there is none, or no more."""
        ...


class LangChainModel:
    """A ChatModel over any LangChain chat model."""

    def __init__(self, name: str, chat: Any) -> None:
        """``chat`` is a ``BaseChatModel``."""
        self._name = name
        self._chat = chat

    @property
    def name(self) -> str:
        """``provider:name``."""
        return self._name

    def stream(self, messages: Sequence[Message]) -> Iterator[Chunk]:
        """Yield the reply as it is written; ModelError says why there is none, or no more."""
        ended = self._name.partition(":")[0] not in _INSTALL
        try:
            for message in self._chat.stream(list(messages)):
                ended = ended or bool(_reason(message))
                yield _chunk(message)
        # Each provider raises its own kinds of errors, and httpx's and json's through them.
        except Exception as exc:
            raise explain(exc) from exc
        # A proxy that closes a stream politely leaves half a reply that looks whole.
        if not ended:
            raise ModelError("stopped without saying that it was done", passing=True)


def load_chat_model(settings: BotSettings) -> ChatModel:
    """Return the model that ``settings.model`` names; SettingsError says what is wrong or missing.

    No connection is made.
    """
    provider, _, name = settings.model.partition(":")
    if not name.strip() or not provider.strip():
        raise SettingsError(
            f"BOT_MODEL={settings.model}: expected provider:name, for instance ollama:qwen3:8b, "
            "openai:gpt-4.1-mini or anthropic:claude-sonnet-4-5"
        )
    options = _options(provider, name, settings)
    try:
        chat = _init(provider, name, options)
    except ImportError as exc:
        package = _INSTALL.get(provider, getattr(exc, "name", None) or f"langchain-{provider}")
        extra = f" (or “.[{provider}]”)" if provider in _INSTALL else ""
        raise SettingsError(
            f"BOT_MODEL={settings.model}: the package for {provider} is not installed; install it: "
            f"pip install {package.replace('_', '-')}{extra}"
        ) from exc
    # A provider's package raises its own kinds of errors for a missing key or a bad option.
    except Exception as exc:
        reason = " ".join(str(exc).split())[:300]
        raise SettingsError(f"BOT_MODEL={settings.model}: {reason}") from exc
    return LangChainModel(settings.model, chat)


def explain(error: Exception) -> ModelError:
    """Return ``error`` in words that go on after the model's name, and whether it may pass."""
    status = _status(error)
    kinds = [kind.__name__ for kind in type(error).__mro__]
    said = " ".join(str(error).split())[:200]
    if status in (401, 403):
        return ModelError(f"refused the key ({status}): set it in the environment", passing=False)
    if status == 404:
        return ModelError(f"is not known there (404): {said}", passing=False)
    if status == 429:
        return ModelError("is busy, or the quota is used up (429)", passing=True)
    # Anthropic's own status; in the middle of a stream there is but the word.
    if status == 529 or "overloaded" in said.lower():
        return ModelError(f"is overloaded{' (529)' if status == 529 else ''}", passing=True)
    if status is not None and status >= 500:
        return ModelError(f"failed ({status})", passing=True)
    if status is not None and status >= 400:
        return ModelError(f"refused the request ({status}): {said}", passing=False)
    if any("Timeout" in kind for kind in kinds):
        return ModelError("did not answer in time", passing=True)
    if any("Connect" in kind or "Connection" in kind for kind in kinds):
        return ModelError("cannot be reached", passing=True)
    if any("Protocol" in kind or "ReadError" in kind for kind in kinds):
        return ModelError("broke the connection off", passing=True)
    return ModelError(f"sent something unreadable ({type(error).__name__})", passing=True)


def _init(provider: str, name: str, options: Mapping[str, Any]) -> Any:
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(name, model_provider=provider, **options)
    except Exception as error:
        # A server of one's own mostly asks for no key; the package always does.
        if provider != "openai" or "base_url" not in options or "credential" not in str(error):
            raise
        return init_chat_model(name, model_provider=provider, api_key=_NO_KEY, **options)
    # This package misses its key only when it asks, and then calls it a broken connection.
    if provider != "anthropic" or chat.anthropic_api_key.get_secret_value():
        return chat
    if "base_url" not in options:
        raise SettingsError("there is no key; set ANTHROPIC_API_KEY in the environment")
    return init_chat_model(name, model_provider=provider, api_key=_NO_KEY, **options)


def _options(provider: str, name: str, settings: BotSettings) -> dict[str, Any]:
    """Return the provider's own names for our limits; retries are ours, so that they are told."""
    reply, seconds = settings.model_reply_tokens, settings.model_timeout_seconds
    options: dict[str, Any] = {} if _NO_TEMPERATURE.match(name) else {"temperature": 0}
    if settings.model_url:
        options["base_url"] = settings.model_url
    if provider == "ollama":
        options |= {
            "num_ctx": settings.model_context_tokens,
            "num_predict": reply,
            # Thinking costs minutes on a CPU, and nobody reads it.
            "reasoning": False,
            "client_kwargs": {"timeout": seconds},
        }
    if provider in ("openai", "anthropic"):
        options |= {"timeout": seconds, "max_retries": 0, "max_tokens": reply}
    if provider == "openai":
        options["stream_usage"] = True
    if provider == "openai" and settings.model_url:
        # llama.cpp and others know only the old name of the limit.
        options["extra_body"] = {"max_tokens": reply}
    return options


def _chunk(message: Any) -> Chunk:
    usage: Mapping[str, int] = message.usage_metadata or {}
    return Chunk(
        text=str(message.text),
        tokens=(usage.get("input_tokens", 0), usage.get("output_tokens", 0)),
        cut=_reason(message) in ("length", "max_tokens"),
    )


def _reason(message: Any) -> str:
    """Return why the reply ends here in the provider's word, empty if it goes on."""
    said: Mapping[str, Any] = message.response_metadata or {}
    reasons = (said.get(key) for key in ("finish_reason", "done_reason", "stop_reason", "done"))
    return next((str(reason) for reason in reasons if reason), "")


def _status(error: Exception) -> int | None:
    """Return the HTTP status behind ``error``, None if it is of another kind."""
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status > 0:
            return status
    return None
