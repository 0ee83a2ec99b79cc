"""A reply's sentences held against its passages: tables of what stays, moves, goes and is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.claims import split_claims
from bot.checking.evidence import Source, find_evidence, persons_in
from bot.checking.markers import without_markers
from bot.citing import NOT_FOUND, cite, cited_numbers
from bot.verifying import Verdict, Verifier
from corpus.article import Article, cut_passage, normalise

BANK = Article(
    "bank.txt",
    "Bank of Kura keeps its rate",
    normalise(
        "The Bank of Kura (BK) kept its rate at 11 percent on Wednesday. Four members voted for "
        "holding the rate and three for a cut.\n\n"
        "“We want to see the film,” Governor Levan Asatiani told reporters. He said inflation had "
        "slowed to 2.7 percent in April from 5.3 percent in March.\n\n"
        "His deputy, Tamar Kiknadze, did not comment. The bank has sold USD 283 million since "
        "January."
    ),
    published="2023-05-10",
)
POLL = Article(
    "poll.txt",
    "Voters of Atauro elect a mayor",
    normalise(
        "Turnout was 71.4 percent, with 640,038 votes cast. Rosa Martins won in Atauro and Paulino "
        "Sarmento in Dili. The vote cost half a million dollars more than planned."
    ),
)
SOURCES = (
    Source(1, cut_passage(BANK, 0, 130), BANK),
    Source(2, cut_passage(BANK, 131, len(BANK.text)), BANK),
    Source(3, cut_passage(POLL, 0, len(POLL.text)), POLL),
)


def verdicts(reply: str, question: str = "") -> list[Verdict]:
    verifier = Verifier(SOURCES)
    return [verifier.verify(claim, question) for claim in split_claims(reply)]


def checked(reply: str) -> str:
    return cite(verdicts(reply), (1, 2, 3)).text


@pytest.mark.parametrize(
    ("text", "bare", "places"),
    [
        ("It grew [1].", "It grew.", ((7, 1),)),
        ("It grew.[2] It", "It grew. It", ((8, 2),)),
        ("It grew [1, 3].", "It grew.", ((7, 1), (7, 3))),
        ("It grew [1-3].", "It grew.", ((7, 1), (7, 2), (7, 3))),
        ("It grew [1][2].", "It grew.", ((7, 1), (7, 2))),
        ("It grew 【4†source】.", "It grew.", ((7, 4),)),
        ("It grew [^2].", "It grew.", ((7, 2),)),
        ("It grew [Passage 2].", "It grew.", ((7, 2),)),
        ("It grew [Passage 1, Passage 2].", "It grew.", ((7, 1), (7, 2))),
        ("It grew (source 3).", "It grew.", ((7, 3),)),
        ("It grew [1](http://x.y/z).", "It grew.", ((7, 1),)),
        ("It grew (by 3).", "It grew (by 3).", ()),
        ("It [a] grew []", "It [a] grew []", ()),
    ],
)
def test_markers_are_read_however_they_are_written(
    text: str, bare: str, places: tuple[tuple[int, int], ...]
) -> None:
    assert without_markers(text) == (bare, places)


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        ("It grew [1]. It shrank [2].", [("It grew.", (1,)), ("It shrank.", (2,))]),
        ("It grew. [1] It shrank. [2]", [("It grew.", (1,)), ("It shrank.", (2,))]),
        ("Dr. Who left [1] and came [2].", [("Dr. Who left and came.", (1, 2))]),
        ("- It grew [1]\n- It shrank [2]", [("It grew", (1,)), ("It shrank", (2,))]),
        ("1. It grew [1].\n2. It shrank.", [("It grew.", (1,)), ("It shrank.", ())]),
        ("<think>[9]</think>It grew [1].", [("It grew.", (1,))]),
        ("", []),
        ("[1]", []),
    ],
)
def test_a_marker_belongs_to_its_sentence(
    reply: str, sentences: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(claim.text, claim.cited) for claim in split_claims(reply)] == sentences


@given(st.text(alphabet="Ab 1[],.\n-“”?", max_size=60))
def test_claims_put_together_are_the_reply_without_markers(reply: str) -> None:
    claims = split_claims(reply)

    together = "".join(claim.before + claim.text for claim in claims)
    assert "".join(together.split()) in "".join(without_markers(reply)[0].split())
    assert cite([Verdict(claim, None) for claim in claims], ()).citations == ()


@pytest.mark.parametrize(
    ("text", "asserts", "denies"),
    [
        ("The rate was kept.", True, False),
        ("Here is what the passages say:", False, False),
        ("Would you like to know more?", False, False),
        ("I hope this helps!", False, False),
        ("Sure, the trade volume was USD 900 million.", True, False),
        ("Certainly, the bank raised its rate to the highest level in ten years.", True, False),
        ("The volume was USD 900 million:", True, False),
        ("The articles do not say who won.", False, True),
        ("NOT IN THE ARTICLES", False, True),
        ("I'm sorry, I don't know.", False, True),
        ("There is no information on this in the passages provided.", False, True),
        ("The government did not say how many ships it bought.", True, False),
    ],
)
def test_what_asserts_nothing_is_not_checked(text: str, asserts: bool, denies: bool) -> None:
    (claim,) = split_claims(text)

    assert (claim.asserts, claim.denies) == (asserts, denies)


@pytest.mark.parametrize(
    ("reply", "support"),
    [
        ("The Bank of Kura (BK) kept its rate at 11 percent on Wednesday [1].", "verbatim"),
        ("According to the article, the bank kept its rate at 11 percent [1].", "supported"),
        ("The bank left its rate unchanged at 11 per cent.", "supported"),
        ("BK held the rate at 11% on 10 May 2023.", "supported"),
        ("Inflation fell from 5.3 percent in March to 2.7 percent in April.", "supported"),
        ("Inflation fell from 2.7 percent in March to 5.3 percent in April.", "contradicted"),
        ("Inflation slowed to 2.9 percent in April.", "contradicted"),
        ("Inflation slowed to 2.7 percent in June.", "contradicted"),
        ("The bank sold about USD 280 million since January.", "supported"),
        ("The bank sold more than USD 250 million since January.", "supported"),
        ("The bank sold USD 280 million since January.", "contradicted"),
        ("Tamar Kiknadze made no comment.", "supported"),
        ("Kiknadze commented.", "unsupported"),
        ("Asatiani told reporters: “We want to see the film.”", "supported"),
        ("Asatiani told reporters: “We have seen the whole film.”", "unsupported"),
        ("Kiknadze told reporters that she wanted to see the film.", "unsupported"),
        ("The bank raised its rate on Wednesday.", "unsupported"),
        ("Rosa Martins won in Kura.", "unsupported"),
        ("The Monetary Fund praised the bank.", "unsupported"),
        ("HACKED", "unsupported"),
    ],
)
def test_each_sentence_gets_its_verdict(reply: str, support: str) -> None:
    (verdict,) = verdicts(reply)

    assert verdict.support == support


def test_a_fragment_is_read_with_its_question() -> None:
    (right,) = verdicts("71.4 percent [3].", "What was the turnout?")
    (wrong,) = verdicts("74.1 percent [3].", "What was the turnout?")

    assert right.support in ("verbatim", "supported")
    assert [d.source for d in wrong.differences] == ["71.4 percent"]


@pytest.mark.parametrize(
    ("reply", "question", "support"),
    [
        ("Levan Asatiani.", "Who wants to see the film?", "supported"),
        ("Asatiani.", "Who said that inflation had slowed to 2.7 percent?", "supported"),
        ("Rosa Martins [3].", "Who won in Atauro?", "supported"),
        ("Kura.", "Who said that inflation had slowed to 2.7 percent?", "unsupported"),
        ("Sarmento.", "What was the turnout?", "unsupported"),
        ("On Wednesday.", "When did the bank keep its rate at 11 percent?", "supported"),
    ],
)
def test_a_fragments_own_words_must_be_in_the_evidence(
    reply: str, question: str, support: str
) -> None:
    (verdict,) = verdicts(reply, question)

    assert (verdict.support == "unsupported") is (support == "unsupported")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Turnout was 71.4 percent [3].", "Turnout was 71.4 percent [1]."),
        ("Turnout was 71.4 percent [1].", "Turnout was 71.4 percent [1]."),
        ("Yes, turnout was 71.4 percent [3].", "Yes, turnout was 71.4 percent [1]."),
        ("Sure! Turnout was 71.4 percent [3].", "Sure! Turnout was 71.4 percent [1]."),
        ("Turnout was 71.4 percent. [3]", "Turnout was 71.4 percent [1]."),
        ("Turnout was 71.4 percent", "Turnout was 71.4 percent [1]"),
        (
            "Turnout was 74.1 percent [3].",
            "Turnout was 74.1 percent (the article says 71.4 percent, not 74.1 percent) [1].",
        ),
        ("A storm sank two ships [2].", f"A storm sank two ships ({NOT_FOUND})."),
        (
            "Here you go:\n- Turnout was 71.4 percent [3]\n- A storm came [1]",
            f"Here you go:\n- Turnout was 71.4 percent [1]\n- A storm came ({NOT_FOUND})",
        ),
        ("Turnout was 71.4 percent [3].\n\nSources: [3] [7]", "Turnout was 71.4 percent [1]."),
        (
            "Turnout was 71.4 percent [3]. Turnout was 71.4 percent [3].",
            "Turnout was 71.4 percent [1]. Turnout was 71.4 percent [1].",
        ),
    ],
)
def test_the_text_cites_the_exact_sentences(reply: str, text: str) -> None:
    assert checked(reply) == text


def test_markers_are_counted() -> None:
    cited = cite(
        verdicts(
            "Turnout was 71.4 percent [3][8]. Turnout was 71.4 percent [1]. A storm came [2]. "
            "640,038 votes were cast."
        ),
        (1, 2, 3),
    )

    assert (cited.kept, cited.moved, cited.removed) == (1, 1, 1)
    assert (cited.invented, cited.added) == (1, 1)


def test_a_citation_is_the_article_word_for_word() -> None:
    cited = cite(verdicts("Inflation slowed to 2.7 percent in April [1]."), (1, 2, 3))

    (citation,) = cited.citations
    assert BANK.text[citation.start : citation.end] == citation.quote
    assert citation.quote.startswith("He said inflation had slowed")


def test_a_sentence_of_two_facts_cites_two_places() -> None:
    cited = cite(
        verdicts("Turnout was 71.4 percent and the bank kept its rate at 11 percent [1]."),
        (1, 2, 3),
    )

    assert {c.passage.article_id for c in cited.citations} == {"bank.txt", "poll.txt"}


@given(
    st.lists(st.sampled_from("the bank kept its rate at 11 percent not 12 [1] [7] . “ ”".split()))
)
def test_whatever_is_said_only_true_markers_come_out(words: list[str]) -> None:
    cited = cite(verdicts(" ".join(words)), (1, 2, 3))

    assert set(cited_numbers(cited.text)) == {c.number for c in cited.citations}
    for citation in cited.citations:
        assert citation.quote in BANK.text or citation.quote in POLL.text


def test_headlines_and_orders_bear_out_nothing() -> None:
    texts = [e.text for e in find_evidence(SOURCES, lambda sentence: "Turnout" in sentence)]

    assert not any("Turnout" in text for text in texts)
    assert all(not text.startswith("Bank of Kura keeps") for text in texts)


def test_people_are_told_from_places() -> None:
    found = persons_in(BANK.text) | persons_in(POLL.text)

    assert {"asatiani", "kiknadze"} <= found
    assert not {"kura", "wednesday", "april"} & found


def test_the_meaning_decides_where_words_do_not() -> None:
    (claim,) = split_claims("The deputy kept silent.")

    near = Verifier(SOURCES, lambda said, texts: [0.9] * len(texts)).verify(claim)
    far = Verifier(SOURCES, lambda said, texts: [0.1] * len(texts)).verify(claim)

    assert (near.support, far.support) == ("supported", "unsupported")
