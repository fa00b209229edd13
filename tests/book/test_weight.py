"""What a page weighs on its way to a reader: kB, compressed as web servers do, and the seconds that a slow line takes."""

import functools
import gzip
import http.server
import threading
from pathlib import Path

import pytest

FIRST_KB = 600
"""The first lesson that a reader opens, with everything it loads."""

NEXT_KB = 150
"""Another lesson after it."""

SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""1.6 Mbit/s, in bytes a second, with 150 ms to an answer: a slow telephone."""

PACKED = {".html", ".css", ".js", ".svg", ".txt"}


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves text compressed and lets the browser keep it, as web servers do."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        content = path.read_bytes()
        packed = path.suffix in PACKED
        content = gzip.compress(content) if packed else content
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
    live figures were there, if it came over a slow `line`."""

    def __init__(self, context, address, line=None):
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
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
        page.close()


def lessons_of(built_book):
    return sorted(path.name for path in (built_book / "notebooks").glob("*.html"))


def test_a_lesson_is_light(browser, address, built_book, capsys):
    loads, rows, heavy = {}, [], []
    for name in lessons_of(built_book):
        context = browser.new_context(reduced_motion="reduce")
        # A lab comes after its lesson: its seconds are those of what is new in it.
        loads[name] = Load(context, f"{address}notebooks/{name}", None if name.endswith("-lab.html") else SLOW_LINE)
        context.close()
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
    """The measure itself: a style sheet of known size is found on the line, once."""
    context = browser.new_context()
    load = Load(context, f"{address}_static/styles/pydata-sphinx-theme.css")
    again = Load(context, f"{address}_static/styles/pydata-sphinx-theme.css")
    context.close()
    assert 50 < load.kb < 90 and again.kb < 5, (load.kb, again.kb)
