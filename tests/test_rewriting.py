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
TRAM = make_article(
    "Mayor Ingrid Solheim opened the Fjordline tram in Bergen on 4 June 2023. Solheim said she was "
    "proud. The tram cost 310 million euros.",
    "tram.txt",
)
PORT = make_article(
    "The port of Baku handled 6.2 million tonnes of cargo in 2022. A terminal opens in Poti soon.",
    "port.txt",
)
ARCHIVE = make_article(
    "The archive Casa Blanca (CB) kept its roof. The archive Casa Blanca was led by Ana Sousa.",
    "archive.txt",
)
INDEX = FakeIndex(BANK, TRADE, RATE, TRAM, PORT, ARCHIVE)


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
CARGO = turn(
    "How much cargo did the port of Baku handle in 2022?", "6.2 million tonnes", "port.txt"
)
COST = turn("How much did the Fjordline tram in Bergen cost?", "310 million euros", "tram.txt")
MAYOR = turn("Who is the mayor of Bergen?", "Ingrid Solheim", "tram.txt")
SCORER = turn("Who scored for Riga United in the final?", "Janis Ozols")
QUAKE = turn("When did the earthquake strike Van?", "12 February 2024")
DIED = turn("How many people died in the earthquake in Van?", "41")
LOSS = turn("How big was Solvex’s loss in 2023?", "80 million euros")
JOBS = turn("How many jobs will Solvex Pharma cut in Ghent?", "450")
RATES = turn("What was the interest rate of the Central Bank of Kenya in May 2023?", "9.5 percent")
PRICES = turn("What was inflation in Kenya in November 2023?", "6.8 percent")
TERMINAL = turn("Where will a new terminal open?", "Poti")
ACT = turn("When did parliament pass the Data Protection Act?", "3 March 2022")
VOTES = turn("How many members of parliament voted for the Data Protection Act?", "98")
BRIDGE = turn("When will the Kestrel bridge in Durban close?", "10 May")
FILM = turn("Which film won the Golden Reed in 2021?", "The Salt Road")
JETS = turn("How many jets has Aero Lince ordered?", "six")
FLIGHT = turn("How often will Aero Lince fly from Lima to Cusco?", "daily")
OIL = turn("What is the price of oil?", "82 dollars")
FIRE = turn("Where did the fire break out?", "in the kitchen")
JOINING = turn("Is Georgia going to join the EU?", "No")
BUYERS = turn("Which countries buy the most wheat from Kazakhstan?", "Uzbekistan and Iran")
SMALL = turn("how many people died in the van earthquake", "41")


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
        (
            "And what was the vote?",
            [turn("How did the board of the National Bank of Fiji split?", "four to three")],
            "What was the vote of the board of the National Bank of Fiji?",
        ),
        (
            "What was blamed for it?",
            [turn("What was the turnout in Atauro’s local elections?", "60 percent")],
            "What was blamed for the turnout in Atauro’s local elections?",
        ),
        (
            "What was blamed for it?",
            [turn("What turnout is that: How many votes were cast?", "60 percent")],
            "What was blamed for the turnout?",
        ),
        (
            "Who leads it?",
            [turn("How many maps did the archive keep?", "40", "archive.txt")],
            "Who leads the archive Casa Blanca?",
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
    ("question", "last", "searched"),
    [
        ("no, I meant 2021", CARGO, "How much cargo did the port of Baku handle in 2021?"),
        ("not 2022, 2021", CARGO, "How much cargo did the port of Baku handle in 2021?"),
        ("sorry, in Poti", CARGO, "How much cargo did the port of Poti handle in 2022?"),
        ("what about poti", CARGO, "How much cargo did the port of Poti handle in 2022?"),
        ("not Bergen but Oslo", COST, "How much did the Fjordline tram in Oslo cost?"),
        ("sorry, I meant the tram in Oslo", COST, "How much did the Fjordline tram in Oslo cost?"),
        ("sorry I meant Oslo", COST, "How much did the Fjordline tram in Oslo cost?"),
        (
            "no, I meant the Umgeni bridge, not the Kestrel bridge",
            BRIDGE,
            "When will the Umgeni bridge in Durban close?",
        ),
    ],
)
def test_a_correction_takes_the_place_of_what_was_asked(
    question: str, last: Turn, searched: str
) -> None:
    assert rewrite(question, last) == searched


@pytest.mark.parametrize(
    ("question", "last", "searched"),
    [
        ("and in october?", PRICES, "What was inflation in Kenya in October 2023?"),
        ("and december", PRICES, "What was inflation in Kenya in December 2023?"),
        ("And Uganda in October?", PRICES, "What was inflation in Uganda in October 2023?"),
        ("and the year before?", CARGO, "How much cargo did the port of Baku handle in 2021?"),
        (
            "and 2020 and 2021?",
            CARGO,
            "How much cargo did the port of Baku handle in 2020 and 2021?",
        ),
        (
            "and could you tell me how much it was in 2021?",
            CARGO,
            "How much cargo did the port of Baku handle in 2021?",
        ),
        (
            "and before that?",
            RATES,
            "What was the interest rate of the Central Bank of Kenya before May 2023?",
        ),
        ("and last year?", PRICES, "What was inflation in Kenya last year?"),
        ("who was president then?", QUAKE, "Who was president on 12 February 2024 (Van)?"),
    ],
)
def test_dates_are_written_out(question: str, last: Turn, searched: str) -> None:
    assert rewrite(question, last) == searched


@pytest.mark.parametrize(
    ("question", "last", "searched"),
    [
        ("and passengers?", CARGO, "How many passengers did the port of Baku handle in 2022?"),
        ("and children?", DIED, "How many children died in the earthquake in Van?"),
        ("And in Oslo?", COST, "How much did the Fjordline tram in Oslo cost?"),
        ("in dollars?", COST, "How much did the Fjordline tram in Bergen cost in dollars?"),
        ("and the second line?", COST, "How much did the second line in Bergen cost?"),
        ("And her predecessor?", MAYOR, "Who is Ingrid Solheim’s predecessor?"),
        ("and the profit?", LOSS, "How big was Solvex’s profit in 2023?"),
        ("and to Lima?", FLIGHT, "How often will Aero Lince fly from Cusco to Lima?"),
        ("and Armenia?", JOINING, "Is Armenia going to join the EU?"),
        ("and gas?", OIL, "What is the price of gas?"),
        ("and last Friday?", OIL, "What is the price of oil last Friday?"),
        ("and oslo?", MAYOR, "Oslo: Who is the mayor of Bergen?"),
        ("what about the other one?", MAYOR, "The other one: Who is the mayor of Bergen?"),
        ("And what about the Data Protection Act?", BRIDGE, "The Data Protection Act?"),
    ],
)
def test_a_part_is_put_where_it_belongs_or_nowhere(
    question: str, last: Turn, searched: str
) -> None:
    assert rewrite(question, last) == searched


@pytest.mark.parametrize(
    ("question", "last", "searched"),
    [
        ("who runs it?", CARGO, "Who runs the port of Baku?"),
        ("who is its governor?", RATES, "Who is the Central Bank of Kenya’s governor?"),
        ("when did it strike?", DIED, "When did the earthquake in Van strike?"),
        ("how strong was it?", QUAKE, "How strong was the earthquake of Van?"),
        ("why is it so high?", OIL, "Why is the price of oil so high?"),
        ("who put it out?", FIRE, "Who put the fire out?"),
        ("who voted against it?", ACT, "Who voted against the Data Protection Act?"),
        ("who directed it", FILM, "Who directed The Salt Road"),
        ("How old is the bridge?", BRIDGE, "How old is the Kestrel bridge?"),
        ("Is he Latvian?", SCORER, "Is Janis Ozols Latvian?"),
        ("who is that?", SCORER, "Who is Janis Ozols?"),
        ("Does she support it?", MAYOR, "Does Ingrid Solheim support it?"),
        ("Since when has she been mayor?", MAYOR, "Since when has Ingrid Solheim been mayor?"),
        ("thank you! and how old is she?", MAYOR, "How old is Ingrid Solheim?"),
        ("How did she get her job?", MAYOR, "How did Ingrid Solheim get her job?"),
        ("why are they doing this?", JOBS, "Why are Solvex Pharma doing this?"),
        ("what do they cost?", JETS, "What do the jets of Aero Lince cost?"),
        ("How much do they buy?", BUYERS, "How much do Uzbekistan and Iran buy?"),
        ("and how many were injured?", DIED, "How many people were injured in Van?"),
        ("And how many voted against?", VOTES, "How many voted against the Data Protection Act?"),
        ("who is the mayor of oslo?", MAYOR, "Who is the mayor of oslo (Bergen)?"),
    ],
)
def test_pronouns_and_what_is_left_out_are_written_out(
    question: str, last: Turn, searched: str
) -> None:
    assert rewrite(question, last) == searched


@pytest.mark.parametrize(
    ("question", "last"),
    [
        ("is that more than in 2021", LOSS),
        ("Is that bigger than Medira’s", LOSS),
        ("was it more", LOSS),
        ("how does that compare with 2021", LOSS),
        ("Why is that", JOBS),
        ("When will that happen", JOBS),
        ("How many people does that affect", BRIDGE),
        ("by how much", LOSS),
        ("in which year", TERMINAL),
        ("Tell me more", JOBS),
        ("Are you sure", JOBS),
        ("What then", JOBS),
        ("when was it", SMALL),
    ],
)
def test_what_says_nothing_alone_gets_the_whole_last_question(question: str, last: Turn) -> None:
    assert rewrite(f"{question}?", last) == f"{question[0].upper()}{question[1:]}: {last.question}"


def test_a_question_word_alone_takes_the_place_of_another() -> None:
    assert rewrite("And when?", TERMINAL) == "When will a new terminal open?"


def test_what_was_added_to_the_last_question_is_not_added_again() -> None:
    why = Turn("Why?", f"Why: {JOBS.question}", "It lost money. [1]", "It lost money")

    assert rewrite("Really?", why) == f"Really: {JOBS.question}"


@pytest.mark.parametrize(
    "said", ["no, that's wrong", "I see.", "no, thanks", "ok, thanks a lot", "I don't think so"]
)
def test_what_asks_nothing_is_left_alone(said: str) -> None:
    assert rewrite(said, JOBS) == said


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
