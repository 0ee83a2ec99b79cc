"""A folder of articles in, an index equal to it out: added, changed, renamed and removed.

What is to be done is planned first, from what the folder holds and what the index holds of it; a
dry run prints the plan. Each article then changes in one transaction, and a renamed one is never
missing, so that a run may be interrupted at any point: the next one plans what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from corpus.errors import EmptyText, LoadError, NotFound
from corpus.loaded import Refusal
from corpus.loaders import MAX_BYTES, find_files, load_articles
from index.library import ArticleEntry, Library, Outcome, Progress


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes the index equal to the folder.

    ``write`` are the articles of the folder, under the ids they will have, each text once;
    ``renamed`` maps the id of some of them to the id that the same text has in the index now.
    ``copies`` are the folder's articles whose text is there under another id.
    """

    write: tuple[Article, ...]
    renamed: Mapping[str, str]
    remove: tuple[str, ...]
    copies: tuple[Outcome, ...]
    refused: tuple[Outcome, ...]


def sync(
    library: Library,
    folder: Path,
    dry_run: bool = False,
    progress: Progress | None = None,
    max_bytes: int = MAX_BYTES,
) -> tuple[Outcome, ...]:
    """Make the articles that came from ``folder`` those that are in it now.

    Articles from elsewhere stay. A file that cannot be read is refused and what is stored of it
    stays. ``dry_run`` only says what would be done. NotFound if there is no such folder.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    plan = make_plan(library, root, load_folder(root, max_bytes))
    if dry_run:
        removed = tuple(Outcome(article_id, "removed") for article_id in plan.remove)
        written = tuple(_foretell(library, article, plan) for article in plan.write)
    else:
        written = library.put_many(plan.write, progress, plan.renamed)
        removed = library.remove(plan.remove) if plan.remove else ()
    return (*removed, *written, *plan.copies, *plan.refused)


def load_folder(root: Path, max_bytes: int = MAX_BYTES) -> tuple[Article | Refusal, ...]:
    """Return every article of the folder, by its file's name; what cannot be read is a Refusal."""
    try:
        files = find_files(root)
    except EmptyText:
        return ()
    found: list[Article | Refusal] = []
    for path, base in files:
        try:
            found += load_articles(path, base, max_bytes)
        except LoadError as error:
            found.append(Refusal(path.relative_to(root).as_posix(), str(error), str(path)))
    return tuple(found)


def make_plan(library: Library, root: Path, found: Sequence[Article | Refusal]) -> Plan:
    """Return what makes the index's share of ``root`` equal to ``found``, its content now."""
    ours = [
        entry for entry in library.entries() if entry.path and Path(entry.path).is_relative_to(root)
    ]
    refused = [each for each in found if isinstance(each, Refusal)]
    write, copies = _without_copies(library, found, {entry.id for entry in ours})
    kept = {article.id for article in write} | {each.id for each in refused}
    # A whole file that is refused keeps all its articles; a refused row keeps itself.
    unread = {each.path for each in refused if each.path is not None}
    gone = [entry for entry in ours if entry.id not in kept and entry.path not in unread]
    renamed = _renamed(library, write, gone)
    return Plan(
        write=tuple(write),
        renamed=renamed,
        remove=tuple(entry.id for entry in gone if entry.id not in set(renamed.values())),
        copies=tuple(copies),
        refused=tuple(Outcome(each.id, "refused", each.reason) for each in refused),
    )


def _without_copies(
    library: Library, found: Sequence[Article | Refusal], ours: set[str]
) -> tuple[list[Article], list[Outcome]]:
    """Return the articles of different text, and what becomes of the others.

    Of several with one text the first counts, so that the index does not depend on the order in
    which files came; but one that is indexed from elsewhere comes before them.
    """
    first: dict[str, Article] = {}
    copies: list[Outcome] = []
    for article in found:
        if isinstance(article, Refusal):
            continue
        article = library.with_free_id(article)
        elsewhere = set(library.ids_of_text(article)) - ours - {article.id}
        twin = first.get(article.sha256)
        if twin is not None or elsewhere:
            name = twin.id if twin is not None else min(elsewhere)
            copies.append(Outcome(article.id, "unchanged", f"the same text as {name}"))
        else:
            first[article.sha256] = article
    return list(first.values()), copies


def _renamed(
    library: Library, write: Sequence[Article], gone: Sequence[ArticleEntry]
) -> dict[str, str]:
    """Return, for each new id whose text a vanished article has, that one's id."""
    former: dict[str, list[str]] = {}
    for entry in gone:
        former.setdefault(entry.sha256, []).append(entry.id)
    return {
        article.id: former[article.sha256].pop(0)
        for article in write
        if former.get(article.sha256) and library.article(article.id) is None
    }


def _foretell(library: Library, article: Article, plan: Plan) -> Outcome:
    """Return the outcome that ``Library.put_many`` will have for ``article``."""
    if article.id in plan.renamed:
        return Outcome(article.id, "renamed", f"formerly {plan.renamed[article.id]}")
    stored = library.article(article.id)
    if stored is None:
        return Outcome(article.id, "added")
    return Outcome(article.id, "unchanged" if stored == article else "replaced")
