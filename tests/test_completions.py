"""The door that speaks OpenAI's protocol, by OpenAI's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import openai
import pytest
from fastapi import FastAPI

from bot.answer import Answer
from bot.doors.admitting import admitting
from bot.doors.chat_request import ChatRequest, MalformedError, read_chat_request
from bot.doors.completions import completions_router
from bot.doors.desk import Desk
from bot.doors.loading import BackgroundBot
from bot.doors.owning import OneCollection
from bot.errors import BotError
from bot.settings import BotSettings
from index.retrieval import Hit
from tests.doors import EVIL, NAME, PASSWORD, TRADE, listening
from tests.fakes import QueuedAnswerer
from tests.panes import desk_over

ASKED = "What was the trade volume in 2023?"
REAL = "What was the trade volume between Indonesia and Azerbaijan in 2023?"


def client(address: str, key: str = "any") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address.rstrip('/')}/v1", api_key=key, max_retries=0)


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def ask(opened: openai.OpenAI, *messages: Any, **more: Any) -> Any:
    given = {"model": "gpt-4o-mini", "messages": list(messages), **more}
    return opened.chat.completions.create(**given)


@pytest.fixture
def bot(doors: tuple[str, Desk]) -> Iterator[openai.OpenAI]:
    with client(doors[0]) as opened:
        yield opened


def test_the_last_user_message_is_answered_with_citations(bot: openai.OpenAI) -> None:
    reply = ask(bot, user(ASKED), temperature=0.3, seed=1, user="u")

    choice = reply.choices[0]
    assert (reply.object, reply.model, choice.finish_reason) == (
        "chat.completion",
        "reader",
        "stop",
    )
    assert choice.message.content == f"{TRADE} [1]"
    (citation,) = choice.message.citations
    assert citation["quote"] == TRADE
    assert (citation["article"], citation["support"]) == ("trade.txt", "verbatim")
    assert (choice.message.answered, choice.message.confidence) == (True, 0.9)


def test_citations_are_verbatim(doors: tuple[str, Desk], bot: openai.OpenAI) -> None:
    from tests.panes import ANN

    (citation,) = ask(bot, user("How far is the moon?")).choices[0].message.citations

    article = doors[1].article(ANN, citation["article"])
    assert article is not None
    assert article.text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_stream_says_what_is_given_without_streaming(bot: openai.OpenAI) -> None:
    whole = ask(bot, user(ASKED)).choices[0]

    options = {"include_usage": True}
    chunks = list(ask(bot, user(ASKED), stream=True, stream_options=options))

    *texts, last, usage = chunks
    assert texts[0].choices[0].delta.role == "assistant"
    said = "".join(chunk.choices[0].delta.content or "" for chunk in texts)
    assert said == whole.message.content
    assert [chunk.choices[0].finish_reason for chunk in texts] == [None] * len(texts)
    assert last.choices[0].finish_reason == whole.finish_reason
    assert last.choices[0].delta.citations == whole.message.citations
    assert (usage.choices, usage.usage.total_tokens) == ([], 0)


def test_a_stream_keeps_openais_form_to_the_letter(doors: tuple[str, Desk]) -> None:
    asked = {"model": "m", "messages": [user(ASKED)], "stream": True}

    response = httpx.post(f"{doors[0]}/v1/chat/completions", json=asked)

    assert response.headers["content-type"].startswith("text/event-stream")
    events = [event for event in response.text.split("\n\n") if not event.startswith(":")]
    assert events[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert all("usage" not in chunk for chunk in chunks)


def test_a_follow_up_is_understood_from_the_messages_before_it(bot: openai.OpenAI) -> None:
    said = ask(bot, user(ASKED)).choices[0].message.content

    reply = ask(
        bot,
        {"role": "system", "content": "Answer in verse."},
        user(ASKED),
        {"role": "assistant", "content": said},
        user([{"type": "text", "text": "and in 2022?"}]),
    )

    assert reply.choices[0].message.searched == "What was the trade volume in 2022?"


def test_a_question_that_the_articles_do_not_answer_is_refused(bot: openai.OpenAI) -> None:
    message = ask(bot, user("Who won yesterday's tournament?")).choices[0].message

    assert (message.answered, message.citations) == (False, [])
    assert message.content == "The articles do not say."


def test_only_the_named_articles_are_asked(bot: openai.OpenAI) -> None:
    chosen = {"articles": ["rain.txt"]}

    message = ask(bot, user("Did trade or rain grow on the coast?"), extra_body=chosen)

    assert message.choices[0].message.citations[0]["article"] == "rain.txt"


def test_text_of_an_article_stays_text(bot: openai.OpenAI) -> None:
    message = ask(bot, user("How far is the moon?")).choices[0].message

    assert message.content == f"{EVIL} [1]"
    assert message.role == "assistant"


def test_there_is_one_model_to_choose(bot: openai.OpenAI) -> None:
    assert [model.id for model in bot.models.list()] == ["reader"]
    assert bot.models.retrieve("reader").object == "model"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-4o'"):
        bot.models.retrieve("gpt-4o")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "none of the role user"),
        ({"messages": [{"role": "king", "content": "x"}]}, "role is 'king'"),
        ({"messages": [{"role": "user", "content": None}]}, "neither a text nor a list"),
        ({"messages": [user([{"type": "image_url", "image_url": {"url": "x"}}])]}, "image_url"),
        ({"messages": [user("  ")]}, "question is empty"),
        ({"messages": [user("why " * 3_000)]}, "BOT_MAX_QUESTION_CHARS"),
        ({"n": 2}, "n is 2"),
        ({"extra_body": {"articles": "a.txt"}}, "no list of article ids"),
        ({"extra_body": {"articles": ["nope"]}}, "no article 'nope'"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    bot: openai.OpenAI, changed: dict[str, Any], told: str
) -> None:
    given = {"model": "m", "messages": [user(ASKED)], **changed}

    with pytest.raises(openai.BadRequestError, match=told):
        bot.chat.completions.create(**given)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * 3_000_000, "application/json", 413),
    ],
)
def test_a_body_that_is_no_question_is_an_error_in_openais_form(
    doors: tuple[str, Desk], body: bytes, kind: str, status: int
) -> None:
    url = f"{doors[0]}/v1/chat/completions"

    response = httpx.post(url, content=body, headers={"Content-Type": kind})

    assert response.status_code == status
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


def test_the_key_is_name_and_password(locked_doors: str) -> None:
    with client(locked_doors, f"{NAME}:{PASSWORD}") as bot:
        assert ask(bot, user(ASKED)).choices[0].message.answered

    with client(locked_doors, f"{NAME}:wrong") as bot:
        with pytest.raises(openai.AuthenticationError) as told:
            ask(bot, user(ASKED))
        assert told.value.code == "invalid_api_key"
        with pytest.raises(openai.AuthenticationError):
            bot.models.list()


def over(desk: Desk) -> FastAPI:
    app = FastAPI()
    app.include_router(completions_router(desk, admitting(None, "v1"), "reader"))
    return app


def test_who_asks_too_much_is_told_when_to_come_back(tmp_path: Path) -> None:
    settings = BotSettings(index=tmp_path / "index", rate_per_minute=1)
    with (
        desk_over(settings, QueuedAnswerer()) as desk,
        listening(over(desk)) as address,
        client(address) as bot,
    ):
        ask(bot, user(ASKED))
        with pytest.raises(openai.RateLimitError, match="BOT_RATE_PER_MINUTE") as told:
            ask(bot, user(ASKED), stream=True)

    assert 0 < int(told.value.response.headers["retry-after"]) <= 60


def test_before_the_articles_are_there_a_client_is_told_to_wait() -> None:
    go_on = Event()

    def load(progress: Any) -> Any:
        go_on.wait(20)
        raise BotError("the index is damaged")

    background = BackgroundBot(load)
    desk = Desk(OneCollection(background), BotSettings())
    with listening(over(desk)) as address, client(address) as bot:
        with pytest.raises(openai.InternalServerError, match="still loading") as told:
            ask(bot, user(ASKED))
        go_on.set()
        with pytest.raises(BotError):
            background.bot()
        with pytest.raises(openai.InternalServerError, match="damaged"):
            ask(bot, user(ASKED))

    assert told.value.status_code == 503
    assert told.value.response.headers["retry-after"] == "5"


class EndlessAnswerer(QueuedAnswerer):
    """Writes until it is stopped, to the one question."""

    def __init__(self) -> None:
        self.stopped = Event()

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        if question != ASKED:
            yield from super().stream(question, searched, hits)
            return
        try:
            while not self.stopped.wait(0.01):
                yield "on and "
        finally:
            self.stopped.set()


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_stops_the_work(tmp_path: Path, stream: bool) -> None:
    endless = EndlessAnswerer()
    asked = {"model": "m", "messages": [user(ASKED)], "stream": stream}
    with (
        desk_over(BotSettings(index=tmp_path / "index"), endless) as desk,
        listening(over(desk)) as address,
    ):
        if stream:
            with httpx.stream("POST", f"{address}/v1/chat/completions", json=asked) as response:
                next(response.iter_text())
        else:
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(f"{address}/v1/chat/completions", json=asked, timeout=0.5)

        assert endless.stopped.wait(20)


class BrokenAnswerer(QueuedAnswerer):
    """Begins to answer the one question, and fails."""

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        if question == ASKED:
            yield "It "
            raise BotError("the model broke")
        yield from super().stream(question, searched, hits)


def test_what_fails_in_the_middle_of_a_stream_is_told(tmp_path: Path) -> None:
    settings = BotSettings(index=tmp_path / "index")
    with (
        desk_over(settings, BrokenAnswerer()) as desk,
        listening(over(desk)) as address,
        client(address) as bot,
        pytest.raises(openai.APIError, match="the model broke"),
    ):
        list(ask(bot, user(ASKED), stream=True))


def test_a_conversation_is_read_from_its_messages() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        user("one?"),
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "content": "7"},
        {"role": "assistant", "content": "First."},
        user("two, unanswered?"),
        user("three?"),
        {"role": "assistant", "content": "begun"},
    ]

    read = read_chat_request(json.dumps({"messages": messages, "stream": None}).encode())

    assert read == ChatRequest("three?", (("one?", "First."),))


def test_a_lone_surrogate_is_no_reason_to_fail(bot: openai.OpenAI) -> None:
    assert (
        read_chat_request(b'{"messages":[{"role":"user","content":"a\\ud800"}]}').question == "a?"
    )
    with pytest.raises(MalformedError, match="expected true or false"):
        read_chat_request(b'{"messages":[{"role":"user","content":"a"}],"stream":"yes"}')


@pytest.mark.slow
def test_the_real_program_answers_openais_client(ready: str) -> None:
    with client(ready) as bot:
        first = ask(bot, user(REAL)).choices[0].message
        streamed = list(ask(bot, user(REAL), stream=True))
        before = [user(REAL), {"role": "assistant", "content": first.content}]
        then = ask(bot, *before, user("And what share of it was oil and gas?")).choices[0].message

    assert "255.7" in first.short
    assert "".join(c.choices[0].delta.content or "" for c in streamed) == first.content
    assert then.answered
    assert "Indonesia" in then.searched or "trade" in then.searched
