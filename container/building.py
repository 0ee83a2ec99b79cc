"""The Containerfile in, the image built by buildah out: a builder that needs no engine.

Where no registry of images can be reached, Debian's own packages stand in for the base image:
the same Debian and the same minor version of Python as ``python:3.11-slim-bookworm``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

IMAGE: Final = "localhost/article-bot:check"
_PACKAGES: Final = "python3,python3-venv,ca-certificates"
_MIRROR: Final = "http://deb.debian.org/debian"
_ENVIRON: Final = {"BUILDAH_ISOLATION": "chroot"}
_mounted_names: Final[list[str]] = []
"""The containers whose files this process mounted: the machine may have others."""


@dataclass(frozen=True, slots=True)
class Image:
    """The built image: the folder of its files, and how it is started."""

    files: Path
    command: tuple[str, ...]
    environ: tuple[str, ...]
    health: tuple[str, ...]
    folder: str
    user: str


def build(root: Path, base: str) -> Image:
    """Return the image built from ``root`` over ``base``, its files mounted until the next build.

    CalledProcessError if a step fails; SystemExit if this machine cannot do it.
    """
    _install_builder()
    if not _buildah("images", "--quiet", "--filter", f"reference={base}"):
        _make_base(base)
    shared = [f"--volume={path}:{path}:ro" for path in _pip_paths()]
    options = ("--pull-never", "--layers", "--format=docker", "--build-arg=TORCH_INDEX=")
    containerfile = ("--file", str(root / "container" / "Containerfile"), "--tag", IMAGE)
    begun = ("buildah", "bud", *options, *shared, *containerfile, str(root))
    subprocess.run(begun, check=True, env={**os.environ, **_ENVIRON})
    return _mounted()


def _mounted() -> Image:
    container = _buildah("from", "--pull-never", IMAGE)
    _mounted_names.append(container)
    config = json.loads(_buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]
    return Image(
        files=Path(_buildah("mount", container)),
        command=(*config["Entrypoint"], *config["Cmd"]),
        environ=tuple(config["Env"]),
        health=tuple(config["Healthcheck"]["Test"][1:]),
        folder=config["WorkingDir"],
        user=config["User"],
    )


def remove_containers() -> None:
    """Take the mounted files away again; the images stay, and so do others' containers."""
    while _mounted_names:
        _buildah("rm", _mounted_names.pop())


def _install_builder() -> None:
    missing = [name for name in ("buildah", "debootstrap") if shutil.which(name) is None]
    if os.geteuid() != 0 or (missing and shutil.which("apt-get") is None):
        raise SystemExit("container: building needs root, and buildah and debootstrap of Debian")
    if missing:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", *missing], check=True)


def _make_base(base: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "base"
        release = base.rpartition("-")[2]
        made = ["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", release, str(files)]
        subprocess.run([*made, _MIRROR], check=True, stdout=subprocess.DEVNULL)
        (files / "usr" / "bin" / "python").symlink_to("python3")
        container = _buildah("from", "scratch")
        _buildah("add", "--quiet", container, str(files), "/")
        _buildah("commit", "--quiet", container, base)
        _buildah("rm", container)


def _pip_paths() -> Sequence[str]:
    """Return where this machine's pip finds packages: settings, certificates, folders of wheels."""
    pip = [sys.executable, "-m", "pip", "config"]
    told = subprocess.run([*pip, "debug"], check=True, capture_output=True, text=True).stdout
    files = re.findall(r"(/\S+), exists: True", told)
    settings = subprocess.run([*pip, "list"], check=True, capture_output=True, text=True).stdout
    named = re.findall(r"(?:file://|(?<=['\s]))(/[^\s']+)", settings)
    # A folder's index points to the files beside it.
    paths = {*files, *(path.removesuffix("/simple") for path in named), "/etc/ssl/certs"}
    kept = {path for path in paths if Path(path).exists() and not path.startswith(sys.prefix)}
    return sorted(kept)


def _buildah(*arguments: str) -> str:
    environ = {**os.environ, **_ENVIRON}
    command = ("buildah", *arguments)
    done: Any = subprocess.run(command, check=True, env=environ, stdout=subprocess.PIPE, text=True)
    return str(done.stdout).strip()
