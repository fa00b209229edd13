"""What a reader must be able to see of any live figure, on a page of the tests and in the book."""

OPEN_ALL = """document.querySelectorAll('article details').forEach(d => d.open = true);
    document.querySelectorAll('.ir-waits button').forEach(b => b.closest('.ir-waits') && b.click())"""
"""Opens every fold and makes every prediction of a page."""

HIDDEN_WIDTH = """(selector) => [...document.querySelectorAll(selector)]
    .filter((e) => e.checkVisibility() && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .map((e) => e.textContent.trim().slice(0, 60))"""
"""The beginnings of what is wider than its box shows."""

SMALLEST_LETTER = 11
"""Pixels on a phone."""

SMALL = """([least, root]) => {
  // The rest of a letter that is raised or lowered may be smaller; its letter may not.
  const size = (text) => Math.max(...[text, ...text.querySelectorAll("tspan")].filter((e) => [...e.childNodes].some((n) => n.data?.trim()))
    .map((e) => parseFloat(getComputedStyle(e).fontSize))), found = [];
  const weigh = (text, scale) => size(text) * scale < least && found.push([text.textContent.trim(), size(text) * scale]);
  const room = document.body.appendChild(document.createElement("div"));
  room.style = "position: fixed; contain: strict; width: 0; height: 0"; // so that the page is not laid out again for each,
  const alone = room.attachShadow({ mode: "open" }); // and its styles and theirs are not mixed
  const seen = (e) => e.textContent.trim() && e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  for (const text of root.querySelectorAll("svg text")) if (seen(text)) weigh(text, Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b));
  for (const image of root.querySelectorAll("img[src^='data:image/svg']")) if (image.checkVisibility()) {
    const source = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
    const svg = alone.appendChild(new DOMParser().parseFromString(source, "image/svg+xml").documentElement);
    for (const text of svg.querySelectorAll("text")) if (text.textContent.trim()) weigh(text, image.width / svg.viewBox.baseVal.width);
    svg.remove();
  }
  room.remove();
  return found;
}"""


def small_letters(page, root="article"):
    """What stands in pictures in letters too small for a phone: the words and their pixels."""
    return page.evaluate(SMALL, [SMALLEST_LETTER - 0.05, page.query_selector(root)])


CROSSED = """() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }), found = [];
  const drawn = (e) => { const { stroke, strokeWidth, strokeOpacity } = getComputedStyle(e); return stroke !== "none" && parseFloat(strokeWidth) > 0 && strokeOpacity > 0.2; };
  for (const svg of document.querySelectorAll("article svg")) {
    const words = [...svg.querySelectorAll("text")].filter((e) => e.textContent.trim() && seen(e)).map((e) => [e, e.getBoundingClientRect()]);
    for (const line of svg.querySelectorAll("path, line, polyline")) {
      const there = line.getClientRects().length && seen(line) && !line.closest("defs") && drawn(line), points = [];
      const long = there ? line.getTotalLength() : 0, place = line.getScreenCTM();
      const clip = svg.querySelector(line.closest("[clip-path]")?.getAttribute("clip-path").slice(4, -1) || "none")?.firstElementChild.getBBox();
      for (let at = 0; at < long; at += Math.max(1, long / 4000)) {
        const point = line.getPointAtLength(at), inside = !clip || (point.x - clip.x) * (clip.x + clip.width - point.x) >= 0 && (point.y - clip.y) * (clip.y + clip.height - point.y) >= 0;
        if (inside) points.push(point.matrixTransform(place));
      }
      for (const [word, { left, right, top, bottom }] of points.length ? words : []) {
        // Letters with a halo, drawn after the line, break it.
        if (getComputedStyle(word).paintOrder.startsWith("stroke") && line.compareDocumentPosition(word) & 4) continue;
        const third = (bottom - top) / 3;
        if (points.filter(({ x, y }) => x > left + 1 && x < right - 1 && y > top + third && y < bottom - third).length > 2)
          found.push([svg.closest("[data-name]")?.dataset.name, word.textContent.trim(), line.id || line.className.baseVal]);
      }
    }
  }
  return found;
}"""


def crossed_words(page):
    """Words in the pictures of a page that a line runs through: the figure, the words, the line."""
    return page.evaluate(CROSSED)


def assert_readable_without_scripts(root):
    """Where no script runs, a picture and words remain, and no control that does nothing."""
    picture = root.locator("img")
    assert picture.is_visible() and picture.bounding_box()["height"] > 100
    assert root.locator(".ir-still").is_visible()
    assert not root.locator("input").first.is_visible()


def assert_fits_a_phone(root):
    """On a phone 390 wide nothing of it sticks out."""
    root.locator("svg[role=img]").wait_for()
    for part in root.locator("svg[role=img], .ir-result, .ir-sliders, input").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
