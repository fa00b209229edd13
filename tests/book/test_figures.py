"""The extensions in book/_ext, on small books of their own: figures made by code are numbered, and links reach them."""

import io
import json
import re
from contextlib import redirect_stderr

import pytest
from bs4 import BeautifulSoup
from sphinx.cmd.build import build_main

CONF = """
extensions = ["myst_nb", "ir_figures", "ir_lessons", "ir_fresh"]
html_theme = "basic"
html_static_path = ["sheet.css"]
html_css_files = ["sheet.css"]
html_theme_options = {}
nb_execution_mode = "off"
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
numfig = True
numfig_format = {"figure": "Figure %s"}
exclude_patterns = ["_build", "jupyter_execute"]
myst_heading_anchors = 2
def setup(app):
    app.connect("config-inited", lambda app, config: config.html_theme_options.update(
        repository_url="https://example.org/some/where"), priority=100)
    app.connect("builder-inited", lambda app: app.config.html_theme_options.clear())
"""
SHEET = ".ir-figure { margin: 0; }\n"
PICTURE = '<img alt="A line that rises." src="data:image/svg+xml,%3Csvg/%3E">'
DETAILS = '<details class="ir-data"><summary>Data</summary><table><tr><th scope="col">t</th></tr></table></details>'


def a_figure(name, caption="Cells <em>rise</em> &amp; fall with $E_m$.", inside=""):
    return (
        f'<figure class="ir-figure live" data-name="{name}">{PICTURE}{inside}'
        f"<figcaption>{caption}</figcaption>{DETAILS}</figure>"
    )


def output(html):
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": html, "text/plain": "Figure"}}


def notebook(title, *cells, tags=()):
    """A notebook from strings (Markdown) and lists of HTML (the outputs of one code cell with these tags)."""
    made = [{"cell_type": "markdown", "metadata": {}, "source": f"# {title}"}]
    for cell in cells:
        if isinstance(cell, str):
            made.append({"cell_type": "markdown", "metadata": {}, "source": cell})
        else:
            made.append(
                {
                    "cell_type": "code",
                    "metadata": {"tags": list(tags)},
                    "source": "show()",
                    "execution_count": 1,
                    "outputs": [output(html) for html in cell],
                }
            )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec": kernel}, "cells": made})


@pytest.fixture
def book(tmp_path):
    """`book(files, *options)` builds a small book and gives its pages as soup, by name, and what Sphinx warned of."""
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "sheet.css").write_text(SHEET, "utf-8")

    def build(files, *options):
        for name, text in files.items():
            (tmp_path / name).write_text(text, "utf-8")
        names = sorted(path.stem for path in tmp_path.iterdir() if path.suffix in (".ipynb", ".md"))
        contents = "\n".join(name for name in names if name != "index")
        (tmp_path / "index.md").write_text(f"# Book\n\n```{{toctree}}\n{contents}\n```\n", "utf-8")
        said = io.StringIO()
        with redirect_stderr(said):
            failed = build_main(["-q", "--no-color", *options, str(tmp_path), str(tmp_path / "_build")])
        assert not failed, said.getvalue()
        pages = {
            name: BeautifulSoup((tmp_path / "_build" / f"{name}.html").read_text("utf-8"), "html.parser")
            for name in names
        }
        return pages, said.getvalue()

    return build


def numbers(page):
    return [label.get_text().strip() for label in page.select("figure.ir-figure .caption-number")]


def test_a_figure_gets_number_caption_and_anchor_and_keeps_the_rest(book):
    pages, warnings = book({"07-reset.ipynb": notebook("Reset", [a_figure("07-depth")])})
    figure = pages["07-reset"].select_one("figure.ir-figure")
    assert warnings == ""
    assert figure["id"] == "fig-07-depth" and figure["data-name"] == "07-depth" and "live" in figure["class"]
    assert numbers(pages["07-reset"]) == ["Figure 7.1"]
    assert figure.select_one(".caption-text").get_text() == r"Cells rise & fall with \(E_m\)."
    assert figure.select_one(".caption-text em").get_text() == "rise"
    assert len(figure.select("figcaption")) == 1
    assert str(BeautifulSoup(PICTURE, "html.parser")) in str(figure) and DETAILS in str(figure)


def test_the_fold_of_data_and_its_table_are_named_by_the_figure(book):
    html = a_figure("07-a").replace("<summary>Data</summary>", "<summary>Data behind this figure</summary>")
    pages, _ = book({"07-reset.ipynb": notebook("Reset", [html + html.replace("07-a", "07-b")])})
    folds = pages["07-reset"].select("figure details.ir-data")
    assert [fold.summary.get_text() for fold in folds] == ["Data behind Figure 7.1", "Data behind Figure 7.2"]
    assert [fold.table["aria-label"] for fold in folds] == ["Data behind Figure 7.1", "Data behind Figure 7.2"]


@pytest.mark.parametrize(
    ("tag", "html", "words"),
    [
        ("hide-input", "<p>text</p>", "code"),
        ("hide-input", a_figure("07-a") + a_figure("07-b"), "code of Figure 7.1 and Figure 7.2"),
        ("hide-input", "<table><caption>Doses</caption></table>", "code of the table"),
        ("hide-cell", "<p>text</p>", "code and output"),
        ("hide-cell", a_figure("07-a"), "code and output of Figure 7.1"),
        ("hide-output", "<p>text</p>", "printed output"),
        ("hide-output", "<table><caption>Parameters of the model</caption></table>", "table: Parameters of the model"),
    ],
)
def test_a_fold_says_what_is_in_it(book, tag, html, words):
    pages, _ = book({"07-reset.ipynb": notebook("Reset", [html], tags=[tag])})
    fold = pages["07-reset"].select_one("div.cell details.hide")
    assert [fold.select_one(name).get_text() for name in (".collapsed", ".expanded")] == [
        f"Show the {words}",
        f"Hide the {words}",
    ]


def test_the_code_of_a_figure_stands_below_it_for_the_tab_key_too(book):
    pages, _ = book({"07-reset.ipynb": notebook("Reset", [a_figure("07-depth")], tags=["hide-input"])})
    parts = pages["07-reset"].select("div.cell figure, div.cell details.hide")
    assert [part.name for part in parts] == ["figure", "details"]


def test_the_first_column_of_a_table_heads_its_rows(book):
    pages, _ = book({"01-cells.ipynb": notebook("Cells", "| symbol | unit |\n|---|---|\n| E | cells |\n| M | cells |")})
    assert [head.get_text() for head in pages["01-cells"].select("tbody th")] == ["E", "M"]
    assert [cell.get_text() for cell in pages["01-cells"].select("tbody td")] == ["cells", "cells"]


def test_a_wide_table_is_ready_to_be_cards_on_a_phone(book):
    wide = "| cell | made | lost? |\n|---|---|---|\n| E | *fast* | slowly |"
    two = "\n\n| symbol | unit |\n|---|---|\n| M | cells |"
    formula = "\n\n| a | {math}`x` | c |\n|---|---|---|\n| 1 | 2 | 3 |"
    pages, _ = book({"01-cells.ipynb": notebook("Cells", wide + two + formula)})
    first, *others = pages["01-cells"].select("table")
    assert "ir-cards" in first["class"] and not any("ir-cards" in table["class"] for table in others)
    assert first.tbody.th["scope"] == "row"
    assert [cell["data-head"] for cell in first.tbody.select("td")] == ["made", "lost"]
    assert first.tbody.td.em.get_text() == "fast"


def test_every_figure_of_a_cell_and_what_lies_between_them_is_kept(book):
    script = '<script>const text = "<figure class=\\"ir-figure\\"></figure>"; if (1 < 2) { run(); }</script>'
    html = f"<p>before</p>{a_figure('04-a', inside=script)}<p>between</p>{a_figure('04-b')}<p>after</p>"
    pages, warnings = book({"04-hold.ipynb": notebook("Hold", [html, a_figure("04-c")])})
    page = pages["04-hold"]
    assert warnings == ""
    assert numbers(page) == ["Figure 4.1", "Figure 4.2", "Figure 4.3"]
    assert [figure["data-name"] for figure in page.select("figure")] == ["04-a", "04-b", "04-c"]
    assert script in str(page)
    words = re.findall("before|between|after", page.get_text())
    assert words == ["before", "between", "after"]


def test_numbers_begin_with_the_lesson_whatever_stands_before_it(book):
    pages, _ = book(
        {
            "00-start.ipynb": notebook("Start", [a_figure("00-a")], [a_figure("00-b")]),
            "07-reset.ipynb": notebook("Reset", [a_figure("07-a")]),
        },
        "-j",
        "2",
    )
    assert numbers(pages["00-start"]) == ["Figure 0.1", "Figure 0.2"]
    assert numbers(pages["07-reset"]) == ["Figure 7.1"]


def test_links_reach_figures_and_the_word_figure_is_given_its_number(book):
    words = (
        "[the figure below](#07-depth) [Figure](#07-depth) [Figure](04-hold.ipynb#04-long) "
        "[there](04-hold.ipynb#04-long) {numref}`04-long` [Figure](index.md)"
    )
    pages, warnings = book(
        {
            "04-hold.ipynb": notebook("Hold", [a_figure("04-long")]),
            "07-reset.ipynb": notebook("Reset", words, [a_figure("07-depth")]),
        }
    )
    links = [(link.get_text(), link["href"]) for link in pages["07-reset"].select("div.body p a")]
    assert warnings == ""
    assert links[:6] == [
        ("the figure below", "#fig-07-depth"),
        ("Figure 7.1", "#fig-07-depth"),
        ("Figure 4.1", "04-hold.html#fig-04-long"),
        ("there", "04-hold.html#fig-04-long"),
        ("Figure 4.1", "04-hold.html#fig-04-long"),
        ("Figure", "index.html"),
    ]


def test_a_later_build_renumbers_and_finds_the_links_again(book):
    first = {
        "04-hold.ipynb": notebook("Hold", [a_figure("04-a")]),
        "07-reset.ipynb": notebook("Reset", "[Figure](04-hold.ipynb#04-a)", [a_figure("07-a")]),
    }
    book(first)
    pages, warnings = book({"04-hold.ipynb": notebook("Hold", [a_figure("04-before")], [a_figure("04-a")])})
    assert warnings == ""
    assert numbers(pages["04-hold"]) == ["Figure 4.1", "Figure 4.2"]
    assert numbers(pages["07-reset"]) == ["Figure 7.1"]
    assert pages["07-reset"].select_one("div.body p a").get_text() == "Figure 4.2"


def test_glossary_terms_are_reached_by_their_words(book):
    glossary = "# Glossary\n\n```{glossary}\nTreg\nregulatory T cell\n  Holds others down.\n```\n"
    pages, warnings = book(
        {"glossary.md": glossary, "01-cells.ipynb": notebook("Cells", "[Tregs](glossary.md#regulatory-t-cell)")}
    )
    assert warnings == ""
    target = pages["01-cells"].select_one("div.body p a")["href"].partition("#")[2]
    assert pages["glossary"].find(id=target).get_text().startswith("regulatory T cell")


def test_the_style_sheet_of_the_book_is_not_repeated_and_another_is_kept(book):
    html = f"<style>{SHEET}</style><style>.mine {{}}</style>{a_figure('02-a')}"
    pages, _ = book({"02-lost.ipynb": notebook("Lost", [html], [f"<style>{SHEET}</style><table></table>"])})
    assert [style.get_text() for style in pages["02-lost"].select("style")] == [".mine {}"]


def test_faults_are_warned_of(book):
    html = "<figure class='ir-figure'{}><img alt=''>{}</figure>"
    faulty = {
        "01-a": (["[Figure](#nowhere)"], "nowhere"),
        "01-b": (["[text](index.md#missing)"], "missing"),
        "01-c": ([[a_figure("twice"), a_figure("twice")]], "Duplicate"),
        "01-d": ([[html.format("", "<figcaption>Words</figcaption>")]], "(nameless) has no data-name"),
        "01-e": ([[html.format(" data-name='bare'", "")]], "(bare) has no caption"),
        "01-f": ([[html.format(" data-name='mute'", "<figcaption> </figcaption>")]], "(mute) has no caption"),
    }
    _, warnings = book({f"{name}.ipynb": notebook(name, *cells) for name, (cells, _) in faulty.items()})
    for name, (_, sentence) in faulty.items():
        assert any(name in line and sentence in line for line in warnings.splitlines()), (name, warnings)


def test_a_changed_style_sheet_reaches_a_page_that_did_not_change(book, tmp_path):
    book({"01-cells.ipynb": notebook("Cells")})
    book({"sheet.css": "p { color: teal; }"})
    assert (tmp_path / "_build" / "_static" / "sheet.css").read_text("utf-8") == "p { color: teal; }"


def test_other_figures_and_tables_are_left_alone(book):
    html = '<figure class="mine"><figcaption>Mine</figcaption></figure><table class="ir-table"><caption>T</caption></table>'
    pages, warnings = book({"03-plain.ipynb": notebook("Plain", [html])})
    assert warnings == "" and html in str(pages["03-plain"])


def test_the_repository_is_named_by_the_configuration(book):
    pages, _ = book({"about.md": "# About\n\n[here]({{ repository }})\n\n```\nclone {{ repository }}\n```\n"})
    assert pages["about"].select_one("div.body p a")["href"] == "https://example.org/some/where"
    assert "clone https://example.org/some/where" in pages["about"].get_text()
