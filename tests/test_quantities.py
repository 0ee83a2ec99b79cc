"""Numbers and dates are read as values, whatever their form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.moments import agrees, moments_in, published_moment
from bot.language.quantities import quantities_in, same_value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("USD 255.7 million", 255.7e6, "USD"),
        ("$255.7m", 255.7e6, "USD"),
        ("255,700,000 dollars", 255.7e6, "USD"),
        ("Rp 3.9 trillion", 3.9e12, "IDR"),
        ("€12 bn", 12e9, "EUR"),
        ("97 percent", 97, "percent"),
        ("97%", 97, "percent"),
        ("97 per cent", 97, "percent"),
        ("25 basis points", 0.25, "percent"),
        ("25 bps", 0.25, "percent"),
        ("eleven", 11, ""),
        ("Seventy-four", 74, ""),
        ("half a million", 5e5, ""),
        ("two dozen", 24, ""),
        ("1,150", 1150, ""),
        ("106th", 106, "ordinal"),
        ("seventh", 7, "ordinal"),
        ("17:00", 1020, "clock"),
        ("5 p.m.", 1020, "clock"),
        ("a quarter of", 0.25, "share"),
    ],
)
def test_a_quantity_is_read(text: str, value: float, unit: str) -> None:
    (found,) = quantities_in(f"It was {text} it")

    assert (pytest.approx(found.value), found.unit) == (value, unit)


@pytest.mark.parametrize("text", ["In 2023", "on 9 May 2022", "May 9, 2023", "since March 2021"])
def test_dates_are_no_quantities(text: str) -> None:
    assert quantities_in(text) == ()


@pytest.mark.parametrize(
    ("said", "source", "same"),
    [
        ("USD 255.7 million", "$255,700,000", True),
        ("255.7 million", "USD 255.7 million", True),
        ("eleven", "11", True),
        ("USD 256 million", "USD 255.7 million", False),
        ("about USD 256 million", "USD 255.7 million", True),
        ("about USD 300 million", "USD 255.7 million", False),
        ("more than 250", "255", True),
        ("more than 260", "255", False),
        ("nearly 900,000", "896,412", True),
        ("less than 260", "255", True),
        ("97 percent", "USD 97", False),
        ("5 p.m.", "17:00", True),
        ("17", "17:00", False),
    ],
)
def test_a_number_may_stand_for_another(said: str, source: str, same: bool) -> None:
    (one,), (other,) = quantities_in(said), quantities_in(source)

    assert same_value(one, other) is same


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("on 9 May 2022", {"day": 9, "month": 5, "year": 2022}),
        ("on May 9, 2023", {"day": 9, "month": 5, "year": 2023}),
        ("2023-05-09", {"day": 9, "month": 5, "year": 2023}),
        ("since March 2021", {"month": 3, "year": 2021}),
        ("in April", {"month": 4}),
        ("on 27 April", {"day": 27, "month": 4}),
        ("in 2023", {"year": 2023}),
        ("on Tuesdays", {"weekday": 2}),
    ],
)
def test_a_date_is_read_as_far_as_it_is_given(text: str, parts: dict[str, int]) -> None:
    (moment,) = moments_in(text)

    assert moment.parts == parts


def test_may_is_a_month_only_where_one_can_stand() -> None:
    assert moments_in("May I ask? It may rain. Mr March left.") == ()


@pytest.mark.parametrize(
    ("said", "source", "fits"),
    [
        ("27 April 2023", "27 April", True),
        ("27 April 2022", "27 April", False),
        ("April", "27 April", True),
        ("27 April", "April", False),
        ("2023", "May 2023", True),
        ("March 2023", "May 2023", False),
    ],
)
def test_a_missing_part_comes_from_the_articles_date(said: str, source: str, fits: bool) -> None:
    published = published_moment("2023-05-10")
    assert published is not None
    (one,), (other,) = moments_in(f"in {said}"), moments_in(f"in {source}")

    assert agrees(one, other, [published]) is fits


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    for quantity in quantities_in(text):
        assert text[quantity.start : quantity.end].strip()
    assert all(moment.parts for moment in moments_in(text))


def test_a_date_that_is_none_is_none() -> None:
    assert published_moment("yesterday") is None
    assert published_moment(None) is None
