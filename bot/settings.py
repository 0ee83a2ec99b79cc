"""The environment in, one frozen BotSettings out: the only reader of ``BOT_`` variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from bot.errors import SettingsError

_ROOT: Final = Path(__file__).resolve().parent.parent
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class BotSettings:
    """Every setting, with its default. ``BOT_<FIELD IN CAPITALS>`` in the environment sets it."""

    index: Path = Path(".index")
    """Folder of the index: catalogue and vectors."""
    sample_articles: Path = _ROOT / "corpus" / "articles"
    """Folder that a first start of the page indexes."""
    model: str = ""
    """``provider:name`` of a chat model; empty: the built-in reader."""
    model_url: str = ""
    """URL of the model's server (OpenAI-compatible, Ollama, ...); empty: the provider's own."""
    model_timeout_seconds: float = 60.0
    """Longest wait for the next piece of a model's reply."""
    model_total_seconds: float = 180.0
    """Time that a model's reply may take in all, further tries included."""
    model_tries: int = 3
    """How often a model that is down or busy is asked before the reader answers instead."""
    model_context_tokens: int = 4_096
    """Tokens that the model reads and writes at once; passages that do not fit are left out."""
    model_reply_tokens: int = 512
    """Longest reply of a model, in tokens."""
    embedder: str = ""
    """sentence-transformers name or folder; empty: the packaged all-MiniLM-L6-v2."""
    chroma_url: str = ""
    """URL of a Chroma server; empty: the embedded store in ``index``."""
    host: str = "127.0.0.1"
    """Address the page listens on."""
    port: int = 7860
    """Port the page listens on."""
    hosts: str = ""
    """Names, by commas, that the server is called by, beside ``localhost`` and IP addresses."""
    conversations: str = "browser"
    """Where conversations are kept: ``browser``, ``sqlite`` (a file in ``index``) or ``off``."""
    k: int = 10
    """Passages retrieved for a question."""
    refusal: float = -1.0
    """Least confidence, 0 to 1, at which an answer is given; -1: the fitted threshold."""
    max_tokens: int = 200
    """Longest passage, in the embedder's tokens."""
    min_tokens: int = 120
    """Length at which a passage ends with its paragraph, in the embedder's tokens."""
    overlap_sentences: int = 1
    """Sentences that a passage repeats of the one before it."""
    auth: str = ""
    """File of accounts (``python -m bot user add NAME``); empty: nobody signs in."""
    user_collections: bool = False
    """Whether each user has articles of their own, in ``index/users``; needs ``auth``."""
    rate_per_minute: int = 300
    """Questions and searches that one user (else one address) may ask a minute; 0: any number."""
    max_articles: int = 0
    """Most articles in a collection; 0: any number."""
    trusted_proxies: str = ""
    """Addresses of proxies, by commas, that say whom they come for (X-Forwarded-For); none."""
    max_question_chars: int = 2_000
    """Longest question, in characters."""
    max_upload_bytes: int = 10_000_000
    """Largest file or page that is read, in bytes."""
    fetch_timeout_seconds: float = 20.0
    """Time a URL's page may take in all."""
    max_redirects: int = 5
    """Redirects followed when a URL is fetched."""
    max_pages: int = 500
    """Pages fetched for one feed, sitemap or list of addresses."""
    allow_private_urls: bool = False
    """Whether private and loopback addresses may be fetched."""

    def __post_init__(self) -> None:
        _check(1 <= self.k <= 100, "k", self.k, "a number from 1 to 100")
        _check(0 <= self.port <= 65535, "port", self.port, "a port from 0 to 65535")
        _check(
            self.refusal == -1.0 or 0.0 <= self.refusal <= 1.0,
            "refusal",
            self.refusal,
            "a probability from 0 to 1, or -1 for the fitted threshold",
        )
        _check(
            16 <= self.min_tokens <= self.max_tokens,
            "min_tokens",
            self.min_tokens,
            f"16 to BOT_MAX_TOKENS ({self.max_tokens})",
        )
        _check(
            0 <= self.overlap_sentences <= 10,
            "overlap_sentences",
            self.overlap_sentences,
            "a number from 0 to 10",
        )
        for name in (
            *("max_question_chars", "max_upload_bytes", "fetch_timeout_seconds"),
            *("model_timeout_seconds", "model_total_seconds"),
        ):
            _check(getattr(self, name) > 0, name, getattr(self, name), "a number above 0")
        _check(self.max_pages >= 1, "max_pages", self.max_pages, "1 or more")
        _check(self.max_redirects >= 0, "max_redirects", self.max_redirects, "0 or more")
        _check(
            self.conversations in ("browser", "sqlite", "off"),
            "conversations",
            self.conversations,
            "browser, sqlite or off",
        )
        self._check_model()
        self._check_doors()

    def _check_doors(self) -> None:
        _check(self.rate_per_minute >= 0, "rate_per_minute", self.rate_per_minute, "0 or more")
        _check(self.max_articles >= 0, "max_articles", self.max_articles, "0 or more")
        _check(
            bool(self.auth) or not self.user_collections,
            "user_collections",
            "yes",
            "BOT_AUTH to name the users, or no",
        )

    def _check_model(self) -> None:
        _check(1 <= self.model_tries <= 10, "model_tries", self.model_tries, "1 to 10")
        _check(
            16 <= self.model_reply_tokens <= self.model_context_tokens // 2,
            "model_reply_tokens",
            self.model_reply_tokens,
            f"16 to half of BOT_MODEL_CONTEXT_TOKENS ({self.model_context_tokens})",
        )
        _check(
            self.model_context_tokens >= 1_024,
            "model_context_tokens",
            self.model_context_tokens,
            "1024 or more",
        )
        _check(
            not self.model_url or self.model_url.startswith(("http://", "https://")),
            "model_url",
            self.model_url,
            "a URL that begins with http:// or https://",
        )


def from_env(environ: Mapping[str, str]) -> BotSettings:
    """Return the settings that ``environ``'s ``BOT_`` variables ask for; an empty one asks nothing.

    Raises SettingsError for a value of the wrong kind and for a ``BOT_`` variable that no setting
    has (a misspelt name must not be silently ignored).
    """
    known = {f"BOT_{field.name.upper()}": field for field in fields(BotSettings)}
    strangers = sorted(key for key in environ if key.startswith("BOT_") and key not in known)
    if strangers:
        raise SettingsError(
            f"{strangers[0]} is no setting of this program; there are: {', '.join(sorted(known))}"
        )
    values: dict[str, Any] = {}
    for key, field in known.items():
        if environ.get(key, "").strip():
            values[field.name] = _CONVERT[str(field.type)](key, environ[key])
    return BotSettings(**values)


def _check(holds: bool, name: str, value: object, expected: str) -> None:
    if not holds:
        raise SettingsError(f"BOT_{name.upper()}={value}: expected {expected}")


def _number(kind: type[int] | type[float]) -> Callable[[str, str], int | float]:
    def convert(key: str, value: str) -> int | float:
        try:
            return kind(value.strip().replace("_", ""))
        except ValueError as exc:
            what = "a whole number" if kind is int else "a number"
            raise SettingsError(f"{key}={value!r}: expected {what}") from exc

    return convert


def _boolean(key: str, value: str) -> bool:
    word = value.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise SettingsError(f"{key}={value!r}: expected yes or no")


# Keyed by the annotation's text: annotations are strings here (PEP 563).
_CONVERT: Final[Mapping[str, Callable[[str, str], object]]] = {
    "str": lambda _key, value: value.strip(),
    "Path": lambda _key, value: Path(value).expanduser(),
    "int": _number(int),
    "float": _number(float),
    "bool": _boolean,
}
