"""What the LLM-free answerer says to each sort of question, and when it keeps silent."""

from __future__ import annotations

import pytest

from bot.answer import Answer
from bot.chain import Chain
from bot.checking.conflicts import disagree
from bot.extracting import DISAGREEMENT, GREETING, ExtractiveAnswerer
from bot.language.dating import date_agreement, months_in, years_known
from bot.language.intents import intent_of
from bot.language.question import analyse
from bot.language.words import stem
from bot.weighing.candidates import Candidates
from bot.weighing.ranking import rank, reranked
from bot.weighing.signals import SIGNALS, Context, measure
from bot.weighing.summarising import key_sentences
from bot.weighing.weights import Logistic, Topic, Weighing, Weights
from corpus.article import Article
from corpus.sentences import sentence_spans
from index.retrieval import Hit
from tests.fakes import FakeIndex, HashEmbedder, WordReader, make_article, whole_passage

FLOOD = make_article(
    "Flood in Bima\n\nThe river rose on Sunday night. The flood killed 12 people, police said. "
    "Rescuers came by boat.",
    "flood-1.txt",
    "Flood in Bima",
    "2023-05-09",
)
LATER = make_article(
    "Toll rises\n\nThe flood in Bima killed 15 people, the governor said. Schools stay shut.",
    "flood-2.txt",
    "Toll rises",
    "2023-05-11",
)
PORTS = make_article(
    "Ports\n\nThe port of Bitung is closed. Ships may call at Ambon. The port of Sorong is closed.",
    "ports.txt",
    "Ports",
)


def by(name: str, weight: float, intercept: float) -> Logistic:
    return Logistic(intercept, tuple(weight * (signal == name) for signal in SIGNALS))


ON_TOPIC = Topic(by("passage_cosine", 2.0, 0.0), by("passage_cosine", 0.0, 0.0))
BY_MARGIN = Weighing(
    by("span_margin", 8.0, 0.0), by("span_margin", 4.0, 0.0), 0.5, ON_TOPIC, topic_threshold=0.6
)
BY_WORDS = Weighing(
    by("words_in_sentence", 6.0, -4.0), by("words_in_sentence", 6.0, -4.0), 0.4, ON_TOPIC, 0.6
)
WEIGHTS = Weights(BY_MARGIN, BY_WORDS, "set by hand for the tests", {})


def ask(question: str, scores: dict[str, float], *articles: Article) -> Answer:
    index = FakeIndex(*articles)
    reader = WordReader(scores)
    answerer = ExtractiveAnswerer(index, HashEmbedder, WEIGHTS, lambda: reader)
    return Chain(index, answerer, k=4, max_question_chars=200).ask(question)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Hi!", "greeting"),
        ("good morning", "greeting"),
        ("thanks a lot", "thanks"),
        ("Summarise the article about Bima", "summary"),
        ("What is this about?", "summary"),
        ("tl;dr", "summary"),
        ("Did trade grow in 2023?", "yes_no"),
        ("Is it Ambon or Bitung?", "fact"),
        ("Can you tell me who won?", "fact"),
        ("Which ports are closed?", "list"),
        ("Name the candidates", "list"),
        ("What was trade volume in 2023?", "fact"),
        ("What is the news?", "fact"),
        ("Hi, who won the election?", "fact"),
    ],
)
def test_what_sort_of_reply_is_wanted(text: str, intent: str) -> None:
    assert intent_of(text) == intent


def test_the_readers_span_is_the_short_answer_and_its_sentence_is_cited() -> None:
    answer = ask("How many died in the flood?", {"12 people": 5.0, "Sunday night": 1.0}, FLOOD)

    assert answer.short == "12 people"
    assert answer.text == "12 people\n\nThe flood killed 12 people, police said. [1]"
    (citation,) = answer.citations
    assert FLOOD.text[citation.start : citation.end] == citation.quote


def test_no_likely_span_is_a_refusal() -> None:
    answer = ask("How many died in the flood?", {"12 people": -5.0}, FLOOD)

    assert not answer.answered
    assert answer.hits


def test_a_year_that_neither_passage_nor_date_knows_is_refused_however_sure_the_reader_is() -> None:
    sure = {"12 people": 9.0}

    assert ask("How many died in the flood of 2023?", sure, FLOOD).answered
    assert not ask("How many died in the flood of 1998?", sure, FLOOD).answered


def test_two_articles_with_different_figures_are_both_shown_the_newer_first() -> None:
    answer = ask("How many died in the flood?", {"12 people": 6.0, "15 people": 5.0}, FLOOD, LATER)

    assert answer.short == "15 people"
    assert [c.passage.article_id for c in answer.citations] == ["flood-2.txt", "flood-1.txt"]
    assert "2023-05-11: The flood in Bima killed 15 people" in answer.text
    assert "2023-05-09: The flood killed 12 people" in answer.text
    assert answer.warnings == (DISAGREEMENT,)


def test_an_unsure_rival_is_not_shown() -> None:
    answer = ask("How many died in the flood?", {"12 people": 6.0, "15 people": -9.0}, FLOOD, LATER)

    assert answer.short == "12 people"
    assert len(answer.citations) == 1


def test_a_list_holds_what_several_sentences_give() -> None:
    answer = ask("Which ports are closed?", {"Bitung": 6.0, "Sorong": 5.0, "Ambon": -9.0}, PORTS)

    assert answer.short == "Bitung; Sorong"
    assert [c.quote for c in answer.citations] == [
        "The port of Bitung is closed.",
        "The port of Sorong is closed.",
    ]


@pytest.mark.parametrize("question", ["Why did it flood?", "What did police say of the flood?"])
def test_reasons_and_sayings_are_whole_sentences(question: str) -> None:
    answer = ask(question, {"12 people": 5.0}, FLOOD)

    assert answer.text == "The flood killed 12 people, police said. [1]"


def test_a_yes_no_question_is_answered_by_the_evidence_without_reading() -> None:
    answer = ask("Did the flood kill 12 people?", {}, FLOOD)

    assert answer.short == "The flood killed 12 people, police said."
    assert answer.text == f"{answer.short} [1]"


def test_a_greeting_is_greeted_without_sources() -> None:
    answer = ask("Hello there", {}, FLOOD)

    assert (answer.text, answer.citations, answer.hits) == (GREETING, (), ())


def test_a_summary_quotes_key_sentences_of_the_named_article() -> None:
    answer = ask("Summarise the story about the ports", {}, FLOOD, PORTS)

    assert {c.passage.article_id for c in answer.citations} == {"ports.txt"}
    assert all(PORTS.text[c.start : c.end] == c.quote for c in answer.citations)
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)


def test_key_sentences_leave_out_headline_and_scraps() -> None:
    chosen = key_sentences(FLOOD, sentence_spans(FLOOD.text), HashEmbedder().embed, count=2)

    assert [FLOOD.text[start:end] for start, end in chosen] == [
        "The river rose on Sunday night.",
        "The flood killed 12 people, police said.",
    ]


def test_the_reader_is_told_title_and_date() -> None:
    index, reader = FakeIndex(FLOOD), WordReader({"12 people": 5.0})
    answerer = ExtractiveAnswerer(index, HashEmbedder, WEIGHTS, lambda: reader)
    Chain(index, answerer, k=4, max_question_chars=200).ask("How many died?")

    assert reader.headers == ("Flood in Bima. Tuesday 9 May 2023",)


def test_hits_are_ranked_anew_by_what_was_read() -> None:
    answer = ask("What closed near the flood in Bima?", {"Bitung": 6.0}, FLOOD, PORTS)

    assert [hit.passage.article_id for hit in answer.hits] == ["ports.txt", "flood-1.txt"]
    assert [hit.rank for hit in answer.hits] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("12 people", "15 people", True),
        ("twelve people", "12", False),
        ("USD 3 million", "$3,000,000", False),
        ("3 percent", "12 people", False),
        ("Ambon", "Bitung", False),
    ],
)
def test_figures_disagree_only_within_a_unit(one: str, other: str, differ: bool) -> None:
    assert disagree(one, other) is differ


@pytest.mark.parametrize(
    ("question", "published", "agreement"),
    [
        ("What was the rate in May 2023?", "2023-05-09", 1.0),
        ("what was the rate in may 2023", "2023-06-09", 0.5),
        ("What was the rate in 2022?", "2023-05-09", -1.0),
        ("What was the rate in June?", "2023-05-09", -0.5),
        ("What was the rate?", "2023-05-09", 0.0),
        ("What was the rate in 2022?", None, 0.0),
    ],
)
def test_the_questions_date_is_held_against_the_articles(
    question: str, published: str | None, agreement: float
) -> None:
    assert date_agreement(question, published) == agreement


def test_last_year_is_a_year_too() -> None:
    assert years_known("up from a year earlier", "2023-05-09") == {"2022", "2023"}
    assert years_known("up from a year earlier", None) == frozenset()


def test_may_is_a_month_only_where_one_can_stand() -> None:
    assert months_in("It may rain") == frozenset()
    assert months_in("in may 2023 and on 3 jun") == {5, 6}


TRADE = make_article(
    "Trade with Azerbaijan in 2023 reached USD 255.7 million, of which oil was 97 percent.",
    "trade.txt",
    "Trade",
)


@pytest.mark.parametrize(
    ("scores", "short"),
    [
        ({"Azerbaijan": 5.0, "USD 255.7 million": 2.0, "97 percent": 4.0}, "USD 255.7 million"),
        ({"Azerbaijan": 5.0}, "USD 255.7 million"),
        (
            {"USD 255.7 million, of which oil was 97 percent": 5.0, "oil": 1.0},
            "USD 255.7 million, of which oil was 97 percent",
        ),
    ],
)
def test_where_the_kind_asked_for_is_in_the_sentence_the_short_answer_has_it(
    scores: dict[str, float], short: str
) -> None:
    assert ask("What was the trade volume in 2023?", scores, TRADE).short == short


def test_what_negation_and_missing_words_and_numbers_a_sentence_lacks_are_signals() -> None:
    asked = analyse("What wasn't shipped by the 12 ferries of Bima?")
    context = Context("", "Boats shipped rice.", "Boats", None, 1, 0.5)
    idf = {stem(word): float(number) for number, word in enumerate(asked.words, start=1)}

    signals = dict(
        zip(
            SIGNALS,
            measure(asked, "Boats shipped rice.", context, cosine=0.5, idf=idf),
            strict=True,
        )
    )

    assert signals["negation"] == 1.0
    assert signals["numbers_missing_in_sentence"] == 1.0
    assert signals["rarest_missing"] == 1.0
    assert signals["question_length"] == len(asked.words) / 10


def test_articles_off_the_topic_are_never_sure_enough() -> None:
    asked = analyse("How many died?")
    passage = whole_passage(FLOOD)

    def first(cosine: float) -> float:
        index = FakeIndex(FLOOD)
        found = Candidates(index, HashEmbedder, lambda: WordReader({"12 people": 9.0}))
        hit = Hit(passage, 1.0, 1, cosine=cosine)
        return rank(BY_MARGIN, asked, found.find(asked, [hit], read=True), 0.5)[0].sure

    assert first(0.5) > 0.9
    assert first(0.1) == 0.25


def test_a_passage_of_two_likely_sentences_comes_before_one_of_the_likeliest() -> None:
    one = make_article("The flood killed 12 people.", "one.txt")
    two = make_article("It killed 11 people. It killed 10 people.", "two.txt")
    hits = [Hit(whole_passage(article), 1.0, rank) for rank, article in enumerate((one, two), 1)]
    scores = {"12 people": 9.0, "11 people": 8.9, "10 people": 8.9}
    found = Candidates(FakeIndex(one, two), HashEmbedder, lambda: WordReader(scores))
    asked = analyse("How many died?")

    ranked = rank(BY_MARGIN, asked, found.find(asked, hits, read=True), 0.5)

    assert ranked[0].candidate.hit.passage.article_id == "one.txt"
    assert sum(each.share for each in ranked) == pytest.approx(1.0)
    assert [hit.passage.article_id for hit in reranked(hits, ranked)] == ["two.txt", "one.txt"]


@pytest.mark.parametrize(
    ("published", "text", "first"),
    [
        (None, "In 2022 it took 3 ships. In 2023 it took 4 ships.", "In 2022 it took 3 ships."),
        ("2022-05-09", "In 2022 it took 3 ships. In 2023 it took 4 ships.", "In 2022 it took 3 ships."),
        ("2022-05-09", "It takes 4 ships now, not 3 as in 2023. Rain fell in 2022.", "It takes 4 ships now, not 3 as in 2023."),
    ],
)  # fmt: skip
def test_a_sentence_of_another_year_does_not_answer_for_the_one_asked(
    published: str | None, text: str, first: str
) -> None:
    article = make_article(text, published=published)
    hit = Hit(whole_passage(article), 1.0, 1, cosine=0.9)
    reader = WordReader({"4 ships": 9.0, "3 ships": 1.0})
    found = Candidates(FakeIndex(article), HashEmbedder, lambda: reader)
    asked = analyse("How many ships did it take in 2022?")

    ranked = rank(BY_MARGIN, asked, found.find(asked, [hit], read=True), 0.5)

    assert ranked[0].candidate.sentence == first
