"""CONTRIBUTING.md: three doors, and commands, files and places that exist."""

import re

import pytest

import make

DOORS = ("I teach.", "I change a lesson.", "I change the engine.")
COMMAND = re.compile(r"(?:`|^    )(?:python make\.py|make) (\w+)", re.M)
PATH = re.compile(r"`?\b((?:src|tests|book|data|notebooks)/[\w./-]*)")


@pytest.fixture(scope="module")
def text(root):
    return (root / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_it_opens_with_three_doors_of_a_few_lines(text):
    opening = text.partition("\n## ")[0]
    assert re.findall(r"^\*\*(.+?)\*\*", opening, re.M) == list(DOORS)
    doors = [part for part in opening.split("\n\n") if part.startswith("**")]
    assert all(len(door.splitlines()) <= 4 and "](book/" in door for door in doors)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "README.md", "book/intro.md", "book/how-it-is-built.md"])
def test_its_commands_exist(root, name):
    commands = COMMAND.findall((root / name).read_text(encoding="utf-8"))
    assert [command for command in commands if command not in make.COMMANDS] == []
    assert commands or name.startswith("book/")


def test_a_command_that_is_not_there_is_found():
    assert COMMAND.findall("run `make nothing` or\n    python make.py no\nto make sense") == ["nothing", "no"]


def test_the_folders_and_files_it_names_exist(root, text):
    named = {path.rstrip(".") for path in PATH.findall(text) if "NN" not in path}
    assert len(named) > 5 and [path for path in named if not (root / path).exists()] == []


def test_links_reach_a_heading_or_a_figure_of_the_page(root, text):
    page = (root / "book" / "how-it-is-built.md").read_text(encoding="utf-8")
    headings = {re.sub(r"[^\w-]", "", head.lower().replace(" ", "-")) for head in re.findall(r"^#+ (.+)", page, re.M)}
    anchors = re.findall(r"how-it-is-built\.md#([\w-]+)", text)
    assert len(anchors) >= 4 and set(anchors) <= headings
