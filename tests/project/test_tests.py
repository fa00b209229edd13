"""Tests that cannot fail are refused: each asserts something, nothing constant, and swallows no failure."""

import ast

import pytest


def checks(node):
    """Whether a piece of code asserts, or expects a refusal."""
    return any(
        isinstance(part, ast.Assert)
        or (isinstance(part, ast.Call) and ast.unparse(part.func) in ("pytest.raises", "pytest.fail", "pytest.warns"))
        for part in ast.walk(node)
    )


def faults(text, helpers=()):
    """What makes tests of a file unable to fail, by the names of the tests; `helpers` check in other files."""
    tree = ast.parse(text)
    functions = [part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)]
    checking = {*helpers, *(f.name for f in functions if checks(f))}
    found = {}
    for test in (f for f in functions if f.name.startswith("test_")):
        called = {
            part.func.id if isinstance(part.func, ast.Name) else getattr(part.func, "attr", "")
            for part in ast.walk(test)
            if isinstance(part, ast.Call)
        }
        if not checks(test) and not called & checking:
            found[test.name] = "asserts nothing"
        for part in ast.walk(test):
            if isinstance(part, ast.Assert) and not any(
                isinstance(x, (ast.Name, ast.Call)) for x in ast.walk(part.test)
            ):
                found[test.name] = f"asserts a constant: {ast.unparse(part.test)}"
            if isinstance(part, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in part.body):
                found[test.name] = "swallows a failure"
    return found


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("run()", "asserts nothing"),
        ("assert True", "asserts a constant: True"),
        ("assert 1 < 2", "asserts a constant: 1 < 2"),
        ("try:\n        assert run()\n    except AssertionError:\n        pass", "swallows a failure"),
    ],
)
def test_a_test_that_cannot_fail_is_seen(body, fault):
    assert faults(f"def test_it():\n    {body}\n") == {"test_it": fault}


@pytest.mark.parametrize("body", ["assert run()", "with pytest.raises(ValueError):\n        run()", "agrees(run())"])
def test_a_test_that_can_fail_is_left_alone(body):
    assert faults(f"def agrees(x):\n    assert x\n\ndef test_it():\n    {body}\n") == {}


def test_every_test_can_fail(root):
    files = sorted((root / "tests").rglob("*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files if not path.name.startswith("test_")]
    shared = {f.name for tree in trees for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and checks(f)}
    found = {path.name: faults(path.read_text(encoding="utf-8"), shared) for path in files}
    assert len(files) > 50 and {name: what for name, what in found.items() if what} == {}
