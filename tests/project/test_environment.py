"""Two locks, for lessons and for tests, and everything that installs from them agrees with them."""

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

LESSONS, TESTS = "requirements", "requirements-tests"
BOTH = pytest.mark.parametrize("name", [LESSONS, TESTS])
# Tests ask for these by name; readers have them because nbval and JupyterLab bring them.
COME_ANYWAY = {"pytest", "ipython"}


@pytest.fixture(scope="module")
def locks(root):
    """The text of each lock."""
    return {name: (root / f"{name}.txt").read_text(encoding="utf-8") for name in (LESSONS, TESTS)}


@pytest.fixture(scope="module")
def asked_for(root):
    """The requirements that each lock was compiled from, by the name of the package."""

    def read(name):
        lines = (root / f"{name}.in").read_text(encoding="utf-8").splitlines()
        asked = [Requirement(line) for line in lines if line and not line.startswith("#")]
        return {canonicalize_name(item.name): item for item in asked}

    return {name: read(name) for name in (LESSONS, TESTS)}


def versions(lock):
    """The locked versions of each package; a package may have one for each system."""
    found = {}
    for item in locked(lock):
        found.setdefault(canonicalize_name(item.name), set()).add(str(item.specifier).removeprefix("=="))
    return found


def test_environment_yml_is_what_make_environment_writes(root, locks):
    written = (root / "environment.yml").read_text(encoding="utf-8")
    assert written == environment(locks[LESSONS]), "Run: python make.py environment"


def test_environment_yml_pins_what_was_asked_for(root, locks, asked_for):
    """Read back without the writer: the versions are those of the lock, and nothing asked for is missing."""
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pinned = dict(line.split("==") for line in conda[-1]["pip"])
    assert asked_for[LESSONS].keys() <= {canonicalize_name(name) for name in pinned}
    for name, version in pinned.items():
        assert re.search(rf"^{re.escape(name)}=={re.escape(version)}[ \\]", locks[LESSONS], re.MULTILINE), name
    assert "colorama" not in pinned, "a package for Windows only, which Binder does not need"


@BOTH
def test_every_locked_package_has_hashes(name, locks):
    lock, pinned = locks[name], locked(locks[name])
    assert len(pinned) > 50
    assert all(re.fullmatch(r"==[\w.!+]+", str(item.specifier)) for item in pinned)
    assert lock.count("\\\n") >= len(pinned) and lock.count("--hash=sha256:") > len(pinned)


@BOTH
def test_a_lock_keeps_what_was_asked_for(name, locks, asked_for):
    found = versions(locks[name])
    for package, item in asked_for[name].items():
        assert package in found, f"{package} is in {name}.in and not in its lock: recompile it (CONTRIBUTING.md)"
        assert all(item.specifier.contains(version) for version in found[package])


def test_both_locks_hold_one_version_of_each_package(locks):
    lessons, tests = versions(locks[LESSONS]), versions(locks[TESTS])
    shared = lessons.keys() & tests.keys()
    assert {"numpy", "pytest"} <= shared
    assert {name: lessons[name] for name in shared} == {name: tests[name] for name in shared}


def test_readers_install_nothing_that_only_tests_need(locks, asked_for):
    assert asked_for[LESSONS].keys() & asked_for[TESTS].keys() == set()
    assert versions(locks[LESSONS]).keys() & asked_for[TESTS].keys() == COME_ANYWAY


def test_the_package_asks_for_nothing_unlocked(root, asked_for):
    file = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    needed = file["project"]["dependencies"] + file["build-system"]["requires"]
    assert {canonicalize_name(Requirement(line).name) for line in needed} <= asked_for[LESSONS].keys()
    extras = file["project"]["optional-dependencies"]
    assert extras.keys() == {"fast"} and set(extras["fast"]) <= asked_for[TESTS].keys()


def test_the_readme_gives_a_reason_for_each_dependency(root, asked_for):
    section = (root / "README.md").read_text(encoding="utf-8").split("## Dependencies")[1].split("\n## ")[0]
    explained = {}
    for part, name in zip(re.split(r"^Tests .*:$", section, flags=re.MULTILINE), (LESSONS, TESTS), strict=True):
        rows = [row.strip("|").split("|") for row in part.splitlines() if row.startswith("| `")]
        reasons = {canonicalize_name(package.strip(" `")): reason.strip() for package, reason in rows}
        assert reasons.keys() == asked_for[name].keys()
        explained |= reasons
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
    """The package declares what it imports; the book builds with what readers install; tests have both locks."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    dependencies = {canonicalize_name(name) for name in project["dependencies"]}
    files = {folder: set((root / folder).rglob("*.py")) for folder in ("src", "tools", "book", "tests")}
    fast = {file for file in files["src"] if "fast" in file.parts}
    assert {"numpy", "scipy"} <= third_party(*files["src"] - fast) <= dependencies
    assert {"numba", "joblib"} <= third_party(*fast) <= dependencies | set(project["optional-dependencies"]["fast"])
    from_jupyter_book = {"sphinx", "docutils", "myst-nb", "jupyter-cache", "markdown-it-py"}
    lessons = asked_for[LESSONS].keys() | from_jupyter_book
    assert third_party(*files["tools"], *files["book"]) <= lessons
    assert third_party(*files["tests"]) <= lessons | asked_for[TESTS].keys()
