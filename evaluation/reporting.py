"""A run's settings, figures and records in, report.html out: one file, nothing loaded from outside.

Everything that a set, an article or a model wrote is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from evaluation.metrics import interval_shown, shown
from evaluation.plotting import plots
from evaluation.records import Found, Record

PASSAGES: Final = 5
"""Passages shown for a failure, from the best down; and every right one below them."""
_TOLD: Final[Mapping[str, str]] = {
    "hit@1": "the first passage is right",
    "hit@5": "one of the first five is",
    "mrr": "1 / rank of the first right passage",
    "em": "short answer exactly right; a right refusal counts 1",
    "f1": "words of the short answer shared with the best accepted one",
    "answer_in_text": "an accepted answer is in the text",
    "citation_precision": "citations that are right, of an answer’s",
    "citation_recall": "questions with a right citation, of the answerable",
    "quote_verbatim": "quotes that stand in the article, letter for letter",
    "refusal_recall": "refused, of the unanswerable",
    "refusal_precision": "unanswerable, of the refused",
    "answerable_lost": "refused or failed, of the answerable (lower is better)",
    "judged": "right by the judge’s word",
    "p50_ms": "half of the answers took no longer",
    "p95_ms": "95 % took no longer",
    "aurc": "mean risk over the coverage reached (lower is better)",
    "ece": "expected calibration error (lower is better)",
}
_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem;
  color: #1c2733; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } td, th { padding: .25rem .7rem; border-bottom: 1px solid #e3e6ea; }
th { text-align: left; font-weight: 600; } td.figure { text-align: right; }
td.about, .about { color: #5b6773; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figure svg { width: 100%; height: auto; } figcaption { font-weight: 600; }
details { border: 1px solid #e3e6ea; border-radius: .4rem; margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.verdict { font-size: .8rem; border-radius: .3rem; padding: .1rem .4rem; background: #fbe4e1; }
blockquote { margin: .4rem 0; padding: .2rem .8rem; border-left: .25rem solid #c8d0d8;
  white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote.right { border-color: #3c8d4f; } mark { background: #fff1a8; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def make_report(
    about: Mapping[str, Any], metrics: Mapping[str, Any], records: Sequence[Record]
) -> str:
    """Return the whole page."""
    name = escape(str(about["set"]["name"]))
    answerers = sorted({record.reply.answerer for record in records if record.reply.answerer})
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Evaluation: {name}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Evaluation: {name}</h1>",
        f"<p>{metrics['n']} questions ({metrics['n_answerable']} answerable, "
        f"{metrics['n_unanswerable']} not; {metrics['n_failed']} failed), answered by "
        f"{escape(', '.join(answerers)) or 'nobody'}; "
        f"{metrics['seconds_per_1000']} seconds per 1,000 questions.</p>",
        _figures(metrics),
        _kinds(metrics),
        _drawn(records),
        _failures(records),
        _about(about),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _figures(metrics: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><th scope=row>{escape(name)}</th><td class=figure>{shown(name, metrics[name])}</td>"
        f"<td>{interval_shown(metrics, name)}</td><td class=about>{told}</td></tr>"
        for name, told in _TOLD.items()
        if name in metrics
    ]
    head = "<tr><th>figure</th><th>value</th><th>95 % interval</th><th></th></tr>"
    return f"<div class=wide><table>{head}{''.join(rows)}</table></div>"


def _kinds(metrics: Mapping[str, Any]) -> str:
    names = [name for name in metrics["ci"] if not name.endswith("_ms")]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("kind", "n", *names))
    rows = []
    for kind, figures in metrics["kind"].items():
        cells = "".join(
            f"<td class=figure>{shown(name, figures.get(name))}</td>" for name in ("n", *names)
        )
        rows.append(f"<tr><th scope=row>{escape(kind)}</th>{cells}</tr>")
    return f"<h2>By kind</h2><div class=wide><table><tr>{head}</tr>{''.join(rows)}</table></div>"


def _drawn(records: Sequence[Record]) -> str:
    figures = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{svg}</figure>"
        for title, svg in plots(records).items()
    )
    return f"<h2>Curves</h2><div class=plots>{figures}</div>"


def _failures(records: Sequence[Record]) -> str:
    failures = [record for record in records if record.verdict != "right"]
    counts = Counter(record.verdict for record in failures)
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    return (
        f"<h2>Failures</h2><p>{len(failures)} of {len(records)}{': ' if told else ''}{told}. "
        "A passage with a green edge holds the answer; what was cited is marked.</p>"
        + "".join(map(_failure, failures))
    )


def _failure(record: Record) -> str:
    gold, reply = record.gold, record.reply
    accepted = " | ".join(gold.answers) or "(none: it should be refused)"
    facts = [
        ("accepted", accepted),
        ("evidence", " … ".join(gold.evidence)),
        ("article", ", ".join(filter(None, (gold.article, *gold.also)))),
        ("searched", reply.searched if reply.searched != gold.question else ""),
        ("said", reply.text),
        ("short", reply.short),
        ("confidence", f"{reply.confidence:.3f}; F1 {record.f1:.3f}"),
        ("warnings", "; ".join(reply.warnings)),
        ("error", record.error),
        ("judge", record.judge_said),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts if fact)
    shown_hits = [hit for hit in reply.hits if hit.rank <= PASSAGES or hit.right]
    return (
        f"<details><summary><span class=verdict>{record.verdict}</span> "
        f"<span class=about>{escape(gold.kind)} {escape(gold.id)}</span> "
        f"{escape(gold.question)}</summary><dl>{listed}</dl>"
        + "".join(_passage(record, hit) for hit in shown_hits)
        + "</details>"
    )


def _passage(record: Record, hit: Found) -> str:
    kind = " class=right" if hit.right else ""
    place = f"{hit.rank}. {hit.title} ({hit.article}, {hit.start}–{hit.end}; {hit.score:.4f})"
    return (
        f"<p class=about>{escape(place)}</p><blockquote{kind}>{_marked(record, hit)}</blockquote>"
    )


def _marked(record: Record, hit: Found) -> str:
    """Return the passage's text, escaped, with what was cited of it marked."""
    spans = sorted(
        (max(cited.start, hit.start) - hit.start, min(cited.end, hit.end) - hit.start)
        for cited in record.reply.citations
        if cited.article == hit.article and cited.start < hit.end and hit.start < cited.end
    )
    pieces, position = [], 0
    for start, end in spans:
        if start >= position:
            pieces += [
                escape(hit.text[position:start]),
                f"<mark>{escape(hit.text[start:end])}</mark>",
            ]
            position = end
    return "".join([*pieces, escape(hit.text[position:])])


def _about(about: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope=row>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for section in ("set", "settings", "versions")
        for name, value in about[section].items()
    )
    commit = escape(str(about.get("commit") or "unknown"))
    return (
        "<h2>How it was run</h2><div class=wide><table>"
        f"{rows}<tr><th scope=row>commit</th><td>{commit}</td></tr></table></div>"
    )
