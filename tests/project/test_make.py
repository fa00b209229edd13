"""make.py spreads the tests over the cores, unless it is told how."""

import pytest

import make

SPREAD = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]


@pytest.mark.parametrize(
    ("cores", "words", "given", "spread"),
    [
        (2, [], "", SPREAD),
        (2, ["-m", "not browser", "-k", "name"], "-ra", SPREAD),
        (1, [], "", []),
        (2, ["-n", "0"], "", []),
        (2, ["-n4"], "", []),
        (2, ["--pdb"], "", []),
        (2, ["-p", "no:xdist"], "", []),
        (2, [], "-n 3 --dist load", []),
    ],
)
def test_the_tests_run_on_every_core(cores, words, given, spread, monkeypatch):
    monkeypatch.setattr(make, "cores", lambda: cores)
    monkeypatch.setenv("PYTEST_ADDOPTS", given)
    assert make.on_every_core(words) == spread


@pytest.mark.parametrize(
    ("words", "left_out"),
    [((), ["--ignore=tests/fast"]), (("-k", "tolerance"), ["--ignore=tests/fast"]), (("tests/fast",), [])],
)
def test_the_optional_room_is_tested_on_request(words, left_out):
    assert make.without_fast(words) == left_out
