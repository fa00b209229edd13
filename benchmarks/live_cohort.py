"""How soon a cohort in the built book answers a move of its slider: `python -m benchmarks.live_cohort` after `make book`.

Opens every page of `_build/html` that has one, as a file and in a browser without a window, moves the first slider from
end to end and back, one step at a time, and prints for each figure: milliseconds from the move to the first picture and
to the picture of all patients (quickest, median, nine tenths), how many patients the first picture knew, and the processor time of
the browser for a move. Measure on a quiet machine: the goal is a first picture at once, and everything within 100 ms.
"""

import shutil
import statistics
import sys
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html"
WHOLE = "(root) => root.irMoves.at(-1).drawn.at(-1)?.[0] === {patients}"


def main():
    from playwright.sync_api import sync_playwright

    pages = [page for page in sorted(BOOK.rglob("*.html")) if "irMoves" in page.read_text(encoding="utf-8")]
    if not pages:
        sys.exit("No page of the built book has a cohort: run `make book` first.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for page in pages:
            measure(chromium, page)
        chromium.close()


def processor_time(chromium):
    """Seconds that the processes of the browser have worked."""
    session = chromium.new_browser_cdp_session()
    return sum(process["cpuTime"] for process in session.send("SystemInfo.getProcessInfo")["processInfo"])


def measure(chromium, file):
    """Measure every cohort on one page and print what was found."""
    page = chromium.new_page(viewport={"width": 1300, "height": 1400})
    page.goto(file.as_uri())
    page.wait_for_timeout(2000)
    for root in page.locator("[class~=ir-drawn]").all():
        if not root.evaluate("(root) => Boolean(root.irMoves)"):
            continue
        page.wait_for_function("(root) => root.irTold > 0", arg=root.element_handle())
        patients = root.evaluate("(root) => root.irMoves[0].drawn.at(-1)[0]")
        slider = root.locator("input[type=range]").first
        slider.focus()
        page.keyboard.press("Home")
        page.wait_for_timeout(1000)
        steps, before = int(slider.get_attribute("max")), processor_time(chromium)
        for key in ["ArrowRight"] * steps + ["ArrowLeft"] * steps:
            page.keyboard.press(key)
            page.wait_for_function(WHOLE.format(patients=patients), arg=root.element_handle())
        worked = 1000 * (processor_time(chromium) - before) / (2 * steps)
        moves = root.evaluate("(root) => root.irMoves.map((move) => move.drawn)")[-2 * steps :]
        first, whole = [move[0] for move in moves], [move[-1][1] for move in moves]
        known, soon = zip(*first)
        print(
            f"{root.get_attribute('data-name')}: {patients} patients, {2 * steps} moves; first picture "
            f"({statistics.median(known):.0f} patients) after {min(soon):.0f}, median {statistics.median(soon):.0f} ms; "
            f"all after {min(whole):.0f}, median {statistics.median(whole):.0f}, nine tenths within "
            f"{statistics.quantiles(whole, n=10)[-1]:.0f} ms; "
            f"processor {worked:.0f} ms a move"
        )
    page.close()


if __name__ == "__main__":
    main()
