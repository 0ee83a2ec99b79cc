"""Retrieved passages in, the sentences that can bear a claim out, with their surroundings. Pure.

A sentence seldom says everything itself: its headline, its article's date and the sentences before
it say who "he" and "the bank" are. ``Surroundings`` hold that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.language.moments import Moment, moments_in, published_moment
from bot.language.sentences import sentences_of
from bot.language.traits import Traits, bare, names_in, traits_of
from bot.language.words import stems_of
from corpus.article import Article, Passage
from corpus.sentences import Span

BEFORE: Final = 3
"""Sentences before one that say who its pronouns are."""
_TITLE: Final = (
    r"(?:Mr|Mrs|Ms|Dr|Governor|President|Minister|Judge|Prosecutor|Ambassador|Senator|Mayor|Captain|"
    r"General|Secretary|Director|Chairman|Chairwoman|Coach|King|Queen|Prince|Princess|Bishop|Pope)"
)
# Bounded: a run of ten thousand capitals and hyphens is no name.
_PERSON_WORD: Final = r"[A-Z][\w’'-]{1,40}"
_PERSON_NAME: Final = rf"{_PERSON_WORD}(?:\s+(?:da |de |al |bin |van )?{_PERSON_WORD}){{0,3}}"
_SAYING: Final = (
    r"(?:said|says|told|added|replied|warned|called|noted|asked|argued|stated|explained|insisted|"
    r"wrote|wept|spoke|dissented|smiled|rejected|blamed|announced|predicted|wanted|listened)"
)
_PERSONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_TITLE}\.?\s+(?P<name>{_PERSON_NAME})",
        rf"\b{_SAYING}\s+(?P<name>{_PERSON_NAME})(?=[,.;]|\s(?:of|who|in|during|to|on)\b|$)",
        rf"\b(?P<name>{_PERSON_NAME})(?:,\s[^,.]{{2,60}},)?\s{_SAYING}\b",
        rf"\b(?P<name>{_PERSON_NAME}),\s(?:\d\d\b|who\b|a\s\d\d-year-old\b)",
        rf"\b(?:[Hh]is|[Hh]er|[Tt]he|[Ii]ts)\s[a-z][\w’ -]{{2,40}},\s(?P<name>{_PERSON_NAME})(?=,)",
    )
)
_ALIAS: Final = re.compile(
    r"((?:[A-Z][\w’]*(?:\s+|-)(?:of\s+|for\s+|the\s+|and\s+)*){1,7})\(([A-Z]{2,8})\)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as the model saw it, under ``number``, and the article it is of."""

    number: int
    passage: Passage
    article: Article


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a source sentence.

    ``near`` are the stems of headline, lead and the sentences before; ``near_names`` and
    ``names`` the words of the names there, and in the whole article; ``common`` the words that the
    article writes in lower case; ``persons`` those known for names of people, ``speakers`` those
    that a pronoun of the sentence most likely means.
    """

    near: frozenset[str]
    near_names: frozenset[str]
    names: frozenset[str]
    common: frozenset[str]
    persons: frozenset[str]
    speakers: frozenset[str]
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One or more source sentences: ``article.text[start:end] == text``.

    ``numbers`` are those of the passages that hold it.
    """

    numbers: tuple[int, ...]
    passage: Passage
    start: int
    end: int
    text: str
    surroundings: Surroundings

    @property
    def traits(self) -> Traits:
        """The traits of its text."""
        return traits_of(self.text)


def find_evidence(
    sources: Sequence[Source], is_order: Callable[[str], bool] = lambda sentence: False
) -> tuple[Evidence, ...]:
    """Return every sentence of ``sources`` once, in the order of the articles' text.

    No evidence are headlines, which promise what the text says, and sentences that ``is_order``:
    addressed to the model, not to the reader.
    """
    found: dict[tuple[str, int], Evidence] = {}
    for source in sources:
        spans = sentences_of(source.article.text)
        for place, (start, end) in enumerate(spans):
            if start >= source.passage.end or end <= source.passage.start:
                continue
            known = found.get((source.article.id, start))
            numbers = (*known.numbers, source.number) if known else (source.number,)
            text = source.article.text[start:end]
            headline = start == 0 and text.strip() == source.article.title.strip()
            if not headline and not is_order(text):
                found[source.article.id, start] = Evidence(
                    numbers,
                    known.passage if known else source.passage,
                    start,
                    end,
                    text,
                    surroundings(source.article, place),
                )
    return tuple(found[key] for key in sorted(found))


def join(first: Evidence, last: Evidence, article_text: Callable[[str], str]) -> Evidence:
    """Return the stretch from ``first`` to ``last``, neighbours of one article, in this order."""
    text = article_text(first.passage.article_id)[first.start : last.end]
    numbers = tuple(dict.fromkeys(first.numbers + last.numbers))
    return Evidence(numbers, first.passage, first.start, last.end, text, merged([first, last]))


def merged(parts: Sequence[Evidence]) -> Surroundings:
    """Return the surroundings of several pieces of evidence, taken together."""
    around = [part.surroundings for part in parts]
    return Surroundings(
        near=_union(one.near for one in around),
        near_names=_union(one.near_names for one in around),
        names=_union(one.names for one in around),
        common=_union(one.common for one in around),
        persons=_union(one.persons for one in around),
        speakers=_union(one.speakers for one in around),
        moments=tuple(moment for one in around for moment in one.moments),
    )


@lru_cache(maxsize=4_096)
def surroundings(article: Article, place: int) -> Surroundings:
    """Return what surrounds the article's sentence number ``place``, from 0."""
    spans = sentences_of(article.text)
    texts = [article.text[start:end] for start, end in spans]
    lead = [article.title, *texts[:2]]
    before = [*lead, *texts[max(0, place - BEFORE) : place]]
    near = [*before, *texts[place + 1 : place + 2]]
    persons = persons_in(article.text)
    names = _sure_names(article) | persons
    published = published_moment(article.published)
    return Surroundings(
        near=_union(stems_of(text) for text in before),
        near_names=with_aliases(_name_words(near) & names, article.text),
        names=with_aliases(names, article.text),
        common=_common_words(article.text),
        persons=persons,
        speakers=_speakers(article.text, spans, place, persons),
        moments=(
            *([published] if published else []),
            *(moment for text in near for moment in moments_in(text)),
        ),
    )


@lru_cache(maxsize=256)
def persons_in(text: str) -> frozenset[str]:
    """Return the words, in lower case, of the names that ``text`` uses as those of people."""
    found = {
        bare(word)
        for pattern in _PERSONS
        for match in pattern.finditer(text)
        for word in re.split(r"[\s-]+", match["name"])
    }
    return frozenset(found - _common_words(text))


def with_aliases(words: frozenset[str], text: str) -> frozenset[str]:
    """Return ``words`` with the short for the long form and back, as ``text`` introduces them.

    "National Bank of Georgia (NBG)": who writes NBG means the bank.
    """
    extended = set(words)
    for short, long in _aliases(text):
        if short in words:
            extended |= long
        if long <= words:
            extended.add(short)
    return frozenset(extended)


@lru_cache(maxsize=256)
def _aliases(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for match in _ALIAS.finditer(text):
        words = [word for word in re.split(r"[\s-]+", match.group(1)) if word[:1].isupper()]
        while words and words[0][0] != match.group(2)[0]:
            words = words[1:]
        found.append((match.group(2).lower(), frozenset(bare(word) for word in words)))
    return tuple((short, long) for short, long in found if long)


def _name_words(texts: Iterable[str]) -> frozenset[str]:
    return _union(traits_of(text).name_words for text in texts)


@lru_cache(maxsize=256)
def _sure_names(article: Article) -> frozenset[str]:
    """Return the words of its names, those that are capitals only by their place left out."""
    texts = (article.text[start:end] for start, end in sentences_of(article.text))
    return frozenset(
        word
        for text in (article.title, *texts)
        for name in names_in(text)
        if not (name.opening and len(name.words) == 1)
        for word in name.words
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(word for one in sets for word in one)


@lru_cache(maxsize=256)
def _common_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w’'-])[a-z]{3,}\b", text))


def _speakers(
    text: str, spans: Sequence[Span], place: int, persons: frozenset[str]
) -> frozenset[str]:
    """Return who is meant: the people of the sentence, else of the nearest one of its paragraph.

    Before comes before behind; then the paragraph before.
    """

    def people(number: int) -> frozenset[str]:
        return traits_of(text[slice(*spans[number])]).name_words & persons

    def apart(one: int, other: int) -> bool:
        low, high = sorted((one, other))
        return "\n" in text[spans[low][1] : spans[high][0]]

    before = range(place, max(-1, place - 1 - 2 * BEFORE), -1)
    inside = [number for number in before if not apart(number, place)]
    behind = [n for n in range(place + 1, min(len(spans), place + 3)) if not apart(n, place)]
    outside = [number for number in before if apart(number, place)]
    return next((found for n in (*inside, *behind, *outside) if (found := people(n))), frozenset())
