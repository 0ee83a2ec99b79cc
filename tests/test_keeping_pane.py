"""What keeps a visitor's conversations, without a browser: words to it, wishes from it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.conversations.conversation_store import FILE, ConversationStore
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.ui.messages import Pending
from tests.panes import ANN
from tests.panes import desk as desk

SECRET, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def exchanges(desk: Desk) -> Any:
    from bot.ui.conversing import Conversing

    *_, (_, made) = Conversing(desk, linked=True).respond(ANN, Pending("trade volume?"), (), ())
    return made


def keeping(desk: Desk, mode: str, folder: Path) -> Any:
    from bot.ui.keeping_pane import Keeping

    return Keeping(desk, mode, ConversationStore(folder))


def test_the_browser_is_told_where_conversations_are_kept_and_whose(
    desk: Desk, tmp_path: Path
) -> None:
    word = keeping(desk, "browser", tmp_path).greet(Visitor("192.0.2.1", "ann"))

    assert json.loads(word) == {"mode": "browser", "user": "ann"}


def test_a_browser_is_given_the_conversation_to_keep_and_gives_it_back(
    desk: Desk, tmp_path: Path, exchanges: Any
) -> None:
    keeps = keeping(desk, "browser", tmp_path)

    word, name, known = keeps.keep(ANN, "", "", exchanges, ())
    form = json.loads(word)["put"]
    answer = exchanges[0].id
    messages, restored, opened, known_then, told = keeps.open(
        ANN, "", json.dumps({"conversation": form, "answer": answer})
    )

    assert (form["id"], opened) == (name, name)
    assert known == known_then == (exchanges[0].id,)
    assert restored[0].html == exchanges[0].html
    assert messages[1]["content"] == exchanges[0].html
    assert json.loads(told) == {"current": name, "answer": answer}
    assert not (tmp_path / FILE).exists()


def test_the_store_keeps_it_for_this_browser_alone(
    desk: Desk, tmp_path: Path, exchanges: Any
) -> None:
    keeps = keeping(desk, "sqlite", tmp_path)

    word, name, _ = keeps.keep(ANN, SECRET, "", exchanges, ())
    wish = json.dumps({"answer": exchanges[0].id})

    assert json.loads(word)["current"] == name
    assert keeps.open(ANN, SECRET, wish)[2] == name
    told = json.loads(keeps.open(ANN, OTHER, wish)[4])["told"]
    assert "not here" in told
    assert json.loads(keeps.tend(ANN, OTHER, '{"act": "list"}'))["entries"] == []


def test_what_went_on_in_another_tab_is_not_written_over(
    desk: Desk, tmp_path: Path, exchanges: Any
) -> None:
    keeps = keeping(desk, "sqlite", tmp_path)
    _, name, known = keeps.keep(ANN, SECRET, "", exchanges, ())
    elsewhere, here = (replace(exchanges[0], id=letter * 32) for letter in "ef")

    keeps.keep(ANN, SECRET, name, (*exchanges, elsewhere), known)
    word, apart, _ = keeps.keep(ANN, SECRET, name, (*exchanges, here), known)

    assert "another tab" in json.loads(word)["told"]
    assert apart != name
    first, second = (keeps.open(ANN, SECRET, json.dumps({"id": kept}))[1] for kept in (name, apart))
    assert [each.id for each in first] == [exchanges[0].id, elsewhere.id]
    assert [each.id for each in second] == [exchanges[0].id, here.id]


def test_an_answer_asked_for_again_is_replaced(desk: Desk, tmp_path: Path, exchanges: Any) -> None:
    keeps = keeping(desk, "sqlite", tmp_path)
    _, name, known = keeps.keep(ANN, SECRET, "", exchanges, ())

    _, again, _ = keeps.keep(ANN, SECRET, name, (replace(exchanges[0], id="f" * 32),), known)

    assert again == name
    assert len(json.loads(keeps.tend(ANN, SECRET, '{"act": "list"}'))["entries"]) == 1


def test_a_signed_in_visitor_finds_theirs_from_anywhere(
    desk: Desk, tmp_path: Path, exchanges: Any
) -> None:
    keeps = keeping(desk, "sqlite", tmp_path)
    ann, bob = Visitor("192.0.2.1", "ann"), Visitor("192.0.2.1", "bob")

    keeps.keep(ann, SECRET, "", exchanges, ())

    listed = json.loads(keeps.tend(ann, OTHER, '{"act": "list"}'))["entries"]
    assert [entry["title"] for entry in listed] == ["trade volume?"]
    assert json.loads(keeps.tend(bob, SECRET, '{"act": "list"}'))["entries"] == []


def test_the_store_renames_and_deletes(desk: Desk, tmp_path: Path, exchanges: Any) -> None:
    keeps = keeping(desk, "sqlite", tmp_path)
    _, name, _ = keeps.keep(ANN, SECRET, "", exchanges, ())

    renamed = keeps.tend(ANN, SECRET, json.dumps({"act": "rename", "id": name, "title": " <b> "}))
    deleted = keeps.tend(ANN, SECRET, json.dumps({"act": "delete", "id": name}))

    assert json.loads(renamed)["entries"][0]["title"] == "<b>"
    assert json.loads(deleted)["entries"] == []


@pytest.mark.parametrize("mode", ["browser", "sqlite", "off"])
@pytest.mark.parametrize("wish", ["{", "[]", "7", '{"conversation": {"version": 1}}', '{"id": 5}'])
def test_a_wish_that_makes_no_sense_changes_nothing_and_says_so(
    desk: Desk, tmp_path: Path, mode: str, wish: str
) -> None:
    *_, told = keeping(desk, mode, tmp_path).open(ANN, SECRET, wish)

    assert json.loads(told)["told"].startswith("This conversation ")


def test_a_new_conversation_is_empty(desk: Desk, tmp_path: Path) -> None:
    opened = keeping(desk, "browser", tmp_path).open(ANN, "", '{"new": true}')

    assert opened == ([], (), "", (), '{"current": ""}')


def test_where_nothing_is_kept_nothing_is_sent(desk: Desk, tmp_path: Path, exchanges: Any) -> None:
    assert keeping(desk, "off", tmp_path).keep(ANN, SECRET, "", exchanges, ()) == ("", "", ())
    assert keeping(desk, "browser", tmp_path).keep(ANN, SECRET, "", (), ()) == ("", "", ())


def test_an_article_that_is_gone_takes_its_citation_along(
    desk: Desk, tmp_path: Path, exchanges: Any
) -> None:
    keeps = keeping(desk, "browser", tmp_path)
    form = json.loads(keeps.keep(ANN, "", "", exchanges, ())[0])["put"]
    desk.remove(ANN, ["trade.txt"])

    messages, restored, *_ = keeps.open(ANN, "", json.dumps({"conversation": form}))

    assert restored[0].answer.citations == ()
    assert "the article is gone or was changed" in messages[1]["content"]


def test_what_a_browser_kept_is_never_markup(desk: Desk, tmp_path: Path, exchanges: Any) -> None:
    keeps = keeping(desk, "browser", tmp_path)
    form = json.loads(keeps.keep(ANN, "", "", exchanges, ())[0])["put"]
    evil = "<img src=x onerror=alert(1)>"
    form["exchanges"][0] |= {"text": evil, "short": evil, "question": evil, "searched": evil}
    form["exchanges"].append({**form["exchanges"][0], "id": "f" * 32})
    del form["exchanges"][1]["answered"]
    form["exchanges"][1]["told"] = evil

    messages, *_ = keeps.open(ANN, "", json.dumps({"conversation": form}))

    assert not any("<img" in message["content"] for message in messages)
