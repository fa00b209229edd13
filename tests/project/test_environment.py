"""One lock, and everything that installs from it agrees with it."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.environment import environment, locked


@pytest.fixture(scope="module")
def lock(root):
    return (root / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def asked_for(root):
    """The requirements of requirements.in, by name."""
    lines = (root / "requirements.in").read_text(encoding="utf-8").splitlines()
    asked = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(item.name): item for item in asked}


def test_environment_yml_is_what_make_environment_writes(root, lock):
    written = (root / "environment.yml").read_text(encoding="utf-8")
    assert written == environment(lock), "Run: python make.py environment"


def test_environment_yml_pins_what_was_asked_for(root, lock, asked_for):
    """Read back without the writer: the versions are those of the lock, and nothing asked for is missing."""
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pinned = dict(line.split("==") for line in conda[-1]["pip"])
    assert asked_for.keys() <= {canonicalize_name(name) for name in pinned}
    for name, version in pinned.items():
        assert re.search(rf"^{re.escape(name)}=={re.escape(version)}[ \\]", lock, re.MULTILINE), name
    assert "colorama" not in pinned, "a package for Windows only, which Binder does not need"


def test_every_locked_package_has_hashes(lock):
    pinned = locked(lock)
    assert len(pinned) > 100
    assert all(re.fullmatch(r"==[\w.!+]+", str(item.specifier)) for item in pinned)
    assert lock.count("\\\n") >= len(pinned) and lock.count("--hash=sha256:") > len(pinned)


def test_the_lock_keeps_what_was_asked_for(lock, asked_for):
    versions = {}
    for item in locked(lock):
        versions.setdefault(canonicalize_name(item.name), []).append(str(item.specifier).removeprefix("=="))
    for name, item in asked_for.items():
        assert name in versions, f"{name} is in requirements.in and not in the lock: recompile it (CONTRIBUTING.md)"
        assert all(item.specifier.contains(version) for version in versions[name])


def test_the_package_asks_for_nothing_unlocked(root, asked_for):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"] + project["build-system"]["requires"]
    assert {canonicalize_name(Requirement(line).name) for line in needed} <= asked_for.keys()


def test_the_readme_gives_a_reason_for_each_dependency(root, asked_for):
    section = (root / "README.md").read_text(encoding="utf-8").split("## Dependencies")[1].split("\n## ")[0]
    rows = [row.strip("|").split("|") for row in section.splitlines() if row.startswith("| `")]
    explained = {canonicalize_name(name.strip(" `")): reason.strip() for name, reason in rows}
    assert explained.keys() == asked_for.keys()
    assert all(len(reason) > 10 for reason in explained.values())


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker runs on Linux and macOS only")
def test_binder_understands_the_repository(root, tracked_files, tmp_path):
    """repo2docker's dry run: the image would hold environment.yml, and then run postBuild."""
    for path in tracked_files:
        if path.parent == root:
            shutil.copy(path, tmp_path)
    finished = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-name", "u", "--user-id", "1000", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    dockerfile = finished.stdout + finished.stderr
    assert finished.returncode == 0, dockerfile
    # It picks environment.yml among the files at the top, installs it first, and copies the rest afterwards.
    steps = ['--file "environment.yml"', "COPY --chown=1000:1000 src/ ${REPO_DIR}", "RUN ./postBuild"]
    places = [dockerfile.find(step) for step in steps]
    assert -1 not in places and places == sorted(places), dockerfile


def third_party(*files):
    """Distributions that the given Python files import, by the name they are installed under."""
    owners = packages_distributions()
    imported = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add(node.module.split(".")[0])
    return {canonicalize_name(owners[name][0]) for name in imported if name in owners} - {"immunereset"}


def test_what_is_imported_is_asked_for(root, asked_for):
    """The package declares what it imports; tests, tools and the book's extensions find theirs in requirements.in."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = third_party(*(root / "src").rglob("*.py"))
    declared = [*project["dependencies"], *project["optional-dependencies"]["fast"]]
    assert {"numpy", "scipy"} <= package <= {canonicalize_name(name) for name in declared}
    others = third_party(*(f for folder in ("tests", "tools", "book") for f in (root / folder).rglob("*.py")))
    from_jupyter_book = {"sphinx", "docutils", "myst-nb"}
    assert others - from_jupyter_book <= asked_for.keys()
