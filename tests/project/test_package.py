"""The package as others install it (Colab does): complete, and independent of the repository."""

import os
import subprocess
import sys
import zipfile

import pytest


@pytest.fixture(scope="module")
def installed(root, tmp_path_factory):
    """A folder that holds the package as its wheel does."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_every_file_of_the_package_is_in_the_wheel(root, installed):
    package = root / "src" / "immunereset"
    files = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    own = {path.relative_to(package) for path in files}
    assert own <= {path.relative_to(installed / "immunereset") for path in installed.rglob("immunereset/**/*")}


def test_an_installed_package_reads_the_data(installed, tmp_path):
    code = "import immunereset, immunereset.evidence as e; print(immunereset.__file__); print(len(e.load('trials')))"
    finished = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    file, rows = finished.stdout.splitlines()
    assert file.startswith(str(installed)) and int(rows) > 0
