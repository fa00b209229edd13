"""A live figure in JupyterLab: in a notebook one trusts it moves, by keyboard too; in any other its picture remains."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from nbformat.sign import NotebookNotary

import make
from tests.live.film.test_tissue import view as tissue
from tests.live.stage.test_stage import reset_stage
from tools import lessons


@pytest.fixture(scope="module")
def lab(tmp_path_factory, figures, cohorts):
    """The address of a JupyterLab whose folder holds notebooks run before and saved, all trusted but `untrusted.ipynb`."""
    folder, private = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("jupyter")
    places = dict.fromkeys(["JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "HOME"], str(private))
    make.settle_jupyter(private)
    settings = private / "share" / "jupyter" / "lab" / "settings"
    places |= {"IPYTHONDIR": str(private / "ipython"), "JUPYTERLAB_SETTINGS_DIR": str(private / "user-settings")}
    (private / "ipython").mkdir()
    shutil.copytree(private / "etc" / "ipython", private / "ipython" / "profile_default")
    for path in lessons.lessons():
        shutil.copy(path, folder)
    shown = {"trusted": [figures["reset"]], "untrusted": [figures["reset"]], "seed": [figures["grafts"], tissue()]}
    shown |= {"cohort": [cohorts["reset-cohort"]], "stage": [reset_stage()]}
    for name, all_shown in shown.items():
        bundles = [one._repr_mimebundle_() for one in all_shown]
        outputs = [nbformat.v4.new_output("display_data", bundle) for bundle in bundles]
        cell = nbformat.v4.new_code_cell(f"# {name}", execution_count=1, outputs=outputs)
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
        nbformat.write(notebook, folder / f"{name}.ipynb")
        if name != "untrusted":
            notary = NotebookNotary(data_dir=str(private))
            notary.sign(nbformat.read(folder / f"{name}.ipynb", 4))
            notary.store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token=", "--allow-root",
               f"--LabApp.app_settings_dir={settings}", f"--ServerApp.root_dir={folder}"]  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", *options]
    with open(private / "lab.log", "w") as log:
        server = subprocess.Popen(command, env=os.environ | places, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}api", timeout=2).close()
            break
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, (private / "lab.log").read_text()
            time.sleep(0.25)
    yield address
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def opened(visit, lab, name):
    seen = visit(f"{lab}lab/workspaces/{name}/tree/{name}.ipynb", viewport={"width": 1300, "height": 1500})
    root = seen.page.locator("[class~=ir-drawn]")
    root.wait_for(timeout=60_000)
    return seen, root


def test_a_trusted_notebook_is_live_without_running_it(lab, visit, figure_on_page, figures):
    seen, root = opened(visit, lab, "trusted")
    root.locator("svg[role=img]").wait_for(timeout=10_000)
    figure = figure_on_page(root, figures["reset"])
    slider = root.locator("input").first
    for _ in range(200):  # JupyterLab may take the focus for its first cell: press again.
        if slider.input_value() == "40":
            break
        slider.press("ArrowLeft")
    figure.settle()
    assert figure.shown()["k"] == 2.0
    assert figure.distance() < 0.5
    assert figure.sentence() == figures["reset"].kind.sentence(figures["reset"].specification.values | {"k": 2.0})
    # `visit` refuses all sockets, so no kernel has been reached; nothing else was asked for elsewhere.
    assert {url.split("/api/")[0] for url in seen.refused} <= {lab.replace("http", "ws").rstrip("/")}


def test_a_cohort_has_its_worker_threads(lab, visit, figure_on_page, cohorts):
    seen, root = opened(visit, lab, "cohort")
    live = cohorts["reset-cohort"]
    root.locator("svg[role=img]").wait_for(timeout=10_000)
    figure = figure_on_page(root, live)
    figure.settle()
    assert figure.sentence() == live.sentence and figure.distance() < 0.5
    assert any(worker.url.startswith("blob:") for worker in seen.page.workers)
    root.locator(".ir-next").click()
    figure.settle()
    assert figure.sentence() == live.kind.sentence(live.specification.values, 2)


def test_a_stage_opens_without_giving_its_prediction_away(lab, visit):
    page = visit(f"{lab}lab/workspaces/stage/tree/stage.ipynb", viewport={"width": 1300, "height": 1500}).page
    root = page.locator("figure.ir-stage")
    root.locator(".ir-cards").wait_for(timeout=60_000)
    assert root.locator(".ir-result").inner_text() == "It is active.\nChoose."
    assert not root.locator(".ir-main").is_visible() and not root.locator(".ir-data td", has_text=".").count()
    told = root.inner_text() + " ".join(one.get_attribute("aria-label") or "" for one in root.locator("svg").all())
    assert "back on day" not in told and "It is not gone" not in told
    root.locator(".ir-cards input").first.check()
    root.locator(".ir-go").click()
    root.locator(".ir-result", has_text="It is back on day 30.").wait_for(timeout=30_000)


def test_an_untrusted_notebook_keeps_picture_and_words(lab, visit, figures):
    _, root = opened(visit, lab, "untrusted")
    picture = root.locator("img")
    assert picture.get_attribute("alt") == f"{figures['reset'].alt} {figures['reset'].sentence}"
    assert picture.bounding_box()["height"] > 100
    assert root.locator(".ir-result").inner_text() == figures["reset"].sentence


def test_seed_and_film_take_the_keys_that_jupyterlab_would_take(lab, visit, figure_on_page, figures):
    """Digits and Enter go to the seed, arrows and the space bar to the film, and none to the notebook."""
    seen, root = opened(visit, lab, "seed")
    root.locator("svg[role=img]").wait_for(timeout=10_000)
    figure, field = figure_on_page(root, figures["grafts"]), root.locator(".ir-seed")
    for _ in range(20):  # JupyterLab may take the focus for its first cell: type again.
        field.focus()
        for key in ["Control+a", "1", "2", "Enter"]:
            seen.page.keyboard.press(key)
        if figure.seed() == 12:
            break
    figure.settle()
    assert figure.sentence().startswith("Seed 12: ") and figure.distance() < 0.5
    one, says = seen.page.locator("[class~=ir-tissue]"), "document.querySelector('.ir-tissue .ir-result').textContent"
    one.locator(".ir-time").focus()
    seen.page.keyboard.press("Home")
    seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_function(f"{says}.startsWith('Day 1: ')")
    one.locator(".ir-end").focus()
    seen.page.keyboard.press("Space")
    seen.page.wait_for_function(f"{says}.startsWith('○ It stops')")
    assert seen.page.locator(".jp-Notebook .jp-CodeCell").count() == 1


FIRST, *OTHERS = [path.stem for path in lessons.lessons()]


@pytest.mark.parametrize("name", [FIRST, OTHERS[-1]])
def test_a_notebook_that_is_opened_is_not_changed_and_brings_no_news(lab, browser, name):
    """With its kernel, which `visit` would refuse."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    elsewhere = []
    page.on(
        "request",
        lambda asked: elsewhere.append(asked.url) if not asked.url.startswith((lab, "data:", "blob:")) else None,
    )
    page.goto(f"{lab}lab/workspaces/{name}/tree/{name}.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)  # what the kernel says of itself may come a moment later
    assert page.locator(".lm-TabBar-tab.lm-mod-current").count()
    assert page.locator(".jp-mod-dirty").count() == 0
    assert page.get_by_text("official Jupyter news").count() == 0 and elsewhere == []
    page.close()
