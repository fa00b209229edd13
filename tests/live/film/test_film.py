"""Pictures that evolve: what Python packs is what the page plays, by keyboard, for listeners, on paper and on phones.

The films are found on the pages, the tests' own and the book's; nobody names them.
"""

import base64
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from py_mini_racer import MiniRacer

from immunereset.live.film.film import outline, pack
from immunereset.live.kind import SHELL
from immunereset.live.page import runtime_source, text_of
from tests.live.film.figures import ALT, CLASSES, film, front

SMALLEST_LETTER = 9.0


def told(number, counts):
    return f"On day {number}, </script> & {counts['dead']} are dead."


def test_frames_come_back_from_the_page_as_they_went_in():
    v8, rng = MiniRacer(), np.random.default_rng(1)
    v8.eval(
        "var bytes; const KINDS = {}, atob = (t) => String.fromCharCode(...bytes);"
        + text_of("film/outline.js")
        + text_of("film/page.js")
    )
    for shape, kinds in [((1, 1, 1), 2), ((5, 9, 14), 3), ((3, 200, 200), 5), ((4, 3, 3), 256)]:
        frames = rng.integers(0, kinds, shape).astype(np.uint8)
        frames[-1] = frames[0]
        packed = pack(frames, kinds)
        v8.eval(f"bytes = {list(base64.b64decode(packed))};") if len(packed) < 1e5 else None
        if len(packed) >= 1e5:
            continue
        found = json.loads(v8.eval(f"JSON.stringify(unpack('', {frames[0].size}, {kinds}).map((f) => [...f]))"))
        assert (np.array(found).reshape(frames.shape) == frames).all()
        for kind in range(kinds):
            drawn = v8.eval(f"outline(unpack('', {frames[0].size}, {kinds})[0], {kind}, {shape[2]}, 4)")
            assert drawn == outline(frames[0], kind, 4)


def test_an_outline_by_hand():
    assert outline(np.array([[1, 1, 0], [0, 0, 1]]), 1, 4) == "M0 0h8v4h-8zM8 4h4v4h-4z"


def test_what_a_reader_gets():
    one = film(sentence=told)
    bundle = one._repr_mimebundle_()
    assert bundle["text/plain"] == f"Playable figure front [{one.digest}]: On day 3, </script> & 18 are dead."
    html = bundle["text/html"]
    assert html.endswith("</figure>") and html.count("</script") == 1 and "<style" in html
    assert f'alt="{ALT} On day 3, &lt;/script&gt; &amp; 18 are dead."' in html
    assert "The picture shows day 3." in html and html.count('<th scope="row"') == 12
    assert bundle == film(sentence=told)._repr_mimebundle_() and len(html) - len(runtime_source(SHELL)) < 20_000
    forbidden = "eval( Function( import( fetch( XMLHttpRequest @import url(http autoplay".split()
    assert [word for word in forbidden if word in html] == []


def test_without_a_sentence_the_cells_are_counted():
    assert film().kind.sentences[3] == "Day 3: 90 healthy, 18 inflamed & <hot>, 18 dead."
    assert film().kind.table().rows[3] == ["day 3", "90", "18", "18"]


def test_some_frames_are_left_out_and_the_last_is_kept():
    one = film(each=4, step="hour", still=-1)
    assert one.kind.steps == ["hour 0", "hour 4", "hour 8", "hour 11"] and one.kind.first == 3
    assert one.kind.sentences[1].startswith("Hour 4: ")


def test_the_digest_follows_what_is_shown():
    digests = {
        film().digest,
        film(each=2).digest,
        film(still=0).digest,
        film(frames=front(11)).digest,
        film(pace=3).digest,
    }
    digests.add(film(classes=CLASSES | {"dead": "#332013"}).digest)
    assert len(digests) == 6 and film(caption="Another.").digest == film().digest


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"frames": front()[0]}, r"the shape \(9, 14\); it must be \(frames, rows, columns\)"),
        ({"frames": front() + 1}, "whole numbers from 0 to 2, one a class"),
        ({"frames": front() - 0.5}, "whole numbers from 0 to 2"),
        ({"frames": front(1)}, "has 1 frames to show; give 2 to 400"),
        ({"frames": np.zeros((401, 1, 1))}, "has 401 frames to show"),
        ({"frames": np.random.default_rng(0).integers(0, 3, (60, 81, 81))}, "letters; at most 250000 fit"),
        ({"classes": {"healthy": "#EDE8DF"}}, "at least two classes"),
        ({"classes": CLASSES | {"dead": "black"}}, "The colour of 'dead' must look like '#C68100'; 'black' was given"),
        ({"classes": CLASSES | {"dead": "#C68101"}}, "nearly as light as each other"),
        ({"each": 0}, "each is 0"),
        ({"still": 12}, "cannot show the frame 12 first: it has 12"),
        ({"pace": 30}, "cannot be played at 30 frames a second"),
        ({"name": "a b"}, "name"),
    ],
)
def test_refusals(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        film(**change)


@pytest.fixture(params=["own page", "book"])
def films_on_pages(request, own_page, tmp_path, visit):
    """`films_on_pages(**context)` opens each page with films in turn and gives (what was seen, its films)."""
    if request.param == "own page":
        pages = [own_page(tmp_path, film(sentence=told, pace=2), film(name="other", still=-1, frames=front(3), pace=2))]
    else:
        folder = request.getfixturevalue("built_book")
        pages = [file for file in sorted(folder.rglob("*.html")) if 'ir-film"' in file.read_text(encoding="utf-8")]

    def opened(**context):
        for file in pages:
            seen = visit(file.as_uri(), **context)
            roots = seen.page.locator("[class~=ir-film]").all()
            assert roots
            yield seen, roots
            seen.page.close()

    return opened


STATE = """(root) => { const find = (name) => root.querySelector(name), slider = find(".ir-time"), svg = find("svg");
    return [Number(slider.value), find(".ir-result").textContent, slider.getAttribute("aria-valuetext"),
        [...svg.querySelectorAll("path")].map((path) => path.getAttribute("d")),
        svg.getAttribute("aria-label"), find(".ir-play output").textContent]; }"""


def state(root):
    """What a reader sees and hears at one moment: (frame, sentence, the slider's words, the picture)."""
    frame, sentence, words, picture, alt, output = root.evaluate(STATE)
    assert alt.endswith(sentence) and len(alt) > len(sentence) + 40 and output == words
    return frame, sentence, words, picture


def press(root, name, key="Enter"):
    root.locator(f".ir-{name}").focus()
    root.page.keyboard.press(key)


def test_it_waits_and_is_stepped_by_the_keyboard(films_on_pages):
    for seen, roots in films_on_pages():
        for root in roots:
            root.locator("svg[role=img]").wait_for()
            still = state(root)
            seen.page.wait_for_timeout(400)
            assert state(root) == still, "It plays by itself."
            last = int(root.locator(".ir-time").get_attribute("max"))
            press(root, "begin")
            assert state(root)[0] == 0
            press(root, "back")
            assert state(root)[0] == 0
            frames = [state(root)]
            for step in range(1, min(last, 5) + 1):
                press(root, "forward", "Space")
                assert state(root)[0] == step
                frames.append(state(root))
            assert len({str(frame[3]) for frame in frames}) > 1 and len({frame[2] for frame in frames}) == len(frames)
            press(root, "back")
            assert state(root) == frames[-2]
            press(root, "time", "End")
            assert state(root)[0] == last
            press(root, "forward")
            assert state(root)[0] == last
            press(root, "time", "ArrowLeft")
            assert state(root)[0] == last - 1
            press(root, "time", "Home")
            assert state(root) == frames[0]
            assert root.locator(".ir-result").get_attribute("aria-busy") == "false"
        assert seen.errors == [] and seen.refused == []


def test_it_plays_in_silence_pauses_and_stops_at_the_end(films_on_pages):
    for seen, roots in films_on_pages():
        for root in roots:
            last, run, result = (
                int(root.locator(".ir-time").get_attribute("max")),
                *(root.locator(f".ir-{name}") for name in ("run", "result")),
            )
            press(root, "time", "End")
            press(root, "run")
            assert state(root)[0] < last and run.locator("span").inner_text() == "Pause"
            assert result.get_attribute("aria-busy") == "true"
            seen.page.wait_for_function("(root) => root.irFrame > 0", arg=root.element_handle())
            if last > 5:
                press(root, "run")
                paused = state(root)
                assert run.locator("span").inner_text() == "Play" and result.get_attribute("aria-busy") == "false"
                seen.page.wait_for_timeout(500)
                assert state(root) == paused and paused[0] < last
            press(root, "time", "End")
            press(root, "back")
            press(root, "run")
            seen.page.wait_for_function("([root, last]) => root.irFrame === last", arg=[root.element_handle(), last])
            assert run.locator("span").inner_text() == "Play" and result.get_attribute("aria-busy") == "false"


SECOND_FRAME = """(root) => new Promise((done) => {
    let frames = 0, began = 0;
    new MutationObserver(() => { if (++frames === 2) done(performance.now() - began); })
        .observe(root.querySelector(".ir-result"), { childList: true, characterData: true, subtree: true });
    began = performance.now();
    root.querySelector(".ir-run").click(); })"""


def test_who_wants_little_motion_gets_a_frame_a_second(films_on_pages):
    for motion in ("reduce", "no-preference"):
        for _, roots in films_on_pages(reduced_motion=motion):
            press(roots[0], "begin")
            slow = roots[0].evaluate(SECOND_FRAME) > 1900
            assert slow or motion == "no-preference"


def test_axe_finds_nothing(films_on_pages):
    for scheme in ("light", "dark"):
        for seen, roots in films_on_pages(color_scheme=scheme):
            roots[0].locator("svg[role=img]").wait_for()
            found = Axe().run(seen.page, context="[class~=ir-film]").response["violations"]
            assert found == [], [(v["id"], v["nodes"][0]["html"]) for v in found]


def test_without_javascript_a_picture_and_its_words_remain(films_on_pages):
    for _, roots in films_on_pages(java_script_enabled=False):
        for root in roots:
            picture, sentence = root.locator("img"), root.locator(".ir-result").inner_text()
            assert picture.is_visible() and picture.bounding_box()["height"] > 100
            assert picture.get_attribute("alt").endswith(sentence) and sentence
            assert root.locator(".ir-still").is_visible() and not root.locator("button").first.is_visible()
            assert root.locator("details table").count() == 1


def test_on_a_phone_it_fits_and_fingers_find_it(films_on_pages):
    letters = """(root) => { const svg = root.querySelector("svg"), scale = svg.getScreenCTM().a;
        return [...svg.querySelectorAll("text")].map((t) => scale * parseFloat(getComputedStyle(t).fontSize)); }"""
    inside = """(root) => { const svg = root.querySelector("svg"), edge = svg.getBoundingClientRect().right;
        return [...svg.querySelectorAll("text")].every((t) => t.getBoundingClientRect().right <= edge); }"""
    for seen, roots in films_on_pages(viewport={"width": 390, "height": 844}):
        for root in roots:
            root.locator("svg[role=img]").wait_for()
            for part in root.locator("svg, .ir-result, .ir-play, button:visible, input").all():
                box = part.bounding_box()
                assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] >= 24
            assert min(root.evaluate(letters)) >= SMALLEST_LETTER and root.evaluate(inside)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_shows_the_present_frame_and_no_buttons(films_on_pages):
    for seen, roots in films_on_pages():
        press(roots[0], "begin")
        press(roots[0], "forward")
        seen.page.emulate_media(media="print")
        assert roots[0].locator("svg[role=img]").is_visible() and not roots[0].locator("button").first.is_visible()
        assert roots[0].locator(".ir-result").inner_text() and not roots[0].locator(".ir-play").is_visible()
        assert state(roots[0])[0] == 1


def test_the_still_picture_is_the_page_s(own_page, tmp_path, visit):
    """The picture that Python draws and the first that the page draws have the same outlines."""
    one = film(still=5)
    seen = visit(own_page(tmp_path, one).as_uri())
    still = re.findall(r'<path id="[^"]*" fill="[^"]*" d="([^"]*)"', one.svg)
    assert len(still) == 2 and state(seen.page.locator("[class~=ir-film]"))[3] == still


def test_two_films_on_a_page_do_not_share_anything(own_page, tmp_path, visit):
    seen = visit(own_page(tmp_path, film(), film(name="other")).as_uri())
    first, second = seen.page.locator("[class~=ir-film]").all()
    before = state(second)
    press(first, "forward")
    assert state(second) == before and state(first)[0] == 4
    ids = seen.page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids)) and seen.page.evaluate("Object.keys(ImmuneReset).length") == 2
