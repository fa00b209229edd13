"""Every lesson as a file: its form, its stored outputs, its launch links; and the tools that write them."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import lessons
from tools.lessons import CHECKED, LARGEST, Refused, faults, with_links, write

WHERE = {
    "url": "https://github.com/someone/some-book",
    "branch": "main",
    "binderhub_url": "https://binder.example",
    "colab_url": "https://colab.example",
}


@pytest.mark.parametrize("path", lessons.lessons(), ids=lambda path: path.stem)
def test_a_lesson_is_in_order(path):
    notebook = lessons.read(path)
    assert faults(notebook) == []
    assert path.stat().st_size <= LARGEST
    if path.stem.endswith("-lab"):
        assert any(CHECKED in lessons.tags(cell) for cell in notebook.cells), "nothing that it prints is checked"


@pytest.mark.parametrize("path", lessons.lessons(), ids=lambda path: path.stem)
def test_a_lesson_is_as_make_links_writes_it(path, tmp_path):
    again = tmp_path / path.name
    write(with_links(lessons.read(path), path.name, lessons.repository()), again)
    assert again.read_bytes() == path.read_bytes(), "Run: python make.py links"


def example(*cells):
    return new_notebook(cells=[new_markdown_cell("# Title"), *cells])


def checked(source, **more):
    return new_code_cell(source, metadata={"tags": [CHECKED]}, **more)


def printed(text):
    return new_output("stream", name="stdout", text=text)


PICTURE = new_output("display_data", data={"text/plain": "a figure", "image/png": "aGVsbG8="})


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([new_markdown_cell("# Another title")], "2 titles"),
        ([new_code_cell("1", outputs=[printed("1")], execution_count=1)], "not tagged"),
        ([new_code_cell("1", execution_count=1)], "not tagged"),
        ([checked("print(1)", outputs=[printed("1")])], "never run"),
        ([checked("print(1)", execution_count=1)], "no output"),
        ([checked("draw()", outputs=[PICTURE], execution_count=1)], "image/png"),
        ([new_code_cell("n = 1"), new_code_cell("n = 2"), new_code_cell("n + 1")], "which of them ran last"),
        ([new_code_cell("n = 1"), new_code_cell("n = 2"), new_code_cell("f = lambda: n")], "which of them ran last"),
        (
            [new_code_cell('explore(model, ["A"], "a", alt="One panel over a hundred days, one line: A.")')],
            "needs a caption",
        ),
        ([new_code_cell('tissue(attacked, "a", b=0.1, caption="A front.", alt="A grid.")')], "alt text of at least 40"),
        ([checked("1 / 0", outputs=[new_output("error", ename="ZeroDivisionError")], execution_count=1)], "an error"),
    ],
)
def test_a_fault_is_found(cells, fault):
    found = faults(example(*cells))
    assert len(found) == 1 and fault in found[0]


@pytest.mark.parametrize(
    "sources",
    [
        ("n = 1", "n + 1", "n + 2"),
        ("n = 1\nn + 1", "n = 2\nn + 2"),
        ("n = 1", "n = 2", "f = lambda n: n + 1", "def g(n):\n    return n"),
        ("n = 1", "def f():\n    n = 2\n    return n", "n + 1", "[n for n in (1, 2)]"),
        ("import sys\nif sys:\n    %pip install x",),
    ],
    ids=["read twice", "set before it is read", "an argument", "a name inside", "a line for the notebook"],
)
def test_a_name_with_one_meaning_is_no_fault(sources):
    assert faults(example(*map(new_code_cell, sources))) == []


@pytest.mark.parametrize(
    ("tag", "closed"),
    [
        ("hide-input", {"source_hidden": True}),
        ("hide-output", {"outputs_hidden": True}),
        ("hide-cell", {"source_hidden": True, "outputs_hidden": True}),
        ("setup", None),
    ],
)
def test_jupyterlab_closes_what_the_book_closes(tag, closed, tmp_path):
    cell = new_code_cell("1", metadata={"tags": [tag], "jupyter": {"source_hidden": True}})
    write(example(cell), tmp_path / "a.ipynb")
    assert lessons.read(tmp_path / "a.ipynb").cells[1].metadata.get("jupyter") == closed


def test_a_hash_in_code_is_no_title():
    assert faults(example(new_markdown_cell("```python\n# a comment\n```\n## A section"))) == []


@pytest.mark.parametrize(("name", "links"), [("07-x.ipynb", -1), ("07-x-lab.ipynb", 1)])
def test_links_are_written_once_below_a_lesson_and_on_top_of_a_lab(name, links):
    notebook = example(new_markdown_cell("## Section"), new_code_cell("1 + 1"))
    once = with_links(notebook, name, WHERE)
    assert once.cells[links].id == "launch-links" and once.cells[1 if links < 0 else 2].id == "setup"
    for link in (
        f"https://binder.example/v2/gh/someone/some-book/main?urlpath=lab/tree/notebooks/{name}",
        f"https://colab.example/github/someone/some-book/blob/main/notebooks/{name}",
    ):
        assert f"({link})" in once.cells[links].source
    again = with_links(new_notebook(cells=once.cells[::-1][-1:] + once.cells[:0:-1]), name, WHERE | {"branch": "other"})
    assert len(again.cells) == 5 and again.cells[links].id == "launch-links"
    assert "/other?urlpath" in again.cells[links].source and "@other" in again.cells[1 if links < 0 else 2].source


def test_the_setup_cell_does_nothing_outside_colab():
    from IPython.core.inputtransformer2 import TransformerManager

    plain = TransformerManager().transform_cell(lessons.setup_code(WHERE))
    exec(compile(plain, "setup", "exec"), {"get_ipython": lambda: pytest.fail("the cell installed something")})
    assert "pip', 'install" in plain and WHERE["url"] in plain


def test_writing_twice_changes_nothing(tmp_path):
    path = tmp_path / "x.ipynb"
    notebook = example(new_code_cell("x = 'é'"), new_code_cell("x = 'é'"))
    for cell in notebook.cells:
        del cell["id"]
    notebook.metadata["kernelspec"] = {"name": "mine", "display_name": "My own kernel"}
    write(notebook, path)
    first = path.read_bytes()
    write(lessons.read(path), path)
    assert path.read_bytes() == first
    text = first.decode()
    assert text.endswith("}\n") and "\r" not in text and "é" in text and "My own kernel" not in text
    assert len({cell["id"] for cell in lessons.read(path).cells}) == 3


def make(root, command, *paths):
    """Run tools/lessons.py in a process of its own: nbclient and the browser tests both want the event loop."""
    return subprocess.run(
        [sys.executable, "-m", "tools.lessons", command, *map(str, paths)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def stored(root, tmp_path_factory):
    """A small lesson after `store`."""
    path = tmp_path_factory.mktemp("stored") / "small.ipynb"
    write(
        example(
            new_code_cell("k = 2.5\nprint('not checked')"),
            checked("print(f'{k:.1f} decades')"),
            checked("display({'text/plain': 'a line', 'text/html': '<i>'}, raw=True)"),
        ),
        path,
    )
    finished = make(root, "store", path)
    assert finished.returncode == 0, finished.stderr
    return path


def test_store_keeps_the_text_of_checked_cells_only(stored):
    notebook = lessons.read(stored)
    assert faults(notebook) == []
    _, loose, number, line = notebook.cells
    assert loose.outputs == [] and loose.execution_count is None
    assert number.outputs[0].text == "2.5 decades\n" and number.execution_count == 2
    assert line.outputs[0].data == {"text/plain": "a line"}


def nbval(root, *paths):
    """Run pytest over these lessons alone, with the settings of this repository."""
    # How the tests around this one are spread over processes is not for the inner run.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-c", "pyproject.toml", "--rootdir", ".", *map(str, paths)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_nbval_passes_what_store_wrote_and_fails_what_was_changed(root, stored, tmp_path):
    """The check of stored outputs can fail: for a number changed in the file, for a constant changed in the code."""
    text = stored.read_text(encoding="utf-8")
    mutated = {"output": ("2.5 decades", "2.6 decades"), "code": ("k = 2.5", "k = 2.6")}
    paths = [stored]
    for name, (before, after) in mutated.items():
        assert before in text
        paths.append(tmp_path / f"{name}.ipynb")
        paths[-1].write_text(text.replace(before, after), encoding="utf-8")
    finished = nbval(root, *paths)
    assert "2 failed, 7 passed" in finished.stdout, finished.stdout
    assert "Cell outputs differ" in finished.stdout
    assert finished.stdout.count("FAILED ::Cell 1 ") == 2


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (printed("2"), "2 passed"),
        (printed("3"), "1 failed, 1 passed"),
        (new_output("error", ename="ZeroDivisionError", evalue="", traceback=[]), "1 failed, 1 passed"),
        (None, "2 passed"),
    ],
    ids=["as stored", "otherwise", "an error", "not run by the book"],
)
def test_nbval_compares_what_the_book_ran(root, tmp_path, said, verdict):
    """The cell would print 2 in a kernel; where the book has run it, what it said there is compared."""
    cells = [new_code_cell("n = 1"), checked("print(n + 1)", outputs=[printed("2\n")], execution_count=2)]
    write(example(*cells), tmp_path / "a.ipynb")
    if said and said.output_type == "stream":
        said = printed(said.text + "\n")
    ran = [new_code_cell("n = 1"), new_code_cell("print(n + 1)", outputs=[said] if said else [])]
    (tmp_path / "conftest.py").write_text(
        "import nbformat\nfrom tools import played\n"
        f"ran = nbformat.reads({nbformat.writes(new_notebook(cells=ran))!r}, as_version=4).cells\n"
        f"played.run_by_the_book = lambda path: ran if {bool(said)} else None\n"
    )
    finished = nbval(root, tmp_path / "a.ipynb")
    assert verdict in finished.stdout, finished.stdout


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        ([], "prints no text"),
        ([new_output("stream", name="stderr", text="careful")], "writes to stderr"),
        ([new_output("execute_result", data={"text/plain": "<object at 0x7f00d2c9e3a0>"})], "address in memory"),
    ],
)
def test_store_refuses_what_cannot_be_checked(outputs, sentence):
    with pytest.raises(Refused, match=f"Cell 1 of wrong.ipynb, .*{sentence}"):
        lessons.with_checked_text(example(checked("...", outputs=outputs)), "wrong.ipynb")


def test_store_leaves_a_lesson_that_does_not_run_as_it_was(root, tmp_path):
    path = tmp_path / "wrong.ipynb"
    write(example(checked("1 / 0")), path)
    before = path.read_bytes()
    finished = make(root, "store", path)
    assert finished.returncode == 1 and "wrong.ipynb does not run" in finished.stderr
    assert "ZeroDivisionError" in finished.stderr
    assert path.read_bytes() == before


def test_store_names_a_lesson_that_is_not_there(root):
    finished = make(root, "store", "no-such-lesson.ipynb")
    assert finished.returncode == 1 and "no-such-lesson.ipynb" in finished.stderr
    assert "Traceback" not in finished.stderr
