"""A figure has a picture, a caption, text for those who cannot see it, and the data behind it."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from immunereset.pictures import css, figure, line, sample, style

ALT = "Line chart, days 0 to 10 across, cells 0 to 1 up; one line, E, falls steadily."
DATA = {"day": [0, 5, 10], "E": [1.0, 0.51234, 0.0]}


def drawn():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with style():
        fig, ax = plt.subplots()
        ax.plot(DATA["day"], DATA["E"], **line("E"))
        ax.text(2, 0.2, "0.12345 of <all>")
    return fig


def made(**changes):
    return figure(drawn(), **{"name": "00-fall", "caption": "E falls.", "alt": ALT, "table": DATA} | changes)


def test_html_is_what_the_book_expects():
    page = BeautifulSoup(made().html, "html.parser")
    whole = page.find("figure")
    assert whole["class"] == ["ir-figure"] and whole["data-name"] == "00-fall"
    assert [child.name for child in whole.children] == ["img", "figcaption", "details"]
    assert whole.img["alt"] == ALT
    assert whole.img["src"].startswith("data:image/svg+xml,")
    assert whole.figcaption.text == "E falls."
    assert whole.details["class"] == ["ir-data"]
    assert whole.details.summary.text == "Data behind this figure"
    assert [th.text for th in whole.select("thead th[scope=col]")] == ["day", "E"]
    assert [th.text for th in whole.select("tbody th[scope=row]")] == ["0", "5", "10"]
    assert [td.text for td in whole.select("tbody td")] == ["1", "0.512", "0"]


def test_a_picture_much_taller_than_wide_says_so():
    fig = drawn()
    fig.set_size_inches(4, 8)
    page = BeautifulSoup(figure(fig, name="00-tall", caption="E falls.", alt=ALT, table=DATA).html, "html.parser")
    assert page.figure["class"] == ["ir-figure", "ir-tall"]


def test_bundle_for_a_notebook():
    bundle = made()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "Figure 00-fall: E falls."
    assert bundle["text/html"].count("<style>") == 1 and css() in bundle["text/html"]
    assert len(css()) < 2500 and "</" not in css()


def test_words_are_escaped():
    page = BeautifulSoup(made(caption='a < b & "c"', alt=ALT + ' "<&>"').html, "html.parser")
    assert page.figcaption.text == 'a < b & "c"'
    assert page.img["alt"].endswith('"<&>"')


def test_picture_is_small_clean_and_prefixed():
    picture = made()
    assert unquote(BeautifulSoup(picture.html, "html.parser").img["src"].split(",", 1)[1]) == picture.svg
    root = ET.fromstring(picture.svg)
    assert root.tag.endswith("svg") and len(picture.svg) < 12000
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids and all(one.startswith("ir-00-fall-") for one in ids) and len(ids) == len(set(ids))
    wanted = set(re.findall(r'(?:href="#|url\(#)([^")]+)', picture.svg))
    assert wanted and wanted <= set(ids)
    assert "<metadata" not in picture.svg and "<!--" not in picture.svg and "http://matplotlib" not in picture.svg
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert "0.12345 of <all>" in texts
    in_tags = "".join(re.findall(r"<[^>]+>", picture.svg))
    assert not re.search(r"\d\.\d{3}", in_tags)


def test_same_picture_on_every_run():
    assert made().html == made().html


def test_figure_is_closed():
    import matplotlib.pyplot as plt

    plt.close("all")
    made()
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"alt": ""}, "Figure 00-fall has no alt text; say in words what a reader who cannot see it should know."),
        ({"alt": None}, "Figure 00-fall has no alt text; say in words what a reader who cannot see it should know."),
        (
            {"alt": "figure"},
            "The alt text of figure 00-fall has 6 characters; it needs at least 40: kind of picture, axes with ranges, what each line is, and what to notice.",
        ),
        ({"caption": " "}, "Figure 00-fall has no caption; say in a sentence what it shows."),
        ({"caption": None}, "Figure 00-fall has no caption; say in a sentence what it shows."),
        (
            {"name": "two words"},
            "A figure's name has letters, digits and hyphens, such as '07-depth'; this one is 'two words'.",
        ),
        ({"table": None}, "A figure needs a table of the data behind it: a DataFrame, a dict of columns, or rows."),
        ({"table": {}}, "A figure needs its table of data, with a header and at least one row; this one is empty."),
        (
            {"table": {"a": []}},
            "A figure needs its table of data, with a header and at least one row; this one is empty.",
        ),
        ({"table": {"a": [1], "b": [1, 2]}}, "The columns of the figure's table differ in length: {'a': 1, 'b': 2}."),
        ({"table": [["a", "b"], [1]]}, "The figure's table has 2 columns, but a row of 1: [1]."),
    ],
)
def test_refusals_are_one_sentence(changes, sentence):
    with pytest.raises(ValueError) as refused:
        made(**changes)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("table", [DATA, pd.DataFrame(DATA), [["day", "E"], [0, 1.0], [5, 0.51234], [10, 0.0]]])
def test_tables_of_every_shape_are_alike(table):
    assert made(table=table).html == made().html


def test_long_tables_are_thinned_evenly_and_say_so():
    picture = made(table={"day": np.arange(401), "E": np.linspace(1, 0, 401)})
    days = [int(row[0]) for row in picture.rows]
    assert len(days) == 12 and days[0] == 0 and days[-1] == 400
    assert set(np.diff(days)) <= {36, 37}
    assert BeautifulSoup(picture.html, "html.parser").caption.text == "12 of 401 rows, evenly spaced"


def test_tables_whose_rows_have_names_are_shown_whole():
    studies = [f"study {i}" for i in range(13)]
    picture = made(table={"study": studies, "%": np.arange(13.0)})
    assert [row[0] for row in picture.rows] == studies and picture.note == ""


def test_sample_of_a_run():
    days = np.linspace(0, 730, 731)

    class Run(SimpleNamespace):
        def __getitem__(self, symbol):
            return self.t * {"E": 1, "M": 2}[symbol]

    run = Run(t=days, years=days / 365)
    assert sample(run, ["E", "M"], every=365) == {"day": [0, 365, 730], "E": [0, 365, 730], "M": [0, 730, 1460]}
    assert sample(run, ["E"], every=1, time="years")["year"] == [0, 1, 2]
    assert len(sample(run, ["E"])["day"]) == 731
    with pytest.raises(ValueError, match="^Time is shown in 'days' or 'years', not 'weeks'.$"):
        sample(run, ["E"], time="weeks")
    with pytest.raises(ValueError, match="^Rows are a positive number of days apart, not 0.$"):
        sample(run, ["E"], every=0)


def test_same_picture_from_another_process():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.pictures.test_figure import made; print(made().html, end='')"
    )
    root = str(__import__("pathlib").Path(__file__).parents[2])
    outcome = subprocess.run([sys.executable, "-c", script, root], capture_output=True, check=True, timeout=120)
    assert outcome.stdout.decode() == made().html
