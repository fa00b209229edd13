"""The built pages, read without a browser. Every check is a function from a page to its faults, tried on a faulty page first."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, NavigableString, Tag

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SHORTEST_ALT = 40
LOADED_LINKS = {"stylesheet", "preload", "prefetch", "modulepreload", "icon", "manifest", "preconnect", "dns-prefetch"}
OTHER_HOST = re.compile(r"^\s*(https?:)?//", re.I)
CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", re.I)
RAW_MARKUP = re.compile(r"\{[a-z][a-z:]*\}`[^`]*`?|\{\{.*?\}\}|^:::+.*$|^```.*$", re.M)


def a_path(alt):
    return bool(re.search(r"\.(png|svg|jpe?g|gif)\b|^data:|^\S*[\\/]\S*$", alt))


def alt_faults(page):
    """Pictures without words, and pictures made by code whose words are a path or too few."""
    for picture in page.find_all("img"):
        alt = picture.get("alt")
        made_by_code = picture.find_parent("figure", class_="ir-figure") or picture.find_parent(class_="cell_output")
        if alt is None:
            yield f"a picture has no alt text: {str(picture)[:80]}"
        elif made_by_code and (a_path(alt) or len(alt) < SHORTEST_ALT):
            yield f"the alt text of a picture made by code says little: {alt!r}"


def figure_faults(page, lesson=None):
    """Pictures made by code that are not a figure with number, caption and a table that has header cells. One that is
    borrowed from another page has its number there."""
    for picture in page.select(".cell_output img, .cell_output svg"):
        if not picture.find_parent("figure", class_="ir-figure"):
            yield f"a picture made by code is no figure: {str(picture)[:80]}"
    for figure in page.select("figure.ir-figure"):
        name = figure.get("data-name")
        number = figure.select_one("figcaption .caption-number")
        words = figure.select_one("figcaption .caption-text")
        start = f"Figure {lesson}." if lesson is not None else "Figure "
        if not figure.get("data-from") and (number is None or not number.get_text().startswith(start)):
            yield f"figure {name} is not numbered {start}…"
        if words is None or len(words.get_text()) < 10:
            yield f"figure {name} has no caption"
        if not figure.select("details.ir-data > summary") or not figure.select("details.ir-data table th[scope]"):
            yield f"figure {name} has no table of data with header cells"


def name_faults(page):
    """Names that a screen reader lists and that say too little: folds alike, tables whose rows have no heads, links."""
    article = page.find("article") or page
    names = [fold.select_one(".collapsed") or fold for fold in article.select("summary")]
    names = [" ".join(name.get_text().split()) for name in names]
    for name in sorted(set(names)):
        if names.count(name) > 1 and not name.startswith("Show the code"):
            yield f"{names.count(name)} folds are called {name!r}"
    for fold in article.select("div.cell:has(figure.ir-figure) details.hide .collapsed"):
        if "Figure" not in fold.get_text():
            yield "a fold of code does not name the figure that it draws"
    for table in article.find_all("table"):
        if any(row.find(["td", "th"]).name == "td" for row in table.select("tbody tr")):
            yield f"a table has rows without a head: {table.get_text(' ', strip=True)[:40]}"
        if any(not head.get_text(strip=True) for head in table.select("th")):
            yield f"a table has an empty head: {table.get_text(' ', strip=True)[:40]}"
    for question in article.select("div.ir-question:not(.task)"):
        if not question.get("aria-label"):
            yield f"the options of a check have no name around them: {question.get_text(' ', strip=True)[:40]}"
    for link in article.find_all("a"):
        if link.get_text().strip().lower() in {"", "here", "this", "figure", "click here", "more"} and not link.get(
            "aria-label"
        ):
            yield f"a link says nothing: {link}"


def css_hosts(text):
    """Addresses on other hosts in a style sheet."""
    return [first or second for first, second in CSS_ADDRESS.findall(text) if OTHER_HOST.match(first or second)]


def host_faults(page):
    """Scripts, styles, pictures, fonts and frames that the page would load from another host."""
    for tag in page.find_all(True):
        for name in ("src", "srcset", "poster", "data", "action", "background"):
            if any(OTHER_HOST.match(address) for address in tag.get(name, "").split(",")):
                yield f"<{tag.name}> loads {tag[name]}"
        if tag.name == "link" and LOADED_LINKS & set(tag.get("rel", ())) and OTHER_HOST.match(tag.get("href", "")):
            yield f"<link> loads {tag['href']}"
        if tag.name in ("image", "use") and OTHER_HOST.match(tag.get("href", tag.get("xlink:href", ""))):
            yield f"<{tag.name}> loads another host"
        for address in css_hosts(tag.get("style", "")) + (css_hosts(tag.get_text()) if tag.name == "style" else []):
            yield f"the style of <{tag.name}> loads {address}"


def title_faults(page):
    """Pages without a language, a favicon, or exactly one first heading with words in it."""
    titles = [title.get_text().strip("#\n ") for title in page.find_all("h1")]
    if len(titles) != 1 or not titles[0]:
        yield f"{len(titles)} first headings: {titles}"
    if not page.html.get("lang"):
        yield "no language"
    if not page.select("link[rel~=icon]"):
        yield "no favicon"


def words_outside_code(element):
    for child in element.children:
        if type(child) is NavigableString:
            yield child
        elif isinstance(child, Tag) and child.name not in ("pre", "code", "script", "style"):
            yield from words_outside_code(child)


def raw_markup_faults(page):
    """Roles, fences and substitutions that nobody rendered, outside code."""
    for raw in RAW_MARKUP.findall("".join(words_outside_code(page.find("article") or page))):
        yield f"left as typed: {raw!r}"


class _Nesting(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open, self.faults = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """A tag that closes itself opens nothing."""

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> at {self.getpos()} closes <{self.open[-1] if self.open else 'nothing'}>")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass


def nesting_faults(html):
    """Tags that close another than the last one opened: a heading inside a box, a box never closed."""
    return _Nesting(html).faults


PLANTED = [
    (
        alt_faults,
        '<div class="cell_output"><img alt="_images/plot.png, a picture that is a path of many letters"></div>',
    ),
    (alt_faults, '<figure class="ir-figure"><img alt="figure"></figure>'),
    (alt_faults, "<img>"),
    (figure_faults, '<div class="cell_output"><img alt=""></div>'),
    (
        figure_faults,
        '<figure class="ir-figure"><figcaption><span class="caption-text">Words and words</span></figcaption>'
        "<details class='ir-data'><summary>D</summary><table><th scope='col'></table></details></figure>",
    ),
    (
        figure_faults,
        '<figure class="ir-figure"><figcaption><span class="caption-number">Figure 7.1</span></figcaption>'
        "<details class='ir-data'><summary>D</summary><table><th scope='col'></table></details></figure>",
    ),
    (
        figure_faults,
        '<figure class="ir-figure"><figcaption><span class="caption-number">Figure 7.1</span>'
        '<span class="caption-text">Words and words</span></figcaption>'
        "<details class='ir-data'><summary>D</summary><table><td></table></details></figure>",
    ),
    (
        name_faults,
        "<article><details><summary>Data</summary></details><details><summary>Data</summary></details></article>",
    ),
    (
        name_faults,
        '<article><div class="cell"><details class="hide"><summary><p class="collapsed">Show the code</p></summary>'
        '</details><figure class="ir-figure"></figure></div></article>',
    ),
    (
        name_faults,
        "<article><table><thead><tr><th>a<th>b</tr></thead><tbody><tr><td>1<td>2</tr></tbody></table></article>",
    ),
    (name_faults, "<article><table><tbody><tr><th></th><td>2</td></tr></tbody></table></article>"),
    (name_faults, '<article><div class="ir-question check"><p>Check 1.</p></div></article>'),
    (name_faults, '<article><a href="x.html">here</a></article>'),
    (host_faults, '<script src="https://cdn.example/x.js"></script>'),
    (host_faults, '<img srcset="a.png 1x, //cdn.example/b.png 2x">'),
    (host_faults, '<link rel="stylesheet" href="//cdn.example/x.css">'),
    (host_faults, '<p style="background: url(http://cdn.example/x.png)"></p>'),
    (host_faults, '<style>@import "https://cdn.example/x.css";</style>'),
    (host_faults, '<iframe src="http://example.org"></iframe>'),
    (title_faults, '<html lang="en"><link rel="icon"><h1>One</h1><h1>Two</h1></html>'),
    (title_faults, '<html><link rel="icon"><h1>One</h1></html>'),
    (title_faults, '<html lang="en"><h1>One</h1></html>'),
    (raw_markup_faults, "<article><p>See {numref}`07-depth`.</p></article>"),
    (raw_markup_faults, "<article><p>Clone {{ repository }}.</p></article>"),
    (raw_markup_faults, "<article><p>:::{note}</p></article>"),
]


@pytest.mark.parametrize("check, html", PLANTED)
def test_each_check_finds_a_planted_fault(check, html):
    assert len(list(check(BeautifulSoup(html, "html.parser")))) == 1


def test_the_check_of_nesting_finds_planted_faults():
    assert nesting_faults("<div><section></div></section>") and nesting_faults("</div>")
    assert nesting_faults("<div><img><br/><p>words</p></div>") == []


def test_a_sound_page_has_no_faults():
    html = (
        '<html lang="en"><link rel="icon" href="i.svg"><link rel="canonical" href="https://example.org">'
        '<article><h1>One<a href="#one">#</a></h1><a href="https://example.org">link</a><code>{cite}`x`</code>'
        '<p>a {curly} word</p><figure class="ir-figure"><img src="data:image/svg+xml,x" alt="Line plot of cells '
        'against time: the line rises and falls."><figcaption><span class="caption-number">Figure 7.1</span>'
        '<span class="caption-text">Cells over time</span></figcaption><details class="ir-data"><summary>D</summary>'
        '<table><tr><th scope="col">t</th></tr></table></details></figure></article></html>'
    )
    page = BeautifulSoup(html, "html.parser")
    checks = [
        alt_faults,
        name_faults,
        host_faults,
        title_faults,
        raw_markup_faults,
        lambda page: figure_faults(page, lesson=7),
    ]
    assert [fault for check in checks for fault in check(page)] == []
    assert len(list(figure_faults(page, lesson=4))) == 1


@pytest.fixture(scope="module")
def pages(built_book):
    """The built pages as soup, by their path in the book; the page that only leads on to the introduction is left out."""
    found = {}
    for path in sorted(built_book.rglob("*.html")):
        name = path.relative_to(built_book).as_posix()
        if name != "index.html" and not name.startswith(("_static/", "_sources/")):
            found[name] = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    return found


@pytest.fixture(scope="module")
def lessons(pages, root):
    """The lessons of the contents list, as soup, by number."""
    contents = yaml.safe_load((root / "book" / "_toc.yml").read_text("utf-8"))
    files = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    found = {int(file.split("/")[1][:2]): pages[f"{file}.html"] for file in files if file.startswith("notebooks/")}
    assert found, "The contents list names no lesson."
    return found


@pytest.mark.parametrize(
    "check", [alt_faults, figure_faults, name_faults, host_faults, title_faults, raw_markup_faults]
)
def test_every_page_is_free_of_faults(pages, check):
    assert [f"{name}: {fault}" for name, page in pages.items() for fault in check(page)] == []


def test_every_tag_is_closed_where_it_was_opened(built_book, pages):
    faults = {name: nesting_faults((built_book / name).read_text("utf-8")) for name in pages}
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_lesson_has_figures_numbered_by_the_lesson(lessons):
    assert [fault for number, page in lessons.items() for fault in figure_faults(page, lesson=number)] == []
    assert [number for number, page in lessons.items() if not page.select("figure.ir-figure")] == []


def test_every_other_page_numbers_its_figures_from_one(pages, lessons):
    own = "figure:not([data-from]) > figcaption .caption-number"
    others = [page for name, page in pages.items() if not re.match(r"notebooks/\d\d-", name)]
    numbers = [[n.get_text().split() for n in page.select(own)] for page in others]
    assert any(numbers) and all(found == [["Figure", str(i + 1)] for i in range(len(found))] for found in numbers)


def test_a_lab_numbers_its_figures_with_a_letter(pages):
    labs = {name: page for name, page in pages.items() if name.endswith("-lab.html")}
    starts = {name: f"Figure L{int(name.split('/')[1][:2])}." for name in labs}
    assert labs and all(
        n.get_text().startswith(starts[name]) for name, page in labs.items() for n in page.select(".caption-number")
    )


def test_style_sheets_load_nothing_from_another_host(built_book):
    sheets = list(built_book.rglob("*.css"))
    assert len(sheets) > 3
    assert {
        sheet.name: css_hosts(sheet.read_text("utf-8")) for sheet in sheets if css_hosts(sheet.read_text("utf-8"))
    } == {}


def test_every_lesson_is_launched_from_the_configured_repository(lessons, root):
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    owner_and_name = urlsplit(config["repository"]["url"]).path.strip("/")
    branch = config["repository"]["branch"]
    hosts = {
        f"https://mybinder.org/v2/gh/{owner_and_name}/{branch}?urlpath=lab/tree/notebooks/",
        f"https://colab.research.google.com/github/{owner_and_name}/blob/{branch}/notebooks/",
    }
    for number, page in lessons.items():
        links = [link["href"] for link in page.select("article a[href*='mybinder.org'], article a[href*='colab']")]
        file = re.compile(rf"{number:02d}-[a-z-]+\.ipynb$")
        assert all(file.search(link) for link in links), links
        assert {file.sub("", link) for link in links} == hosts


def broken_links(pages, exists):
    """Links within the book whose page or place does not exist; `exists(path)` says which files are there."""
    anchors = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme or parts.netloc:
                continue
            steps = [step for step in ([] if not parts.path else name.split("/")[:-1] + parts.path.split("/"))]
            place = []
            for step in steps:
                place = place[:-1] if step == ".." else place + [step]
            target = unquote("/".join(place)) or name
            if not exists(target):
                yield f"{name}: no file {target}"
            elif parts.fragment and target in anchors:
                # A state of a stage, such as #07-reset?k=2.40&day=83, is named by the figure.
                place, state, _ = unquote(parts.fragment).partition("?")
                if (f"fig-{place}" if state else place) not in anchors[target]:
                    yield f"{name}: no place {target}#{parts.fragment}"


def test_a_broken_link_is_found():
    soup = BeautifulSoup(
        '<p id="here"></p><a href="#here"></a><a href="#gone"></a><a href="../b/x.html"></a>'
        '<p id="fig-1-a"></p><a href="#1-a?k=2"></a><a href="#1-b?k=2"></a>'
        '<a href="../c/y.html"></a><a href="https://example.org/"></a>',
        "html.parser",
    )
    pages = {"a/x.html": soup, "b/x.html": BeautifulSoup("", "html.parser")}
    assert list(broken_links(pages, pages.__contains__)) == [
        "a/x.html: no place a/x.html#gone",
        "a/x.html: no place a/x.html#1-b?k=2",
        "a/x.html: no file c/y.html",
    ]


def test_every_link_within_the_book_resolves(pages, built_book):
    assert list(broken_links(pages, lambda target: (built_book / target).is_file())) == []


def test_the_introduction_says_that_this_is_no_medical_advice(pages):
    assert "This book is not medical advice." in pages["book/intro.html"].find("article").get_text()


def test_the_bibliography_lists_what_is_cited_and_nothing_else(pages):
    listed = {tag["id"] for tag in pages["book/bibliography.html"].select(".citation[id]")}
    cited = {
        link["href"].partition("#")[2]
        for name, page in pages.items()
        for link in page.select("article a[href*='bibliography.html#']")
    }
    assert listed and listed == {anchor for anchor in cited if anchor in listed}
