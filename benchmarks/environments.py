"""Where tools run: an environment for each peer, and the files of earlier commits; all under `_build/benchmarks`."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD = ROOT / "_build" / "benchmarks"
OURS = "immunereset"
"""The name of the environment that is not made: the one this runs in."""


class Missing(Exception):
    """A peer that is not there; the sentence says why."""


@dataclass(frozen=True)
class Commit:
    """An earlier state of the repository: its short name, and the folder with its files."""

    name: str
    folder: Path


def check_out(given: str) -> Commit:
    """Return a commit with its files in a working tree of git's; raise `Missing` if git does not know it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"git finds no commit {given!r} here")
        return done.stdout.strip()

    name = git("rev-parse", "--short=7", "--verify", f"{given}^{{commit}}")
    folder = BUILD / "commits" / name
    if not folder.is_dir():
        git("worktree", "add", "--force", "--detach", str(folder), name)
    return Commit(name, folder)


def files_of(commit: Commit | None, **variables: str) -> dict:
    """Return what `subprocess` needs to run with the files of a commit, None for those of today."""
    if commit is not None:
        variables["PYTHONPATH"] = str(commit.folder / "src")
    return {"cwd": commit.folder if commit else ROOT, "env": os.environ | variables}


def names() -> list[str]:
    """Return the names of all environments that have a list of versions."""
    return sorted(path.stem.removeprefix("requirements-") for path in HERE.glob("requirements-*.txt"))


def versions(name: str) -> dict[str, str]:
    """Return the versions in an environment's list, by package."""
    lines = (HERE / f"requirements-{name}.txt").read_text(encoding="utf-8").split()
    return dict(line.split("==") for line in lines)


def _uv() -> str | None:
    uv = shutil.which("uv")
    works = uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0
    return uv if works else None


def programs(name: str) -> Path:
    """Return the folder of an environment's programs."""
    if name == OURS:
        return Path(sys.executable).parent
    return BUILD / "environments" / name / ("Scripts" if os.name == "nt" else "bin")


def make(name: str, say=print) -> None:
    """Make an environment unless it stands; raise `Missing` if it cannot be made, now or at the last try."""
    if name == OURS:
        return
    folder, wanted = BUILD / "environments" / name, HERE / f"requirements-{name}.txt"
    stamp = folder.with_suffix(".txt")
    python = str(programs(name) / "python")
    known = hashlib.sha256(wanted.read_bytes() + sys.version.encode() + str(folder).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == known:
        return
    say(f"Making the environment of {name} ...")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    uv = _uv()
    steps = [
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder)]
        if uv
        else [sys.executable, "-m", "venv", str(folder)],
        [uv, "pip", "install", "--quiet", "--python", python, "-r", str(wanted)]
        if uv
        else [python, "-m", "pip", "install", "--quiet", "-r", str(wanted)],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, encoding="utf-8", errors="replace")
        (folder.parent / f"{name}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            raise Missing(f"not installed: {reason(done.stderr)}")
    stamp.write_text(known, encoding="utf-8")


def reason(text: str) -> str:
    """Return the sentence of an installer's complaint that says most, without paths."""
    lines = [re.sub(r"\S*[/\\]\S*", "…", line).strip() for line in text.splitlines() if line.strip()]
    telling = [
        line for line in lines if re.search(r"could be found|not find|no matching|no wheels|requires", line, re.I)
    ]
    return (telling or lines or ["the installer said nothing"])[0][:200]
