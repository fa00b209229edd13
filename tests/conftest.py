"""What tests share: the repository, the built book, a browser, and pages that may ask no other host.

A browser test takes `visit`:

    def test_opens(book_address, visit):
        seen = visit(book_address + "index.html")
        assert seen.page.title()
        assert seen.refused == [] and seen.errors == []

`book_address` runs the test twice, over http and over file://. `serve(folder)` gives an http address for any other
folder. Without a browser, or without a built book, such tests are skipped with the line that mends it;
IMMUNERESET_REQUIRE_BROWSER=1 turns those skips into failures. IMMUNERESET_BROWSER names a Chromium to use.
"""

import contextlib
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The shell is the same browser without windows; it opens a page in five sixths of the time.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A second wall behind the refusals counted below: no name but the local server's resolves.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def pytest_itemcollected(item):
    """Mark the tests that open a browser, for pytest's `-m`."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the files with such tests first: when tests run on several cores, none should begin a long file last."""
    slow = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter):
    """Show the budgets of the lessons, if they were tested."""
    reports = (one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind))
    if any("test_budgets" in one.nodeid for one in reports):
        from tests.book.test_budgets import table

        terminalreporter.section("lessons and their budgets (* over)")
        for line in table():
            terminalreporter.write_line(line)


def _unavailable(sentence):
    if os.environ.get("IMMUNERESET_REQUIRE_BROWSER", "") not in ("", "0"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def root():
    """The top folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked_files():
    """Every file that git tracks; skipped where there is no git or no repository (a downloaded archive)."""
    command = ["git", "ls-files", "-z"]
    listing = shutil.which("git") and subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if not listing or listing.returncode:
        pytest.skip("This test reads the list of files from git, which is not here.")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def built_book():
    """The folder of the built book, `_build/html`."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").is_file():
        _unavailable("The book is not built: run `make book` (or `python make.py book`) first.")
    return folder


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for the whole session (Playwright's synchronous interface)."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        named = os.environ.get("IMMUNERESET_BROWSER")
        installed = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
        own = playwright.chromium.executable_path
        path = named or next(iter(installed), own)
        if not Path(path).is_file():
            missing = f"IMMUNERESET_BROWSER names {named}, which is no file" if named else "No Chromium found"
            _unavailable(f"{missing}. Get one with: {sys.executable} -m playwright install --with-deps chromium")
        flags = list(CHROMIUM_FLAGS)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses to start its sandbox as root (containers, CI).
        chromium = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        yield chromium
        chromium.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Keep requests out of the test report."""


@pytest.fixture(scope="session")
def serve():
    """`serve(folder)` gives an http address on this machine, ending in a slash, for the files in `folder`."""
    servers = {}

    def start(folder):
        folder = str(Path(folder).resolve())
        if folder not in servers:
            handler = functools.partial(_Quiet, directory=folder)
            servers[folder] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=servers[folder].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_port}/"

    yield start
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session", params=["http", "file"])
def book_address(request, built_book, serve):
    """Address of the built book, ending in a slash; a test that takes it runs over http and over file://."""
    return serve(built_book) if request.param == "http" else built_book.as_uri() + "/"


@dataclass
class Visit:
    """An open page, the requests to other hosts that were refused, and the errors the page raised or logged."""

    page: object
    refused: list = field(default_factory=list)
    errors: list = field(default_factory=list)


class Windows:
    """Browser contexts, each lent to one visit at a time. While a page of the book is open, the next opens in half the
    time, so a page stays until its successor is there. That finds nothing of it: what it stored is cleared, what it was
    allowed is taken back, and its size, colours and scripts are its own."""

    def __init__(self, browser):
        self.browser, self.free = browser, {}

    @contextlib.contextmanager
    def visit(self, address, script="", **options):
        """A visit as the fixture `visit` describes it, until the end of the block."""
        own = re.match(r"https?://[^/]+/|file:", address)
        if own is None:
            raise ValueError(f"visit() was given {address!r}; it opens file:// and http:// addresses.")
        free = self.free.setdefault(json.dumps(options, sort_keys=True), [])
        context = free.pop() if free else self.browser.new_context(service_workers="block", **options)
        before, page = context.pages, context.new_page()
        seen = Visit(page)
        origins = "|".join(("data:", "blob:", "about:", re.escape(own.group())))

        def refuse(route):
            seen.refused.append(route.request.url)
            route.abort()

        def refuse_socket(socket):
            seen.refused.append(socket.url)
            socket.close()

        page.route(re.compile(f"^(?!{origins})"), refuse)
        page.route_web_socket(re.compile(""), refuse_socket)
        if script:
            page.add_init_script(script)
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and seen.errors.append(line.text))
        page.goto(address)
        for one in before:
            one.close()
        yield seen
        stored = {"origin": "*", "storageTypes": "all"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
        context.clear_permissions()
        free.append(context)


@pytest.fixture(scope="session")
def windows(browser):
    """`with windows.visit(address, **context) as seen:`, for a fixture that ends a visit earlier than `visit_once`."""
    return Windows(browser)


def _visits(windows):
    with contextlib.ExitStack() as visits:
        yield lambda address, **context: visits.enter_context(windows.visit(address, **context))


@pytest.fixture
def visit(windows):
    """`visit(address, **context)` opens a page that may load files and its own server, and nothing else.

    `script` is JavaScript that runs before the page's own. Other keyword arguments go to Playwright's `new_context`:
    viewport={"width": 390, "height": 844}, color_scheme="dark", java_script_enabled=False, reduced_motion="reduce", ...
    """
    yield from _visits(windows)


@pytest.fixture(scope="module")
def visit_once(windows):
    """As `visit`, and the page stays open for all tests of a module: a lesson is slow to open."""
    yield from _visits(windows)
