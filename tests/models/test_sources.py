"""Every parameter says where its value comes from, and a paper it names is in the bibliography."""

import re

import pytest

from immunereset.evidence import cite
from immunereset.evidence.references import entries
from immunereset.models import interventions
from immunereset.models.homeostasis import depletion, homeostasis
from immunereset.models.one_box import one_box, stepped_box
from immunereset.models.relapses import relapses
from immunereset.models.tolerance import tolerance

PARAMETERS = [
    *(q for model in (tolerance, one_box, stepped_box, homeostasis, relapses) for q in model.parameters.values()),
    *(
        q
        for make in (
            interventions.infection,
            interventions.drug,
            interventions.transplant,
            interventions.selective_depletion,
            interventions.effector_depletion,
            interventions.treg_infusion,
            depletion,
        )
        for q in make().parameters.values()
    ),
]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda q: q.symbol)
def test_parameters_have_a_source(parameter):
    assert parameter.source and parameter.unit and parameter.meaning
    plain = re.sub(r"Blood \d{4};\d+:\d+", "", parameter.source)
    if re.search(r"\b(19|20)\d\d\b", plain):
        assert any(cite(key) in plain for key in entries())
