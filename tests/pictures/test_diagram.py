"""The flow diagram shows the edges that the model has, in picture, words and table."""

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from immunereset.engine import Flow, Model, Parameter, State, arrive, gain
from immunereset.pictures import diagram, network
from immunereset.pictures.diagram.drawing import BRACKET
from immunereset.pictures.diagram.layout import LEANS, lay_out, reaches
from immunereset.pictures.diagram.network import ends
from tests.pictures.small_models import epidemic, package_models


def edges(graph, kind):
    return {(a.removeprefix("flow:"), b.removeprefix("flow:")): data.get("sign") for a, b, data in graph.edges(data=True)
            if data["kind"] == kind}  # fmt: skip


def test_edges_of_a_small_model():
    graph = network(epidemic())
    assert set(edges(graph, "moves")) == {
        ("birth", "S"), ("S", "infection"), ("infection", "I"), ("I", "recovery"), ("recovery", "R"), ("I", "death"),
    }  # fmt: skip
    assert edges(graph, "influences") == {("R", "birth"): 1, ("I", "infection"): 1, ("mask", "infection"): -1}


def crowd():
    """Two states share a space; the second is raised by the first when scarce and lowered when plentiful."""

    def flows(t, y, p):
        total = y.a + y.b
        full = total / p.K
        return {
            "crowding of a": Flow(p.d * y.a * full, {"a": -1.0}),
            "crowding of b": Flow(p.d * y.b * full, {"b": -1.0}),
            "growth of b": gain("b", p.g * y.a / (1 + y.a**2)),
        }

    return Model(
        name="crowd",
        states=[State("a", 1.0, "–", "first"), State("b", 2.0, "–", "second")],
        parameters=[Parameter("K", 10.0, "–", "space"), Parameter("d", 0.1, "1/d", "rate"), Parameter("g", 1.0, "1/d", "growth")],
        flows=flows,
    )  # fmt: skip


def test_shared_quantities_become_hubs_and_signs_may_be_mixed():
    graph = network(crowd())
    assert [node for node, data in graph.nodes(data=True) if data["kind"] == "hub"] == ["full"]
    assert edges(graph, "influences") == {
        ("a", "full"): 1, ("b", "full"): 1, ("full", "crowding of a"): 1, ("full", "crowding of b"): 1,
        ("a", "growth of b"): 0,
    }  # fmt: skip
    picture = diagram(crowd(), name="00-crowd", caption="A crowd.")
    assert "a raises or lowers growth of b." in picture.alt
    assert picture.rows[-1] == ["growth of b", "outside", "b", "g*a/(1 + a**2)", "a", "a"]


def test_a_feedback_of_a_state_on_itself_can_be_shown():
    model = package_models()["homeostasis"]
    assert edges(network(model), "influences") == {("T", "thymic output"): 1}
    graph = network(model, show=["fullness"])
    assert edges(graph, "influences") == {
        ("T", "thymic output"): 1, ("N", "fullness"): 1, ("fullness", "crowding"): 1,
    }  # fmt: skip
    assert "fullness raises crowding (N)." in diagram(model, name="00-a", caption="A.", show=["fullness"]).alt
    with pytest.raises(ValueError, match="^homeostasis computes nothing called 'room'; it names fullness.$"):
        network(model, show=["room"])


def test_a_line_between_two_cards_of_one_column_bulges_into_the_lane():
    """Also if it ends on a bracket, a little way from the card."""
    near, far = (reaches(0.0, 0.0, across, 1.0, LEANS[0]) for across in (0.0, BRACKET))
    assert near == far and near[0] > 2 * BRACKET


def test_inputs_beside_neighbouring_rows_do_not_touch():
    from immunereset.pictures.diagram.drawing import draw

    model = package_models()["neutrophils"]
    graph = network(model)
    boxes = [
        patch.get_bbox()
        for patch in draw(graph, lay_out(model, graph)).axes[0].patches
        if hasattr(patch, "get_boxstyle")
    ]
    assert len(boxes) >= len(model.states) + len(model.inputs)
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)


def test_the_tolerance_model_has_its_two_loops():
    signs = edges(network(package_models()["tolerance"]), "influences")
    assert signs["E", "A"] == 1 and signs["A", "division of E"] == 1
    assert signs["R", "A"] == -1 and signs["epsilon", "A"] == -1 and signs["I", "A"] == 1
    assert signs["E", "crowding of R"] == -1 and signs["omega", "division of R"] == -1
    assert {a for a, b in signs if b == "fullness"} == {"N", "R", "M", "E"}


@pytest.mark.parametrize("name", ["epidemic", *package_models()])
def test_words_and_table_tell_every_flow_and_influence(name):
    model = {"epidemic": epidemic(), **package_models()}[name]
    picture = diagram(model, name="00-flows", caption="Flows.")
    graph = network(model)
    flows = [data["name"] for _, data in graph.nodes(data=True) if data["kind"] == "flow"]
    assert [row[0] for row in picture.rows] == flows
    lowered = picture.alt.lower()
    for flow in flows:
        assert flow.lower() in lowered or flow.lower().rsplit(" of ", 1)[0] in lowered, flow
    for symbol, state in model.states.items():
        assert f"{symbol}, {state.meaning}" in picture.alt
    for node, data in graph.nodes(data=True):
        if data["kind"] == "input":
            assert f"{node}, {model.inputs[node].meaning}" in picture.alt
        if data["kind"] == "hub":
            assert re.search(rf"Computed on the way: [^.]*\b{node}\b", picture.alt)
    for (source, target), sign in edges(graph, "influences").items():
        verb = {1: "raises", -1: "lowers", 0: "raises or lowers"}[sign]
        assert any(s.startswith(f"{source} {verb} ") and target in s for s in picture.alt.split(". ")), (source, target)
    page = BeautifulSoup(picture.html, "html.parser")
    assert [th.text for th in page.select("thead th")] == ["flow", "from", "to", "rate", "raised by", "lowered by"]
    assert len(page.select("tbody tr")) == len(flows)
    drawn = "".join(ET.fromstring(picture.svg).itertext())
    for flow in flows:
        assert flow in drawn or flow.rsplit(" of ", 1)[0] in drawn


def test_only_what_moves():
    picture = diagram(epidemic(), name="00-flows", caption="Flows.", influences=False)
    assert "raises" not in picture.alt and "mask" not in picture.svg + picture.alt
    assert picture.columns == ["flow", "from", "to", "rate"]
    assert "Infection turns S into I." in picture.alt


@pytest.mark.parametrize("name", ["epidemic", *package_models()])
def test_nothing_overlaps(name):
    model = {"epidemic": epidemic(), **package_models()}[name]
    layout = lay_out(model, network(model))
    cards = list(layout.cards.values())
    for one, other in itertools.combinations(cards, 2):
        apart = one.top - one.height >= other.top or other.top - other.height >= one.top
        assert one.column != other.column or apart
    assert all(0 < card.top - card.height and card.top < layout.height for card in cards)
    levels = sorted(layout.hubs.values())
    assert all(high - low >= 0.34 for low, high in itertools.pairwise(levels))


def test_text_stays_inside_its_card():
    from immunereset.pictures.diagram.drawing import draw
    from immunereset.pictures.diagram.layout import CARD

    for model in [epidemic(), *package_models().values()]:
        graph = network(model)
        layout = lay_out(model, graph)
        fig = draw(graph, layout)
        fig.draw_without_rendering()
        inside = set()
        for text in fig.axes[0].texts:
            box = text.get_window_extent().transformed(fig.dpi_scale_trans.inverted())
            assert 0 <= box.x0 and box.x1 <= layout.width and 0 <= box.y0 and box.y1 <= layout.height, text.get_text()
            for left in (layout.left, layout.right):
                if left < (box.x0 + box.x1) / 2 < left + CARD and box.y0 > 0.4:
                    assert left < box.x0 and box.x1 < left + CARD, text.get_text()
                    inside.add(text.get_text())
        assert len(inside) >= len(model.states)


def test_places_can_be_given():
    model = epidemic()
    layout = lay_out(model, network(model), {"S": (1, 0), "I": (0, 0), "R": (0, 1)})
    assert [layout.cards[s].column for s in "SIR"] == [1, 0, 0]
    assert layout.cards["I"].top > layout.cards["R"].top
    with pytest.raises(
        ValueError, match=r"^A layout gives each state of epidemic \(S, I, R\) a place \(column, row\) of its own, "
    ):
        lay_out(model, network(model), {"S": (0, 0), "I": (0, 0), "R": (1, 1)})


def test_refusals():
    with pytest.raises(ValueError, match=r"^Figure 00-flows has no caption; say in a sentence what it shows\.$"):
        diagram(epidemic(), name="00-flows", caption="")
    odd = Model(
        name="odd",
        states=[State("a", 1.0, "–", "first"), State("b", 1.0, "–", "second")],
        parameters=[],
        flows=lambda t, y, p: {"split": Flow(y.a, {"a": -1.0, "b": +2.0})},
    )
    with pytest.raises(
        ValueError, match="^The flow 'split' of odd is no gain, loss or move; a diagram cannot draw it.$"
    ):
        network(odd)


def test_groups_that_arrive_are_drawn_with_the_mean_number_of_their_cells():
    model = Model(
        name="quay",
        states=[State("a", 1.0, "–", "waiting")],
        parameters=[Parameter("often", 2.0, "1/d", "groups a day", "toy value")],
        flows=lambda t, y, p: {"arrival": arrive("a", p.often, size=100.0)},
    )
    graph = network(model)
    assert str(graph.nodes["flow:arrival"]["rate"]) == "100*often" and ends(graph, "flow:arrival") == (None, "a")
    assert "a gains by arrival" in diagram(model, name="00-quay", caption="A quay.").html


def test_same_picture_from_another_process():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.pictures.test_diagram import crowd, diagram\n"
        "print(diagram(crowd(), name='00-crowd', caption='A crowd.').html, end='')"
    )
    root = str(Path(__file__).parents[2])
    outcome = subprocess.run([sys.executable, "-c", script, root], capture_output=True, check=True, timeout=120)
    assert outcome.stdout.decode() == diagram(crowd(), name="00-crowd", caption="A crowd.").html
