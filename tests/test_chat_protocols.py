"""langchain-openai, -ollama and -anthropic against a local server that speaks their protocols."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer
from bot.chatting.asking import Limits
from bot.chatting.chat_models import ChatModel, load_chat_model
from bot.commands import main
from bot.errors import ModelError, SettingsError
from bot.generating import BROKEN_OFF, ChatAnswerer
from bot.settings import BotSettings
from tests.chat_fakes import RATE, TRADE
from tests.chat_server import ChatServer, Turn, chat_server
from tests.conftest import ROOT
from tests.fakes import FakeIndex, QueuedAnswerer

pytest.importorskip("langchain_openai")
pytest.importorskip("langchain_ollama")
pytest.importorskip("langchain_anthropic")
from langchain_openai.chat_models import _client_utils

QUESTION = "What was the trade volume in 2023?"
WORDS = ("The trade volume", " in 2023 reached", " USD 255.7 million", " [1].")
PROVIDERS = ("openai", "ollama", "anthropic")


OPENED: list[Any] = []


def load(settings: BotSettings) -> ChatModel:
    """Return the model; its connections are closed after the test."""
    model = load_chat_model(settings)
    OPENED.append(model._chat)  # type: ignore[attr-defined]
    return model


@pytest.fixture(autouse=True)
def closed_connections() -> Iterator[None]:
    yield
    while OPENED:
        chat = OPENED.pop()
        (chat.root_client if hasattr(chat, "root_client") else chat._client._client).close()


def answerer(
    provider: str, server: ChatServer, seconds: float = 5.0
) -> tuple[ChatAnswerer, FakeIndex]:
    url = server.url + ("/v1" if provider == "openai" else "")
    settings = BotSettings(model=f"{provider}:m:1b", model_url=url, model_timeout_seconds=seconds)
    index = FakeIndex(TRADE, RATE)
    made = ChatAnswerer(
        load(settings),
        index.article,
        QueuedAnswerer(),
        limits=Limits(piece_seconds=seconds, whole_seconds=8.0, tries=2),
        context_tokens=settings.model_context_tokens,
        reply_tokens=settings.model_reply_tokens,
    )
    return made, index


def stream(provider: str, server: ChatServer, seconds: float = 5.0) -> Iterator[str | Answer]:
    made, index = answerer(provider, server, seconds)
    yield from made.stream(QUESTION, QUESTION, index.retrieve(QUESTION, 4))


def ask(provider: str, server: ChatServer, seconds: float = 5.0) -> Answer:
    *_, answer = stream(provider, server, seconds)
    assert isinstance(answer, Answer)
    return answer


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OLLAMA_HOST",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("provider", PROVIDERS)
class TestEveryProvider:
    def test_streams_word_by_word_and_ends_checked(self, provider: str) -> None:
        with chat_server(Turn(WORDS)) as server:
            *pieces, answer = stream(provider, server)

        assert pieces == list(WORDS)
        assert isinstance(answer, Answer)
        assert answer.text == "".join(WORDS)
        assert answer.short == "USD 255.7 million"
        assert answer.answerer == f"{provider}:m:1b"
        assert answer.usage == {"input_tokens": 120, "output_tokens": 9}
        assert answer.warnings == ()

    def test_asks_with_our_limits(self, provider: str) -> None:
        with chat_server(Turn(WORDS)) as server:
            ask(provider, server)

        (request,) = server.requests
        options = request.get("options", request)
        said = request["messages"]
        if provider == "anthropic":  # Its rules stand beside the messages.
            said = [{"role": "system", "content": request["system"]}, *said]
        assert request["model"] == "m:1b"
        assert request["stream"] is True
        assert options["temperature"] == 0
        assert options.get("num_predict", options.get("max_tokens")) == 512
        assert [message["role"] for message in said] == ["system", "user"]

    @pytest.mark.parametrize(
        ("status", "says", "tries"),
        [
            (401, "refused the key (401)", 1),
            (404, "is not known there (404)", 1),
            (429, "(429)", 2),
            (500, "failed (500)", 2),
            (529, "is overloaded (529)", 2),
        ],
    )
    def test_a_refusal_is_told_and_the_reader_answers(
        self, provider: str, status: int, says: str, tries: int
    ) -> None:
        with chat_server(Turn(status=status)) as server:
            answer = ask(provider, server)

        assert len(server.requests) == tries
        assert answer.answerer == "queued"
        assert says in answer.warnings[0]

    def test_a_server_that_is_busy_once_is_asked_again(self, provider: str) -> None:
        with chat_server(Turn(status=429), Turn(WORDS)) as server:
            answer = ask(provider, server)

        assert answer.text == "".join(WORDS)
        assert answer.warnings == ()

    def test_a_server_that_is_down_is_told(self, provider: str) -> None:
        with chat_server(Turn()) as server:
            pass

        answer = ask(provider, server)

        assert answer.answerer == "queued"
        assert "cannot be reached" in answer.warnings[0]

    @pytest.mark.parametrize("then", ["cut", "garbage", "silence"])
    def test_a_stream_that_breaks_keeps_what_was_said(self, provider: str, then: str) -> None:
        with chat_server(Turn((*WORDS, " The mini"), then=then)) as server:
            answer = ask(provider, server)

        assert len(server.requests) == 1
        assert answer.text == "".join(WORDS) + f" The mini {BROKEN_OFF}"
        assert "the answer is incomplete" in answer.warnings[0]

    def test_a_stream_that_stops_coming_keeps_what_was_said(self, provider: str) -> None:
        with chat_server(Turn(WORDS, then="hang")) as server:
            answer = ask(provider, server, seconds=0.4)

        assert answer.text == "".join(WORDS) + f" {BROKEN_OFF}"
        assert "did not answer" in answer.warnings[0]

    def test_a_stream_that_reports_an_error_keeps_what_was_said(self, provider: str) -> None:
        with chat_server(Turn(WORDS, then="overloaded")) as server:
            answer = ask(provider, server)

        assert answer.text == "".join(WORDS) + f" {BROKEN_OFF}"
        assert "is overloaded" in answer.warnings[0]

    def test_a_server_that_is_overloaded_at_once_is_asked_again(self, provider: str) -> None:
        with chat_server(Turn(then="overloaded"), Turn(WORDS)) as server:
            answer = ask(provider, server)

        assert answer.text == "".join(WORDS)
        assert answer.warnings == ()

    def test_a_server_that_never_answers_is_left(self, provider: str) -> None:
        with chat_server(Turn(then="hang")) as server:
            answer = ask(provider, server, seconds=0.3)

        assert answer.answerer == "queued"
        assert "did not answer" in answer.warnings[0]

    def test_a_chunk_that_is_garbage_at_once_is_told(self, provider: str) -> None:
        with chat_server(Turn(then="garbage")) as server:
            answer = ask(provider, server)

        assert answer.answerer == "queued"
        assert len(server.requests) == 2

    def test_a_reply_at_its_limit_is_marked(self, provider: str) -> None:
        with chat_server(Turn(WORDS, then="length")) as server:
            answer = ask(provider, server)

        assert answer.text == "".join(WORDS) + f" {BROKEN_OFF}"
        assert "BOT_MODEL_REPLY_TOKENS" in answer.warnings[0]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("x:y", "Unsupported"),
        ("qwen3", "expected provider:name"),
        ("openai:", "expected provider:name"),
        ("mistralai:small", "pip install langchain-mistralai"),
        ("openai:gpt-4.1-mini", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "set ANTHROPIC_API_KEY"),
    ],
)
def test_a_model_that_cannot_be_made_is_one_line(model: str, says: str) -> None:
    with pytest.raises(SettingsError, match="BOT_MODEL=") as caught:
        load_chat_model(BotSettings(model=model))

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
# The command leaves its model's connection to the end of the process.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_setting_puts_a_model_in_the_readers_place(
    provider: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = str(ROOT / "corpus" / "articles" / "indonesia-azerbaijan.txt")
    assert main(["--index", str(tmp_path), "add", articles], {}) == 0
    with chat_server(Turn(WORDS)) as server:
        environ = {
            "BOT_MODEL": f"{provider}:m",
            "BOT_MODEL_URL": server.url + ("/v1" if provider == "openai" else ""),
        }
        capsys.readouterr()
        assert main(["--index", str(tmp_path), "ask", QUESTION, "--json"], environ) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["answerer"] == f"{provider}:m"
    assert answer["text"] == "".join(WORDS)
    assert answer["usage"] == {"input_tokens": 120, "output_tokens": 9}
    assert answer["citations"][0]["quote"].startswith("The trade volume between Indonesia")
    _client_utils._cached_sync_httpx_client.cache_clear()
    gc.collect()


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
class TestKeys:
    def test_the_key_of_the_environment_is_sent(
        self, provider: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(f"{provider.upper()}_API_KEY", "sk-of-the-test")

        with chat_server(Turn(WORDS)) as server:
            ask(provider, server)

        assert server.keys == ["sk-of-the-test"]

    def test_a_server_of_ones_own_needs_none(self, provider: str) -> None:
        with chat_server(Turn(WORDS)) as server:
            answer = ask(provider, server)

        assert answer.answerer == f"{provider}:m:1b"
        assert server.keys == ["no key needed"]


@pytest.mark.parametrize(
    ("model", "takes_one"),
    [
        ("claude-sonnet-4-5-20250929", True),
        ("claude-opus-4-20250514", True),
        ("claude-opus-4-7", False),
        ("claude-sonnet-5-5", False),
        ("gpt-4.1-mini", True),
        ("gpt-5.5", False),
        ("o3-mini", False),
    ],
)
def test_a_model_that_takes_no_temperature_is_sent_none(model: str, takes_one: bool) -> None:
    provider = "anthropic" if model.startswith("claude") else "openai"
    with chat_server(Turn(WORDS)) as server:
        url = server.url + ("/v1" if provider == "openai" else "")
        list(load(BotSettings(model=f"{provider}:{model}", model_url=url)).stream([("human", "q")]))

    assert ("temperature" in server.requests[0]) is takes_one


def test_a_model_says_why_it_gave_nothing() -> None:
    with chat_server(Turn(status=500)) as server:
        model = load(BotSettings(model="ollama:m", model_url=server.url))

        with pytest.raises(ModelError, match=r"failed \(500\)") as caught:
            list(model.stream([("human", "q")]))

    assert caught.value.passing
