"""The browser fixtures do what others rely on: pages open, and a request to another host is refused and counted."""

import pytest

PAGE = """<!doctype html><title>Trial page</title>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><script src="own.js"></script>
<script>fetch("http://other.invalid/data.json").catch(() => document.body.dataset.refused = "yes")</script>"""


@pytest.fixture(params=["http", "file"])
def trial_address(request, tmp_path, serve):
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "own.js").write_text("window.own = 1")
    return (serve(tmp_path) if request.param == "http" else tmp_path.as_uri() + "/") + "page.html"


def test_other_hosts_are_refused_and_counted(trial_address, visit):
    seen = visit(trial_address)
    seen.page.wait_for_selector("body[data-refused=yes]")
    assert seen.page.title() == "Trial page"
    assert seen.page.evaluate("window.own") == 1
    assert seen.refused == ["http://other.invalid/data.json"]


def test_sockets_are_refused_and_counted(trial_address, visit):
    seen = visit(trial_address)
    seen.page.evaluate("new Promise(done => new WebSocket('ws://other.invalid/').onclose = done)")
    assert "ws://other.invalid/" in seen.refused


def test_errors_on_the_page_are_collected(trial_address, visit):
    seen = visit(trial_address)
    seen.page.evaluate("setTimeout(() => { throw new Error('a fault on the page') })")
    seen.page.wait_for_timeout(100)
    assert any("a fault on the page" in error for error in seen.errors)


def test_an_address_of_another_kind_is_refused(visit):
    with pytest.raises(ValueError, match="file:// and http://"):
        visit("page.html")


def test_a_test_that_opens_a_browser_is_marked(request, visit):
    assert request.node.get_closest_marker("browser")


def test_any_other_test_is_not(request):
    assert not request.node.get_closest_marker("browser")


def test_a_page_finds_nothing_of_the_page_before_it(trial_address, windows):
    size = {"width": 300, "height": 200}
    for _ in range(2):
        with windows.visit(trial_address, script="window.mine = 1", viewport=size) as seen:
            page = seen.page
            assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]") == [0, 0, 0]
            assert page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [300, False]
            page.evaluate("localStorage.kept = sessionStorage.kept = document.cookie = 'kept=1'")
            page.set_viewport_size({"width": 500, "height": 500})
            page.emulate_media(color_scheme="dark")
            page.context.grant_permissions(["geolocation"])
    with windows.visit(trial_address, viewport=size) as seen:
        assert seen.page.context is page.context
        assert seen.page.evaluate("window.mine") is None
        assert (
            seen.page.evaluate("navigator.permissions.query({name: 'geolocation'}).then((p) => p.state)") != "granted"
        )


def test_two_visits_at_once_share_nothing(trial_address, visit):
    one, other = visit(trial_address), visit(trial_address)
    one.page.evaluate("localStorage.kept = 1")
    assert other.page.evaluate("localStorage.length") == 0


def test_a_worker_asks_no_other_host_either(trial_address, visit):
    seen = visit(trial_address)
    seen.page.evaluate("""new Promise((done) => {
        const asks = "fetch('http://other.invalid/w.json').catch(() => postMessage(0))";
        new Worker(URL.createObjectURL(new Blob([asks]))).onmessage = done;
    })""")
    assert "http://other.invalid/w.json" in seen.refused
