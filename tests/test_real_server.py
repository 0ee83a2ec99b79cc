"""A real OpenAI-compatible server (``transformers serve``) behind the chat model's answerer."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.chatting.asking import Limits
from bot.chatting.chat_models import load_chat_model
from bot.commands import main
from bot.generating import ChatAnswerer
from bot.settings import from_env
from tests.chat_fakes import RATE, TRADE
from tests.conftest import ROOT
from tests.fakes import FakeIndex, QueuedAnswerer
from tests.tiny_server import make_model, tiny_server

pytest.importorskip("langchain_openai")
pytest.importorskip("accelerate")
from langchain_openai.chat_models import _client_utils

pytestmark = [
    pytest.mark.slow,
    # The client keeps its connection until it is collected.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

QUESTION = "What was the trade volume in 2023?"
SEEDS = (0, 1, 2)
REPLY_TOKENS = 96


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, one a seed, that say the words of the articles and of another."""
    folder = tmp_path_factory.mktemp("models")
    other = (ROOT / "corpus" / "articles" / "indonesia-azerbaijan.txt").read_text(encoding="utf-8")
    for seed in SEEDS:
        make_model(folder / str(seed), f"{TRADE.text} {RATE.text} [1] [2] [7] {other}", seed)
    return folder


@pytest.fixture(scope="module")
def url(models: Path) -> Iterator[str]:
    with tiny_server(models) as address:
        yield address


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    yield
    _client_utils._cached_sync_httpx_client.cache_clear()
    gc.collect()


def environ(model: Path | str, url: str) -> Mapping[str, str]:
    return {
        "BOT_MODEL": f"openai:{model}",
        "BOT_MODEL_URL": url,
        "BOT_MODEL_REPLY_TOKENS": str(REPLY_TOKENS),
    }


def stream(model: Path | str, url: str) -> list[str | Answer]:
    settings = from_env(environ(model, url))
    index = FakeIndex(TRADE, RATE)
    answerer = ChatAnswerer(
        load_chat_model(settings),
        index.article,
        QueuedAnswerer(),
        limits=Limits(piece_seconds=60.0, whole_seconds=120.0, tries=1),
        context_tokens=settings.model_context_tokens,
        reply_tokens=settings.model_reply_tokens,
    )
    return list(answerer.stream(QUESTION, QUESTION, index.retrieve(QUESTION, 4)))


@pytest.mark.parametrize("seed", SEEDS)
def test_babble_is_streamed_and_never_becomes_a_cited_answer(
    seed: int, models: Path, url: str
) -> None:
    *pieces, answer = stream(models / str(seed), url)

    assert len(pieces) > REPLY_TOKENS / 4
    assert isinstance(answer, Answer)
    assert answer.answerer == f"openai:{models / str(seed)}"
    assert answer.usage["output_tokens"] == REPLY_TOKENS
    assert answer.usage["input_tokens"] > 100
    assert not (answer.answered and answer.citations)
    assert "BOT_MODEL_REPLY_TOKENS" in answer.warnings[0]


def test_a_model_that_the_server_lacks_is_told_and_the_reader_answers(
    models: Path, url: str
) -> None:
    *_, answer = stream(models / "none", url)

    assert isinstance(answer, Answer)
    assert answer.answerer == "queued"
    assert "the queued answered instead" in answer.warnings[0]


def test_answers_at_the_same_time_do_not_mix(models: Path, url: str) -> None:
    """Each model says its own words, whoever else is asking."""
    alone = {seed: stream(models / str(seed), url)[:-1] for seed in SEEDS[:2]}
    found: dict[int, list[str | Answer]] = {}

    def ask(seed: int) -> None:
        found[seed] = stream(models / str(seed), url)[:-1]

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {seed: "".join(map(str, said)) for seed, said in found.items()} == {
        seed: "".join(map(str, said)) for seed, said in alone.items()
    }


def test_one_setting_puts_the_server_in_the_readers_place(
    models: Path, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = str(ROOT / "corpus" / "articles" / "indonesia-azerbaijan.txt")
    assert main(["--index", str(tmp_path), "add", article], {}) == 0
    capsys.readouterr()

    setting = environ(models / "1", url)
    assert main(["--index", str(tmp_path), "ask", QUESTION, "--json"], setting) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["answerer"] == setting["BOT_MODEL"]
    assert answer["usage"]["output_tokens"] == REPLY_TOKENS
    assert not (answer["answered"] and answer["citations"])
