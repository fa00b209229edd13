"""Every lesson and lab over http. What it weighs on its way to a reader: kB, compressed as web servers do, and the seconds
that a slow line takes. Links that set a stage: each reaches the state that it names. Each page is opened once for both."""

import functools
import gzip
import html
import http.server
import re
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error

FIRST_KB = 600
"""The first lesson that a reader opens, with everything it loads."""

NEXT_KB = 150
"""Another lesson after it."""

SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""1.6 Mbit/s, in bytes a second, with 150 ms to an answer: a slow telephone."""

PACKED = {".html", ".css", ".js", ".svg", ".txt"}

SCENE_LINK = re.compile(r'href="(#[^"]*\?[^"]*)"')


@functools.cache
def compressed(path):
    return gzip.compress(path.read_bytes())


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves text compressed and lets the browser keep it, as web servers do."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        packed = path.suffix in PACKED
        content = compressed(path) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Keep requests out of the test report."""


class Server(http.server.ThreadingHTTPServer):
    """A server with room for all the connections that a browser opens at once; one that waits in vain is a lost load."""

    request_queue_size = 64


@pytest.fixture(scope="module")
def address(built_book):
    """The book on a server that compresses."""
    handler = functools.partial(Compressing, directory=str(built_book))
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Load:
    """One page opened in a context: what came over the line, in kB by address, and how many seconds until words and until
    live figures were there, if it came over a slow `line`. With `all_anew`, nothing that the browser kept is used."""

    def __init__(self, context, address, line=None, all_anew=False):
        before, self.page = context.pages, context.new_page()
        page, self.errors = self.page, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: told.type == "error" and self.errors.append(told.text))
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": all_anew})
        if line:
            session.send("Network.emulateNetworkConditions", line)
        addresses, sizes = {}, {}
        session.on(
            "Network.requestWillBeSent", lambda told: addresses.update({told["requestId"]: told["request"]["url"]})
        )
        session.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
        page.goto(address, wait_until="networkidle", timeout=60_000)
        marks = "performance.getEntriesByType('mark').filter((m) => m.name.startsWith('live ')).map((m) => m.startTime)"
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        self.seconds = (
            f"{page.evaluate(paint) / 1000:10.1f}{max(page.evaluate(marks), default=0) / 1000:8.1f}" if line else ""
        )
        self.parts = {}
        for request, size in sizes.items():
            part = addresses.get(request, "?")
            self.parts[part] = self.parts.get(part, 0) + size / 1000
        self.kb = sum(self.parts.values())
        for one in before:
            one.close()


MOMENT = """(name) => {
    const root = document.querySelector(`[data-name="${name}"]`), main = root.querySelector(".ir-main-input"), moment = root.irMoment;
    const sliders = [...root.querySelectorAll("input[data-symbol]")].map((one) => [one.dataset.symbol, one.getAttribute("aria-valuetext")]);
    const sets = root.querySelector(".ir-python-value")?.textContent.split(", ").map((one) => one.split("=")) ?? [];
    return { sets: { ...Object.fromEntries(sets), ...root.irState }, day: moment?.day, main: main?.getAttribute("aria-valuetext"), twin: Boolean(moment?.twin), sliders: Object.fromEntries(sliders) };
}"""
REACHED = """([name, day]) => {
    const root = document.querySelector(`[data-name='${name}']`);
    return day === null || !root.irMoment ? root.irTold === root.irDraws.length : Math.abs(root.irMoment.day - day) < 1e-6;
}"""


def assert_reached(page, href):
    name, query = urlsplit(href).fragment.split("?")
    asked = {key: values[0] for key, values in parse_qs(query).items()}
    day, other = asked.pop("day", None), asked.pop("with", None)
    page.evaluate("(href) => document.querySelector(`article a[href='${href}']`).click()", href)
    page.wait_for_function(REACHED, arg=[name, day and float(day)])
    moment = page.evaluate(MOMENT, name)
    if day is not None and moment["day"] is not None:
        assert moment["day"] == pytest.approx(float(day), abs=1e-6), href
    elif day is not None:
        asked["day"] = day  # a figure whose clock is a slider like the others
    assert moment["twin"] is (other is not None), href
    states = {"main": moment["main"]} | moment["sliders"] | moment["sets"]
    for symbol, value in asked.items():
        told = str(states.get(symbol, moment["main"])).removeprefix("day ")
        named = told.split(",")[0].replace(" ", "-")  # a stop by its name, a number with or without its unit
        reached = value in (named, told, told.replace(" ", "-")) or float(told.split()[0].rstrip(",")) == float(value)
        assert reached, (href, moment)


@pytest.fixture(scope="module")
def loads(browser, address, built_book):
    """Every lesson and lab by name, loaded anew in a browser that has just shown the one before; with it its links that set
    a stage, and what was found wrong with those."""
    loads, context = {}, browser.new_context(reduced_motion="reduce")
    for path in sorted((built_book / "notebooks").glob("*.html")):
        # A lab comes after its lesson: its seconds are those of what is new in it.
        line = None if path.stem.endswith("-lab") else SLOW_LINE
        load = loads[path.name] = Load(context, f"{address}notebooks/{path.name}", line, all_anew=True)
        load.links = [html.unescape(one) for one in SCENE_LINK.findall(path.read_text(encoding="utf-8"))]
        load.missed = []
        for href in load.links:
            try:
                assert_reached(load.page, href)
            except (AssertionError, Error, ValueError, IndexError) as error:
                load.missed.append((href, str(error)))
    context.close()
    return loads


def test_every_scene_link_reaches_the_state_it_names(loads):
    assert sum(len(load.links) for load in loads.values()) > 0
    assert {name: load.missed for name, load in loads.items() if load.missed} == {}
    assert {name: load.errors for name, load in loads.items() if load.errors} == {}


def test_a_lesson_is_light(loads, capsys):
    """The seconds are those of a browser that has just shown another page of the book and kept no file of it."""
    rows, heavy = [], []
    names = list(loads)
    for name, first in loads.items():
        # What a browser keeps of the lessons before (of the last, for the first) does not come again
        # (`test_the_scale_weighs`).
        before = names[: names.index(name)] or names[-1:]
        kept = set().union(*(loads[one].parts for one in before))
        after = sum(kb for part, kb in first.parts.items() if part not in kept)
        rows.append(f"{name:<40}{first.kb:8.0f}{after:8.0f}{first.seconds}")
        if first.kb > FIRST_KB or not 1 < after <= NEXT_KB:
            heavy.append(rows[-1])
    with capsys.disabled():
        head = f"{'at 1.6 Mbit/s':<40}{'kB':>8}{'next':>8}{'readable':>10}{'live':>8}"
        print("\n" + "\n".join([head, *rows]))
    assert rows and heavy == []


def test_the_scale_weighs(browser, address):
    """The measure itself: a style sheet of known size is found on the line, once; again, if nothing kept is used."""
    context, sheet = browser.new_context(), f"{address}_static/styles/pydata-sphinx-theme.css"
    load, again, anew = Load(context, sheet), Load(context, sheet), Load(context, sheet, all_anew=True)
    context.close()
    assert 50 < load.kb < 90 and again.kb < 5 and anew.kb == pytest.approx(load.kb, abs=1), (load.kb, again.kb, anew.kb)
