from __future__ import annotations

from weakref import WeakSet

from bot.language.sentences import sentences_of


class Text(str):
    """A text of which can be seen whether anybody still holds it."""


def test_sentences_of_stories_are_remembered_and_of_long_texts_few_are_held() -> None:
    story = "It rose. It fell."
    long_texts: WeakSet[Text] = WeakSet()
    for number in range(20):
        text = Text(f"Book {number} begins. " + "Word " * 30_000)
        long_texts.add(text)
        assert len(sentences_of(text)) == 2
        del text

    assert sentences_of(story) is sentences_of(story)
    assert len(long_texts) <= 8
