"""Follow-ups are written out, with and without a model; a new topic is not dragged back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Turn, turn_of
from bot.chain import Chain
from bot.chatting.asking import Limits
from bot.errors import ModelError
from bot.follow_ups.following import need_of
from bot.language.phrases import subject_of
from bot.rewriting import ModelRewriter, RuleRewriter, keeps_terms
from evaluation.following import DIALOGUES, IN_FULL, WAYS, ask_all_ways, table
from evaluation.questions import GoldQuestion
from evaluation.sets import read_set
from tests.chat_fakes import RATE, TRADE, ScriptedModel
from tests.conftest import ROOT
from tests.fakes import FakeIndex, QueuedAnswerer, make_article

SETS = ROOT / "evaluation" / "sets"
TALKS = SETS / "talks" / "dialogues.jsonl"
TALKS_IN_FULL = SETS / "talks" / "in_full.jsonl"
BANK = make_article(
    "The National Bank of Georgia kept its rate in May 2023. The committee was split. Governor Levan "
    "Asatiani said he wanted to see the film. Deputy Governor Tamar Kiknadze said that she respected "
    "the decision.\n\nKiknadze, 46, succeeded Levan Asatiani in March. Asatiani said he had joined "
    "the Black Sea Bank.",
    "bank.txt",
)
INDEX = FakeIndex(BANK, TRADE, RATE)


def turn(question: str, short: str, *articles: str) -> Turn:
    return Turn(question, question, f"{short} [1]", short, articles)


VOLUME = turn("What was trade volume in 2023?", "USD 255.7 million", "trade.txt")
EXPECTED = turn(
    "What did most economists expect from the National Bank of Georgia in May 2023?",
    "a cut",
    "bank.txt",
)
GOVERNOR = turn(
    "Who was the governor of the National Bank of Georgia?", "Levan Asatiani", "bank.txt"
)
DEPUTY = turn("Who succeeded Levan Asatiani?", "Tamar Kiknadze", "bank.txt")
HALLS = turn("How many of Timor-Leste’s town halls did the ruling party win?", "six")
INDICTED = turn(
    "How much money did Bintang Koin lose, according to the indictment?", "Rp 4.6 trillion"
)


BUYER = turn("Who bought the Harlan & Sons mill?", "Nordwell Drives")
TAP = turn("How many people are affected by the cuts in tap water in Monterrey?", "40,000")
COOKERS = turn("Which models of rice cooker did Tokiwa Electric recall in June?", "the KZ-10")
FINED = turn("How long was the cyclist Noh Ji-hun banned?", "two years")
LIFTERS = turn("What was found in the samples of the six Kazakh weightlifters?", "a steroid")
GAMES = turn("How many games did the Kumamoto Stags win before the Niigata Herons came?", "nine")
PRIZE = turn("How much money does the winner of the Lakeshore Prize get?", "30,000 dollars")
WATER = turn("How much water will Almaty get next summer?", "6 billion litres")


def rewrite(question: str, *turns: Turn) -> str:
    return RuleRewriter(INDEX).rewrite(question, turns)


@pytest.mark.parametrize(
    ("question", "need"),
    [
        ("and in 2022?", "slot"),
        ("what about imports?", "slot"),
        ("And the opposition?", "slot"),
        ("in 2022?", "slot"),
        ("imports?", "slot"),
        ("why?", "continued"),
        ("Who succeeded him?", "pronoun"),
        ("And what did it do?", "pronoun"),
        ("How did the committee split?", "bare"),
        ("What did Asatiani say about his term?", ""),
        ("Who is Tamar Kiknadze?", ""),
        ("Is it true that Georgia cut its rate?", ""),
        ("Are there any women in Baucau?", ""),
        ("thanks", ""),
    ],
)
def test_a_rewrite_is_needed_or_not(question: str, need: str) -> None:
    if question == "thanks":
        assert rewrite(question, VOLUME) == question
    else:
        assert need_of(question) == need


@pytest.mark.parametrize(
    ("question", "turns", "searched"),
    [
        ("and in 2022?", [VOLUME], "What was trade volume in 2022?"),
        ("What about 2021?", [VOLUME], "What was trade volume in 2021?"),
        ("what about imports?", [VOLUME], "What was imports in 2023?"),
        ("And in Georgia?", [VOLUME], "What was trade volume in 2023 in Georgia?"),
        ("who said that?", [VOLUME], "Who said “USD 255.7 million”?"),
        ("Why?", [VOLUME], "Why: What was trade volume in 2023?"),
        ("Is it true that it grew?", [VOLUME], "Is it true that trade volume grew?"),
        (
            "And what did it actually do?",
            [EXPECTED],
            "What did the National Bank of Georgia actually do in May 2023?",
        ),
        (
            "How did the committee split?",
            [EXPECTED],
            "How did the committee of the National Bank of Georgia split in May 2023?",
        ),
        (
            "And what was the vote a year later?",
            [EXPECTED],
            "What was the vote of the National Bank of Georgia in May 2024?",
        ),
        ("Who succeeded him?", [GOVERNOR], "Who succeeded Levan Asatiani?"),
        ("Where did he go?", [GOVERNOR, DEPUTY], "Where did Levan Asatiani go?"),
        ("How old is she?", [GOVERNOR, DEPUTY], "How old is Tamar Kiknadze?"),
        ("What is her age?", [GOVERNOR, DEPUTY], "What is Tamar Kiknadze’s age?"),
        (
            "And the opposition?",
            [HALLS],
            "How many of Timor-Leste’s town halls did the opposition win?",
        ),
        (
            "And according to the judges?",
            [INDICTED],
            "How much money did Bintang Koin lose, according to the judges?",
        ),
        (
            "And on appeal?",
            [INDICTED],
            "How much money did Bintang Koin lose, according to the indictment on appeal?",
        ),
        ("and this year?", [WATER], "How much water will Almaty get this year?"),
        (
            "And the others on the list?",
            [PRIZE],
            "How much money does the others on the list of the Lakeshore Prize get?",
        ),
        (
            "and niigata",
            [GAMES],
            "How many games did the Niigata Herons win before the Kumamoto Stags came?",
        ),
        ("hospitals too??", [TAP], "Hospitals too in Monterrey?"),
        ("how come?", [TAP], f"How come: {TAP.question}"),
        ("Made where?", [COOKERS], f"Made where: {COOKERS.question}"),
        (
            "and what are they paying for it?",
            [BUYER],
            "What are Nordwell Drives paying for the Harlan & Sons mill?",
        ),
        ("who gave them the pills?", [LIFTERS], "Who gave the six Kazakh weightlifters the pills?"),
        (
            "ok and the fine, how high was that?",
            [FINED],
            "How high was the fine of Noh Ji-hun?",
        ),
        (
            "what about Oslo, how many there?",
            [TAP],
            "How many people are affected by the cuts in tap water in Oslo?",
        ),
        ("What about Oslo, who lives there?", [BUYER], "Who lives in Oslo (Harlan & Sons)?"),
    ],
)
def test_a_follow_up_is_written_out(question: str, turns: list[Turn], searched: str) -> None:
    assert rewrite(question, *turns) == searched


@pytest.mark.parametrize(
    "question",
    [
        "What was the trade volume between Indonesia and Azerbaijan?",
        "What is the trade volume?",
        "who is jalal mirzayev?",
        "How did inflation develop in April?",
        "Hello there!",
        "Summarise the article",
    ],
)
def test_a_change_of_topic_is_not_dragged_back(question: str) -> None:
    assert rewrite(question, GOVERNOR) == question


def test_a_first_question_is_searched_as_it_stands() -> None:
    assert rewrite("And what did he say about it?") == "And what did he say about it?"


def test_a_pronoun_that_cannot_be_told_stays() -> None:
    assert "him" in rewrite("Who succeeded him?", VOLUME)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_the_rules(question: str, former: str) -> None:
    assert isinstance(rewrite(question, Turn(former, former, former, former)), str)
    assert subject_of(former) == "" or subject_of(former).lower() in former.lower()


def test_a_models_rewrite_is_taken_if_it_keeps_the_questions_terms() -> None:
    model = ScriptedModel(
        "Who succeeded Levan Asatiani as governor of the National Bank of Georgia?"
    )

    searched = ModelRewriter(model, RuleRewriter(INDEX), Limits()).rewrite(
        "Who succeeded him?", [GOVERNOR]
    )

    assert searched == model.words[0]
    assert "Who succeeded him?" in model.asked[0][0][1]


@pytest.mark.parametrize(
    "said",
    [
        "Levan Asatiani was succeeded by Tamar Kiknadze in March.",
        "What is the capital of France?",
        "Who replaced Levan Asatiani?",
        "Who succeeded Napoleon?",
        "Who succeeded him? " * 60,
    ],
)
def test_a_models_rewrite_that_drifts_is_not_taken(said: str) -> None:
    rewriter = ModelRewriter(ScriptedModel(said), RuleRewriter(INDEX), Limits())

    assert rewriter.rewrite("Who succeeded him?", [GOVERNOR]) == "Who succeeded Levan Asatiani?"


def test_a_model_that_is_down_leaves_the_rules() -> None:
    model = ScriptedModel(error=ModelError("cannot be reached", passing=False))

    rewriter = ModelRewriter(model, RuleRewriter(INDEX), Limits())

    assert rewriter.rewrite("Who succeeded him?", [GOVERNOR]) == "Who succeeded Levan Asatiani?"


def test_a_model_is_not_asked_where_no_rewrite_is_needed() -> None:
    model = ScriptedModel("anything")

    ModelRewriter(model, RuleRewriter(INDEX), Limits()).rewrite("Who is Tamar Kiknadze?", [VOLUME])

    assert model.asked == []


@pytest.mark.parametrize(
    ("rewritten", "kept"),
    [
        ("What was the trade volume in 2022?", True),
        ("What was the trade volume in 2023?", False),
        ("What was the export volume in 2022?", False),
        ("", False),
    ],
)
def test_terms_and_years_must_be_kept(rewritten: str, kept: bool) -> None:
    assert keeps_terms("and in 2022?", rewritten, [VOLUME]) is kept


def test_the_chain_searches_the_rewrite_and_says_so() -> None:
    chain = Chain(INDEX, QueuedAnswerer(), k=2, max_question_chars=200)  # type: ignore[arg-type]

    answer = chain.ask("Who succeeded him?", turns=[GOVERNOR])

    assert (answer.question, answer.searched) == (
        "Who succeeded him?",
        "Who succeeded Levan Asatiani?",
    )
    assert turn_of(answer).articles == (answer.citations[0].passage.article_id,)


@pytest.mark.parametrize(("turns", "full"), [(DIALOGUES, IN_FULL), (TALKS, TALKS_IN_FULL)])
def test_both_sets_of_follow_ups_hold_the_same_turns(turns: Path, full: Path) -> None:
    assert [(q.id, q.answers, q.article) for q in read_set(turns).questions] == [
        (q.id, q.answers, q.article) for q in read_set(full).questions
    ]


@pytest.mark.parametrize(
    ("turns", "full", "folder", "share"),
    [(DIALOGUES, IN_FULL, "newswire", 0.9), (TALKS, TALKS_IN_FULL, "talks", 0.8)],
)
def test_dialogues_are_understood_as_well_as_written_out(
    turns: Path, full: Path, folder: str, share: float
) -> None:
    articles = [
        make_article(path.read_text(encoding="utf-8"), path.name)
        for path in sorted((SETS / folder / "articles").glob("*.txt"))
    ]
    index = FakeIndex(*articles)
    chain = Chain(index, QueuedAnswerer(), k=1, max_question_chars=400)  # type: ignore[arg-type]
    texts = {article.id: article.text for article in articles}

    asked = ask_all_ways(
        read_set(turns).questions,
        read_set(full).questions,
        lambda question, turns: chain.ask(question, turns=turns),
        texts.get,
    )

    found = {way: sum(one.passage for one in asked if one.way == way) for way in WAYS}
    assert found["rewritten, right turns"] >= share * found["in full"]
    assert found["rewritten, right turns"] > found["as it stands"]
    assert str(found["in full"]) in table(asked)


def test_a_turn_that_is_not_written_out_is_named() -> None:
    question = GoldQuestion("d/1", "q?", dialogue="d")

    def ask(question: str, turns: object) -> Answer:
        return Answer(question, question, answered=False, text="No.")

    with pytest.raises(Exception, match="d/1 is not written out"):
        ask_all_ways([question], [], ask, {}.get)


def test_the_sets_are_json_lines() -> None:
    assert all(json.loads(line) for line in IN_FULL.read_text(encoding="utf-8").splitlines())
