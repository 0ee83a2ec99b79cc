from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import BotSettings, from_env


def test_an_empty_variable_asks_for_nothing() -> None:
    assert from_env({"BOT_INDEX": "", "BOT_SAMPLE_ARTICLES": " ", "BOT_K": ""}) == BotSettings()


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_env({}) == BotSettings()


def test_every_kind_of_value_is_read() -> None:
    settings = from_env(
        {"BOT_INDEX": "/x", "BOT_K": "5", "BOT_REFUSAL": "0.4", "BOT_ALLOW_PRIVATE_URLS": "yes"}
    )

    assert settings.index == Path("/x")
    assert (settings.k, settings.refusal, settings.allow_private_urls) == (5, 0.4, True)


@pytest.mark.parametrize(
    "environ",
    [
        {"BOT_K": "many"},
        {"BOT_K": "0"},
        {"BOT_PORT": "99999"},
        {"BOT_REFUSAL": "2"},
        {"BOT_ALLOW_PRIVATE_URLS": "maybe"},
        {"BOT_MIN_TOKENS": "500"},
        {"BOT_INDXE": "x"},
    ],
)
def test_a_bad_setting_is_named(environ: dict[str, str]) -> None:
    ((key, _),) = environ.items()

    with pytest.raises(SettingsError, match=key):
        from_env(environ)
