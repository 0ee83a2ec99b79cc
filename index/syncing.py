"""A folder of articles in, an index equal to it out: what is added, changed and removed."""

from __future__ import annotations

from pathlib import Path

from corpus.article import Article
from corpus.errors import EmptyText, LoadError, NotFound
from corpus.loaders import MAX_BYTES, find_files, load_file
from index.library import Library, Outcome, Progress


def sync(
    library: Library,
    folder: Path,
    dry_run: bool = False,
    progress: Progress | None = None,
    max_bytes: int = MAX_BYTES,
) -> tuple[Outcome, ...]:
    """Make the articles that came from ``folder`` those that are in it now.

    Articles from elsewhere stay. A file that cannot be read is refused and what is stored of it
    stays. ``dry_run`` only says what would be done. Safe to interrupt: the next run goes on.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    articles, refused, present = _load_all(root, max_bytes)
    gone = [
        entry.id
        for entry in library.entries()
        if entry.path and Path(entry.path).is_relative_to(root) and entry.path not in present
    ]
    if dry_run:
        removed = tuple(Outcome(article_id, "removed") for article_id in gone)
        return (*removed, *(_foretell(library, article) for article in articles), *refused)
    # First out, then in: a renamed file's text must not be taken for a copy of the old name's.
    return (*library.remove(gone), *library.add_many(articles, progress), *refused)


def _load_all(root: Path, max_bytes: int) -> tuple[list[Article], list[Outcome], set[str]]:
    articles: list[Article] = []
    refused: list[Outcome] = []
    try:
        files = find_files(root)
    except EmptyText:
        files = []
    for path, base in files:
        try:
            articles.append(load_file(path, base, max_bytes))
        except LoadError as error:
            refused.append(Outcome(path.relative_to(root).as_posix(), "refused", str(error)))
    return articles, refused, {str(path) for path, _ in files}


def _foretell(library: Library, article: Article) -> Outcome:
    former = library.article(article.id)
    if former is None:
        return Outcome(article.id, "added")
    return Outcome(article.id, "unchanged" if former == article else "replaced")
