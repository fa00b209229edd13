r"""The same people twice: yearly steps on a drug, and after a transplantation that kills some at once.

Question
    When is a risk of death now worth a better life later?

In words (a step is a year)
    A person is mildly, moderately or severely ill, or dead. Each year a person may die, more likely the worse the
    illness is; of those who live some get worse by one stage. Transplantation kills a share at once; what it leaves of
    the yearly worsening is `left` until its effect is lost, and then the person goes on as on the drug. A year counts
    as much as the stage in which it begins is worth, less by `discount` for each year before it.

    Each person has one list of numbers between 0 and 1, drawn once: one for the stage at the start, one for the
    transplantation, one for each year. Both lives read the same list, in the same way: the lowest numbers stay or lose
    the effect, higher ones get worse, the highest die. So totals are those of the chain, and who gains depends on this
    sharing of luck, which is our choice.

Sources
    The form is that of decision analyses in medicine; all values are toy values.

Limits
    `LIMITS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from immunereset.engine import Parameter, Slider
from immunereset.trials.lives import Arm, Moves, TwoLives

TOY = "toy value, our choice"

LIMITS = (
    "Constant rates and no ageing: nobody dies of anything else more often at 70 than at 40.",
    "Stages never improve, and nothing but the stage has a value: no infertility, no second disease, no fear.",
    "The drug does no harm, and costs nothing: its own harms are missing.",
    "Who gains depends on luck that both lives share, which is our choice. Totals do not.",
)

STAGES = ("mild", "moderate", "severe")


def _on_the_drug(p) -> Moves:
    moves = {}
    for stage, worse, death in zip(STAGES, (*STAGES[1:], None), (p.d_mild, p.d_moderate, p.d_severe)):
        moves[stage, "dead"] = death
        if worse:
            moves[stage, worse] = (1.0 - death) * p.w
    return moves


def _after_transplantation(p) -> Moves:
    moves = dict(_on_the_drug(p))
    for stage, worse, death in zip(STAGES, (*STAGES[1:], None), (p.d_mild, p.d_moderate, p.d_severe)):
        held, lives, w = f"{stage}, held", 1.0 - death, p.w * p.left
        moves[held, "dead"] = death
        if worse:
            moves[held, stage] = lives * (1.0 - w) * p.lost
            moves[held, f"{worse}, held"] = lives * w * (1.0 - p.lost)
            moves[held, worse] = lives * w * p.lost
        else:
            moves[held, stage] = lives * p.lost
    return moves


def _transplantation(p) -> Moves:
    into = {(stage, f"{stage}, held"): 1.0 - p.deaths for stage in STAGES}
    return into | {(stage, "dead"): p.deaths for stage in STAGES}


def _worth(p) -> Mapping[str, object]:
    return {
        "mild": p.alive + (1.0 - p.alive) * p.v_mild,
        "moderate": p.alive + (1.0 - p.alive) * p.v_moderate,
        "severe": p.alive + (1.0 - p.alive) * p.v_severe,
        "dead": 0.0,
    }


def _share(
    symbol: str, value: float, meaning: str, slider: Slider | None = None, latex: str | None = None
) -> Parameter:
    return Parameter(symbol, value, "–", meaning, TOY, high=1.0, slider=slider, latex=latex)


PARAMETERS = [
    _share("deaths", 0.02, "deaths from transplantation", Slider(0, 0.3, 0.001)),
    _share("w", 0.05, "worsening on the drug, a year", Slider(0.01, 0.15, 0.01)),
    _share("left", 0.15, "what transplantation leaves of the worsening", Slider(0, 1, 0.05)),
    Parameter("years", 30.0, "year", "years that count", TOY, low=1.0, high=60.0, slider=Slider(5, 40, 5)),
    _share("v_severe", 0.25, "value of a severe year", Slider(0, 0.5, 0.05), r"v_{severe}"),
    _share("alive", 0.0, "weight of being alive, whatever the illness", Slider(0, 1, 0.25)),
    _share("lost", 0.04, "loss of the effect, a year", Slider(0, 0.15, 0.01)),
    _share("discount", 0.035, "discount of later years, a year", Slider(0, 0.07, 0.005)),
    _share("v_mild", 0.75, "value of a mild year", latex=r"v_{mild}"),
    _share("v_moderate", 0.55, "value of a moderate year", latex=r"v_{moderate}"),
    _share("d_mild", 0.002, "yearly deaths, mild", latex=r"d_{mild}"),
    _share("d_moderate", 0.005, "yearly deaths, moderate", latex=r"d_{moderate}"),
    _share("d_severe", 0.03, "yearly deaths, severe", latex=r"d_{severe}"),
]

drug_or_transplant = TwoLives(
    states={name: stage for stage in STAGES for name in (f"{stage}, held", stage)} | {"dead": "dead"},
    start={"mild": 0.6, "moderate": 0.4},
    parameters=PARAMETERS,
    arms=(
        Arm("on the drug", lambda p: {}, _on_the_drug),
        Arm("after transplantation", _transplantation, _after_transplantation),
    ),
    worth=_worth,
    question="When is a risk of death now worth a better life later?",
    limits=LIMITS,
)
