from __future__ import annotations

from pathlib import Path

import pytest

from tests.browsing import address as address
from tests.browsing import browser as browser
from tests.browsing import index_folder as index_folder
from tests.browsing import page as page
from tests.doors import doors as doors
from tests.doors import locked_doors as locked_doors
from tests.doors import ready as ready

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def sample_articles() -> Path:
    return ROOT / "corpus" / "articles"
