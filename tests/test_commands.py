"""The command line, with the real embedder: each command as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands import main

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    root = Path(__file__).resolve().parent.parent
    assert main(["--index", str(folder), "add", str(root / "corpus" / "articles")], {}) == 0
    return folder


@pytest.fixture
def run(index: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: str, **environ: str) -> tuple[int, str, str]:
        code = main(["--index", str(index), *arguments], environ)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


def test_the_missions_question_is_answered_and_cited(run: Run) -> None:
    code, out, _ = run("ask", "what was trade volume in 2023?", "--json")

    answer = json.loads(out)
    (citation,) = answer["citations"]
    assert code == 0
    assert answer["answered"] is True
    assert answer["short"] == "USD 255.7 million"
    assert citation["article"] == "indonesia-azerbaijan.txt"
    assert citation["quote"].startswith("The trade volume between Indonesia and Azerbaijan in 2023")
    assert citation["end"] - citation["start"] == len(citation["quote"])
    assert list(answer) == [
        *("question", "searched", "answered", "text", "short", "confidence", "answerer"),
        *("seconds", "warnings", "citations", "passages"),
    ]
    assert list(citation) == [
        *("number", "article", "title", "source", "published", "start", "end", "quote", "support")
    ]


def test_a_question_off_the_articles_is_refused_politely(run: Run) -> None:
    code, out, _ = run("ask", "Who wrote Pride and Prejudice?")

    assert code == 0
    assert out.startswith("Sorry, the articles do not answer this")


def test_search_lists_ranked_passages(run: Run) -> None:
    _, out, _ = run("search", "trade volume", "--json", "--k", "3")

    hits = json.loads(out)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["article"] == "indonesia-azerbaijan.txt"


def test_articles_are_listed_with_where_they_came_from(run: Run) -> None:
    _, out, _ = run("articles", "--json")

    ids = {entry["id"]: entry for entry in json.loads(out)}
    assert ids["indonesia-azerbaijan.txt"]["path"].endswith("indonesia-azerbaijan.txt")
    assert ids["06.txt"]["published"] == "2023-05-09"


def test_one_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("The bridge over the Kura opened in Mtskheta.", encoding="utf-8")
    bad.write_bytes(b"\x00\x01")

    code, out, _ = run("add", str(bad), str(good), str(tmp_path / "none.txt"), "ftp://x/y")

    assert code == 1
    assert "added: good.txt" in out
    assert out.count("refused: ") == 3
    assert run("remove", "good.txt")[0] == 0


def test_a_question_can_keep_to_one_article(run: Run) -> None:
    _, out, _ = run("ask", "what was trade volume in 2023?", "--article", "06.txt", "--json")

    assert {passage["article"] for passage in json.loads(out)["passages"]} == {"06.txt"}


def test_a_search_keeps_to_a_source_and_a_range_of_dates(run: Run) -> None:
    _, out, _ = run(
        *("search", "refinancing rate", "--source", "kura", "--json"),
        *("--since", "2023-05", "--until", "2023-05-09"),
    )

    assert {hit["article"] for hit in json.loads(out)} == {"06.txt"}


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "says"),
    [
        (["ask", ""], {}, 1, "empty"),
        (["ask", "x" * 100_000], {}, 1, "100,000 characters"),
        (["ask", "q", "--article", "nothing"], {}, 1, "no article 'nothing'"),
        (["search", "q", "--since", "2999"], {}, 1, "no article has this source and date"),
        (["remove", "nothing"], {}, 1, ""),
        (["sync", "/nowhere"], {}, 1, "no such folder"),
        (["articles"], {"BOT_K": "many"}, 2, "BOT_K"),
        (["ask", "q"], {"BOT_MODEL": "x:y"}, 2, "BOT_MODEL"),
    ],
)
def test_an_error_is_one_clear_line(
    run: Run, arguments: list[str], environ: dict[str, str], code: int, says: str
) -> None:
    found, _, err = run(*arguments, **environ)

    assert found == code
    assert says in err
    assert err.count("\n") <= 1


def test_an_empty_index_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--index", str(tmp_path), "ask", "anything?"], {}) == 1

    assert "holds no articles" in capsys.readouterr().err


def test_a_misused_command_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["nonsense"], {})

    assert caught.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
