"""What git tracks: no download addresses, no machine's paths, nothing built, one place that names the repository."""

import re

import pytest
import yaml

from immunereset.lesson.contents import notebooks
from tools.lessons import repository
from tools.minutes import with_table

# Spelt in pieces, so that this file does not name what it forbids.
DOWNLOADS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "un" + "pkg.com",
    "js" + "delivr",
    "anaconda" + ".org",
    "anaconda" + ".com",
    "--index" + "-url",
    "--extra" + "-index",
    "--find" + "-links",
]
MACHINE = re.compile(r"(?<![\w.$}<-])(/(ro" r"ot|ho" r"me|Us" r"ers|tm" r"p|wo" r"rk)/\w|[A-Z]:\\\\?Us" r"ers\\)")
BUILT = re.compile(
    r"(^|/)(_build|__pycache__|\.ipynb_checkpoints|\.venv|node_modules)/|Untitled|(uv\.lock|pylock\.toml)$"
)


def text_of(path):
    """The text of a file, or nothing for a picture or font."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_says_where_packages_are_downloaded(root, tracked_files):
    found = [
        f"{path.relative_to(root)}: {host}" for path in tracked_files for host in DOWNLOADS if host in text_of(path)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "caught"), [("open('/ro" + "ot/x')", True), ("C:\\Us" + "ers\\me", True), ("../wo" + "rk/x", False)]
)
def test_the_search_for_machine_paths_finds_them(text, caught):
    assert bool(MACHINE.search(text)) is caught


def test_no_file_names_a_path_of_one_machine(root, tracked_files):
    hits = [(path, hit) for path in tracked_files for hit in MACHINE.findall(text_of(path))]
    assert [f"{path.relative_to(root)}: {hit[0]}" for path, hit in hits] == []


def test_nothing_built_is_tracked(root, tracked_files):
    assert [path for path in tracked_files if BUILT.search(path.relative_to(root).as_posix())] == []


def test_tracked_files_are_small(root, tracked_files):
    assert [path.name for path in tracked_files if path.stat().st_size > 1_000_000] == []


def test_only_the_book_configuration_names_the_repository(root, tracked_files):
    """Notebooks and CITATION.cff cannot read it; they are written or checked from it."""
    allowed = {"_config.yml", "CITATION.cff", "README.md"}
    url = repository()["url"]
    naming = {
        path.relative_to(root).as_posix()
        for path in tracked_files
        if path.suffix != ".ipynb" and url.removeprefix("https://") in text_of(path)
    }
    assert naming <= allowed


def test_citation_and_readme_agree_with_the_one_place(root):
    where = repository()
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["repository-code"] == where["url"]
    owner_and_name = where["url"].removeprefix("https://github.com/")
    named = set(re.findall(r"(?:github\.com|/gh)/([\w-]+/[\w-]+)", (root / "README.md").read_text(encoding="utf-8")))
    assert named <= {owner_and_name}


def test_the_version_is_the_same_everywhere(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    version = re.search(r'^version = "(.+)"', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
    newest = re.search(r"^## (\S+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert citation["version"] == version == newest


def test_readme_and_contents_name_every_lesson_and_its_lab_below_it(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert with_table(readme) == readme, "Run: python make.py minutes"
    parts = yaml.safe_load((root / "book" / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    chapters = [chapter for part in parts for chapter in part["chapters"]]
    below = {chapter["file"]: [one["file"] for one in chapter.get("sections", [])] for chapter in chapters}
    found = notebooks(root / "notebooks")
    labs = {one.number: f"notebooks/{one.path.stem}" for one in found if one.is_lab}
    wanted = {
        f"notebooks/{one.path.stem}": [labs[one.number]] if one.number in labs else []
        for one in found
        if not one.is_lab
    }
    assert {file: labs for file, labs in below.items() if file.startswith("notebooks/")} == wanted, "See book/_toc.yml"
    assert {lab for labs in wanted.values() for lab in labs} == set(labs.values()), "a lab without its lesson"


def test_readme_names_the_pythons_that_the_workflow_tests(root):
    workflow = yaml.safe_load((root / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    *others, last = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    tested = f"The workflow tests {', '.join(others)} and {last} on Linux, macOS and Windows."
    assert tested in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "LICENSE-TEXT.md", "data/README.md"])
def test_links_between_files_lead_somewhere(root, name):
    page = root / name
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
