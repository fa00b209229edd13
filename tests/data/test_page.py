"""The page of the data and its download: what they tell is counted from the tables, and the file is whole."""

import re
import sys
import zipfile
from types import SimpleNamespace

from immunereset.evidence import load
from tests.data.test_dictionary import DATA, ROOT, TABLES, broken
from tests.data.test_loader import MARKS

sys.path.append(str(ROOT / "book" / "_ext"))
import ir_data

PAGE = (ROOT / "book" / "data.md").read_text(encoding="utf-8")
ADDRESS = "https://example.org/some/where"


def filled():
    theme = {"repository_url": ADDRESS}
    env = SimpleNamespace(note_dependency=lambda path: None)
    app = SimpleNamespace(confdir=ROOT, env=env, config=SimpleNamespace(html_theme_options=theme))
    source = [PAGE]
    ir_data.fill(app, "book/data", source)
    return source[0]


def test_every_place_is_filled_from_the_tables():
    page = filled()
    assert "{{" not in page and set(re.findall(r"\{\{ (\w+) \}\}", PAGE)) >= {"tables", "row", "citation", "correct"}
    for name in TABLES:
        assert f'<a href="{ADDRESS}/blob/main/data/{name}.csv">{name}</a>' in page
    every = sum(len(load(name, unverified=MARKS)) for name in TABLES)
    hidden = every - sum(len(load(name)) for name in TABLES)
    assert f"{hidden} of {every} rows" in page and hidden > 10


def test_the_row_that_is_read_aloud_is_the_one_in_the_table():
    page, row = filled(), load("trial_outcomes").set_index("row_id").loc["T029"]
    for cell in (row["value"], row["low"], row["high"], row["interval"], row["comparison"], row["where_seen"]):
        assert f">{cell}</td>" in page, cell


def test_the_download_is_whole_valid_and_the_same_twice(tmp_path):
    packed = []
    for name in ("one", "two"):
        (tmp_path / name / "_static").mkdir(parents=True)
        app = SimpleNamespace(confdir=ROOT, outdir=tmp_path / name, builder=SimpleNamespace(format="html"))
        ir_data.pack(app, None)
        packed.append(tmp_path / name / ir_data.ZIP)
    assert packed[0].read_bytes() == packed[1].read_bytes()
    with zipfile.ZipFile(packed[0]) as file:
        file.extractall(tmp_path)
    assert {path.name for path in tmp_path.glob("*.csv")} == {path.name for path in DATA.glob("*.csv")}
    assert (tmp_path / "references.bib").is_file() and broken(tmp_path) == []


def test_the_page_links_to_the_download():
    assert f'<a href="../{ir_data.ZIP}" download>' in filled()
