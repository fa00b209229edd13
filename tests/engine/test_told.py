"""Models, protocols, cohorts and runs are told in a line, and in a notebook as a small table."""

import numpy as np
from bs4 import BeautifulSoup

from immunereset.engine import Cohort, Protocol, simulate, simulate_cohort
from tests.engine.small_models import bolus, decay, infusion, sir


def test_models_runs_cohorts_and_protocols_are_told_in_a_line():
    assert repr(sir) == "Model 'sir': states S, I, Rec; 2 parameters"
    assert repr(decay) == "Model 'decay': state A; 1 parameter; input u"
    assert repr(simulate(decay, 10, bolus)) == "Run of 'decay', day 0 to 10: A from 1 to 2.37 mg"
    cohort = Cohort(3, lam=np.array([0.1, 0.2, 0.3]))
    assert repr(cohort) == "Cohort of 3 patients, each with lam"
    assert repr(Cohort(1)) == "Cohort of 1 patient"
    assert repr(simulate_cohort(decay, cohort, 10)) == "Run of 'decay', 3 patients, day 0 to 10: A from 1 to 0.135 mg"
    assert repr(bolus + infusion) == "Protocol: course u from day 5; event bolus on day 10 (bolus_day)"
    assert repr(Protocol()) == "Protocol: nothing is done"


def test_notebooks_show_models_and_runs_as_small_tables():
    page = BeautifulSoup(sir._repr_html_(), "html.parser")
    assert page.caption.text == repr(sir)
    assert [cell.text for cell in page.find_all("th", scope="row")] == ["S", "I", "Rec"]
    run = BeautifulSoup(simulate_cohort(sir, Cohort(2, beta=np.array([0.3, 0.5])), 60)._repr_html_(), "html.parser")
    assert run.caption.text == "Run of 'sir', 2 patients, day 0 to 60: medians"
    assert [cell.text for cell in run.find_all("th", scope="col")] == ["state", "day 0", "day 60", "unit"]
    assert [cell.text for cell in run.tbody.tr.find_all("td")][0] == "0.99"
