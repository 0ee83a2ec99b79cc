from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

STAGES = ("corpus", "index", "bot", "evaluation")
HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "onnxruntime",
    "matplotlib",
    "trafilatura",
    "sklearn",
}
WEB = {"fastapi", "starlette", "uvicorn", "anyio", "mcp", "prometheus_client"}
FILES = [path for stage in STAGES for path in sorted((ROOT / stage).rglob("*.py"))]


def imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def at_import_time(tree: ast.Module) -> set[str]:
    """What importing the module itself imports: not inside functions or TYPE_CHECKING."""
    body = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    kept = [
        node
        for node in body
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    ]
    return imports(ast.Module(kept, []))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_stage_imports_nothing_further_right(path: Path) -> None:
    stage = STAGES.index(path.relative_to(ROOT).parts[0])
    further = set(STAGES[stage + 1 :])
    if path.name == "commands.py":
        further -= {"evaluation"}  # The command line is the door to every stage.

    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert not {name.split(".")[0] for name in imports(tree)} & further


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    if path.parent.name == "ui":
        return  # Imported by bot/doors/hosting.py inside a function.
    heavy = HEAVY if path.parent.name == "doors" else HEAVY | WEB

    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert not {name.split(".")[0] for name in at_import_time(tree)} & heavy


@pytest.mark.parametrize(
    ("library", "home"), [("chromadb", "index/store.py"), ("gradio", "bot/ui/")]
)
def test_a_framework_has_one_home(library: str, home: str) -> None:
    users = [
        name_of(path)
        for path in FILES
        if library in {n.split(".")[0] for n in imports(ast.parse(path.read_text("utf-8")))}
    ]

    assert users
    assert all(user.startswith(home) for user in users)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_module_hides_one_of_the_standard_library(path: Path) -> None:
    assert path.stem.startswith("__") or path.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("stage", STAGES)
def test_init_files_are_empty(stage: str) -> None:
    assert all(not p.read_bytes() for p in (ROOT / stage).rglob("__init__.py"))


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from bot.commands import main\n"
        "try:\n    main(['--help'], {})\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "usage: python -m bot" in done.stdout
    assert not set(ast.literal_eval(done.stderr)) & (HEAVY | WEB | {"numpy"})
