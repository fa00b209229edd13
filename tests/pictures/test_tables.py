"""Tables of parameters and states: every row there, readable by a screen reader and in a terminal."""

import pytest
from bs4 import BeautifulSoup

from immunereset.engine import Course, Parameter, Protocol
from immunereset.pictures import parameter_table, result_table, state_table
from tests.pictures.small_models import epidemic, package_models


def test_parameter_table_as_html():
    page = BeautifulSoup(parameter_table(epidemic()).html, "html.parser")
    table = page.table
    assert table["class"] == ["ir-table"] and table.caption.text == "Parameters of the epidemic model"
    assert [th.text for th in table.select("thead th[scope=col]")] == ["symbol", "value", "meaning and source"]
    heads = table.select("tbody th[scope=row]")
    assert [(head.span.text, head.code and head.code.text) for head in heads] == [
        (r"\(\beta\)", "beta"), (r"\(\gamma\)", "gamma"), (r"\(b\)", None), (r"\(H_{1/2}\)", "half"), (r"\(d\)", None),
    ]  # fmt: skip
    value, meaning = table.select("tbody tr")[1].select("td")
    assert value.text == "0.1 1/d" and meaning.small.text == "a & b" and meaning.contents[0] == "recovery"
    assert BeautifulSoup(state_table(epidemic()).html, "html.parser").select("thead th")[2].text == "meaning"


def test_table_of_results():
    results = result_table(["depth", "overlap"], [["0 logs", "63 %"], [1, "64 %"]], "Overlap")
    table = BeautifulSoup(results.html, "html.parser").table
    assert table.caption.text == "Overlap" and [th.text for th in table.select("tbody th")] == ["0 logs", "1"]
    assert str(results) == "Overlap\ndepth   overlap\n0 logs  63 %\n1       64 %"
    with pytest.raises(ValueError, match="2 columns needs rows of 2 cells"):
        result_table(["depth", "overlap"], [["0 logs"]], "Overlap")


def test_tables_as_text():
    assert str(parameter_table(epidemic(), only=["d", "beta"])) == (
        "Parameters of the epidemic model\n"
        "symbol  value  unit  meaning\n"
        "d       0.01   1/d   death\n"
        "beta    0.002  1/d   infections of a susceptible by an infected"
    )
    assert str(state_table(epidemic())) == (
        "States and inputs of the epidemic model\n"
        "symbol  start  unit    meaning\n"
        "S       90     people  susceptible\n"
        "I       10     people  infected\n"
        "R       0      people  recovered\n"
        "mask    input  –       protection by masks"
    )


def test_protocol_parameters_follow():
    masks = Protocol(Course("mask", level=Parameter("m_0", 0.5, "–", "wearing", high=1.0, latex="m^0")))
    table = parameter_table(epidemic(), protocol=masks)
    assert table.rows[-1] == ["m_0", "0.5", "–", "wearing", ""]
    assert r"\(m^0\)" in table.html
    assert len(parameter_table(epidemic(), only=["m_0"], protocol=masks).rows) == 1


def test_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match=r"^epidemic has no parameter 'betta'; it has beta, gamma, b, half, d\.$"):
        parameter_table(epidemic(), only=["betta"])


PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


@pytest.mark.parametrize("name", package_models())
def test_values_are_shown_exactly(name):
    model = package_models()[name]
    for (symbol, value, *_), parameter in zip(parameter_table(model).rows, model.parameters.values(), strict=True):
        assert symbol == parameter.symbol
        assert float(value.replace(" × 10", "e").translate(PLAIN)) == pytest.approx(parameter.value, rel=1e-6)


def test_bundle():
    bundle = state_table(epidemic())._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/html"].startswith("<style>")
