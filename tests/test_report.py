"""report.html: complete, self-contained, and nothing in it acts."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.settings import BotSettings
from evaluation.metrics import metrics_as_json
from evaluation.questions import GoldQuestion
from evaluation.records import Record
from evaluation.reporting import make_report
from evaluation.runs import describe
from evaluation.sets import QuestionSet
from tests.evaluation_fakes import record

EVIL = '<script>alert(1)</script><img src="http://x.example/" onerror=alert(1)> & “quoted”'


def report(records: list[Record]) -> str:
    asked = QuestionSet("small <b>set</b>", tuple(r.gold for r in records), "0" * 64)
    return make_report(describe(asked, BotSettings(), None), metrics_as_json(records), records)


RIGHT = record("fine", em=1.0, f1=1.0, in_text=True, cited=[True], rank=1)
WRONG = record("bad", cited=[False], rank=2, confidence=0.8)


def test_every_failure_is_there_with_its_passages_and_no_success() -> None:
    html = report([RIGHT, WRONG, record("none", answerable=False, cited=[False])])

    failures = html[html.index("<h2>Failures") : html.index("<h2>How it was run")]
    assert failures.count("<details>") == 2
    assert "bad?" in failures
    assert "none?" in failures
    assert "fine?" not in failures
    assert failures.count("<blockquote") >= 10
    assert "<mark>Trade rose.</mark>" in failures
    assert "<blockquote class=right>" in failures


def test_it_shows_every_figure_with_its_interval() -> None:
    html = report([RIGHT, WRONG, record("no", answerable=False, answered=False)])

    for name in ("hit@1", "em", "f1", "citation_precision", "refusal_recall", "answerable_lost"):
        assert re.search(rf"<th scope=row>{name}</th><td class=figure>[\d.]+</td><td>.", html)


def test_nothing_is_loaded_from_outside() -> None:
    html = report([RIGHT, WRONG])

    # What a picture declares as its namespace is an address, but none that is fetched.
    fetched = re.findall(r'(?:src|href)\s*=\s*["\']?(?!#|data:)([^"\'\s>]+)', html)
    assert fetched == []
    assert "@import" not in html
    assert "url(http" not in html
    assert html.count("<svg") >= 3


def test_what_others_wrote_is_escaped() -> None:
    gold = GoldQuestion(EVIL, EVIL, (EVIL,), "05.txt", evidence=(EVIL,), kind=EVIL)
    hits = tuple(replace(hit, title=EVIL, text=EVIL) for hit in WRONG.reply.hits)
    evil = replace(
        WRONG,
        gold=gold,
        reply=replace(WRONG.reply, text=EVIL, short=EVIL, warnings=(EVIL,), hits=hits),
        judge_said=EVIL,
    )

    html = report([evil])

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "<b>set</b>" not in html


def test_a_run_without_a_question_answered_still_has_a_report() -> None:
    assert "0 of 1" in report([record("no", answerable=False, answered=False)])
