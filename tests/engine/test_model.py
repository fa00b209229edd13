"""Every refusal is a sentence that names what was given and what is allowed."""

from dataclasses import replace

import numpy as np
import pytest

from immunereset.engine import (
    Cohort,
    Course,
    Event,
    Input,
    Model,
    ModelError,
    Parameter,
    Protocol,
    RunError,
    Slider,
    State,
    gain,
    loss,
    simulate,
    simulate_cohort,
    simulate_noisy,
    threshold,
    thresholds,
)
from tests.engine.small_models import bolus, decay, infusion, sir, switch


def one_state(flows, **observables):
    parameters, inputs = [Parameter("beta", 1.0, "", "")], [Input("dose", "", "")]
    return Model("m", [State("A", 1, "", "")], parameters, flows, inputs, observables)


REFUSALS = {
    "unknown parameter, with the nearest": (
        lambda: simulate(sir, 10, betta=1),
        "no parameter 'betta'.*Did you mean 'beta'",
    ),
    "a Greek letter is its name": (lambda: simulate(sir, 10, **{"β": 1}), "Did you mean 'beta'"),
    "nearest name ignores case": (lambda: simulate(sir, 10, Beta=1), "Did you mean 'beta'"),
    "out of range": (lambda: simulate(sir, 10, beta=-1), r"beta = -1 1/d is outside its allowed range, 0 to 10 1/d"),
    "not a number": (lambda: simulate(sir, 10, beta=np.nan), "beta = nan"),
    "two values for one patient": (lambda: simulate(sir, 10, beta=[0.1, 0.2]), r"beta has shape \(2,\)"),
    "text": (lambda: simulate(sir, 10, beta="fast"), "beta must be a number; 'fast'"),
    "wrong shape": (lambda: simulate_cohort(sir, 3, 10, beta=np.ones(4)), r"shape \(4,\).*\(3,\)"),
    "unknown start": (lambda: simulate(sir, 10, start={"X": 1}), "no state 'X'"),
    "negative start": (lambda: simulate(sir, 10, start={"S": -1}), "start of S is -1"),
    "infinite start": (lambda: simulate(sir, 10, start={"S": np.inf}), "start of S is inf"),
    "start of the wrong shape": (lambda: simulate(sir, 10, start={"S": [1, 2]}), r"shape \(2,\)"),
    "start of the wrong kind": (lambda: simulate(sir, 10, start=[1, 2, 3]), "dict of state values or a run; list"),
    "empty span": (lambda: simulate(sir, 0), "until is the number of days .*, finite and above 0; 0 was given"),
    "endless span": (lambda: simulate(sir, np.inf), "inf was given"),
    "span below 0": (lambda: simulate_noisy(sir, 3, -5, volume=1, seed=1), "-5 was given"),
    "span not a number": (lambda: simulate_cohort(sir, 2, np.nan), "nan was given"),
    "span of two days, as other tools take it": (lambda: simulate(sir, (0, 60)), r"\(0, 60\) was given"),
    "span in words": (lambda: simulate_cohort(sir, 2, "60"), "'60' was given"),
    "no span": (lambda: simulate(sir, None), "None was given"),
    "event outside": (lambda: simulate(decay, 9, bolus), "event 'bolus' is on day 10, outside.*day 9"),
    "course outside": (lambda: simulate(decay, 4, infusion), "course 'u' starts on day 5, outside"),
    "points outside": (lambda: simulate(sir, 10, points=[0, 11]), "day 0 to day 11.*between day 0 and day 10"),
    "points unsorted": (lambda: simulate(sir, 10, points=[2, 1]), "increasing"),
    "unknown observable": (lambda: simulate(sir, 10)["J"], "no state or observable 'J'"),
    "day outside a run": (lambda: simulate(sir, 10).at("S", 11), "Day 11 is outside this run"),
    "unknown input": (lambda: simulate(sir, 10, infusion), "no input 'u'"),
    "clashing symbols": (lambda: bolus + Protocol(Course("u", Parameter("dose", 1.0, "", "x"))), "symbol dose"),
    "protocol reuses a model symbol": (
        lambda: simulate(decay, 10, Protocol(Course("u", Parameter("lam", 1.0, "", "x")))),
        "lam is also a symbol",
    ),
    "not a protocol part": (lambda: Protocol(3), "Course.*Event"),
    "a function for a protocol": (
        lambda: simulate(sir, 10, lambda: bolus),
        "protocol must be a Protocol.*with brackets",
    ),
    "a number for a protocol": (lambda: simulate(sir, 10, 3), "protocol must be a Protocol; 3 was given"),
    "unknown final state": (lambda: simulate(sir, 10).final["s"], "no state 's'. Did you mean 'S'"),
    "effect not a dict": (lambda: simulate(decay, 10, Protocol(Event("e", 1, lambda y, p: y.A))), "must be a dict"),
    "effect on an unknown state": (
        lambda: simulate(decay, 10, Protocol(Event("e", 1, lambda y, p: {"B": 1.0}))),
        "no state 'B'",
    ),
    "event makes a state negative": (
        lambda: simulate(decay, 10, Protocol(Event("e", 1, lambda y, p: {"A": y.A - 5.0}))),
        "'e' made a state negative",
    ),
    "no flows": (
        lambda: Model("m", [State("A", 1, "", "")], []),
        r"flows of 'm' must be a function .*flows\(t, y, p\)",
    ),
    "flows without the day": (
        lambda: one_state(lambda y, p: {}),
        r"flows of 'm' must be a function .*flows\(t, y, p\)",
    ),
    "no flow": (lambda: one_state(lambda t, y, p: {}), "'m' has no flow"),
    "symbol twice": (
        lambda: Model("m", [State("A", 1, "", "")], [Parameter("A", 1.0, "", "")], lambda t, y, p: {}),
        "symbol A twice",
    ),
    "flows not flows": (lambda: Model("m", [State("A", 1, "", "")], [], lambda t, y, p: {"f": 1.0}), "gain"),
    "flow of an unknown state": (
        lambda: Model("m", [State("A", 1, "", "")], [], lambda t, y, p: {"f": gain("B", 1.0)}),
        "flow 'f'.*no state 'B'",
    ),
    "symbol not a name": (
        lambda: Parameter("2k", 1.0, "", ""),
        "'2k' cannot be the symbol of a parameter: .*Python name",
    ),
    "symbol that Python keeps": (
        lambda: Parameter("lambda", 1.0, "", ""),
        "'lambda' cannot be the symbol of a parameter: Python keeps that word; write 'lambda_'",
    ),
    "state not a name": (lambda: State("CD4+", 1.0, "", ""), "'CD4\\+' cannot be the symbol of a state"),
    "state that Python keeps": (lambda: State("is", 1.0, "", ""), "of a state: .*write 'is_'"),
    "input that Python keeps": (lambda: Input("in", "", ""), "of an input: .*write 'in_'"),
    "symbol not a word": (lambda: State(3, 1.0, "", ""), "3 cannot be the symbol of a state"),
    "parameter misspelt in the flows": (
        lambda: one_state(lambda t, y, p: {"f": gain("A", p.bta * y.A)}),
        "'m' reads p.bta, but it has no parameter or input 'bta'. Did you mean 'beta'. Known: beta, dose",
    ),
    "state misspelt in the flows": (
        lambda: one_state(lambda t, y, p: {"f": gain("A", y.Q)}),
        "'m' reads y.Q, but it has no state 'Q'. Known: A",
    ),
    "input misspelt in the flows": (
        lambda: one_state(lambda t, y, p: {"f": gain("A", p.dos)}),
        "'m' reads p.dos, but it has no parameter or input 'dos'. Did you mean 'dose'",
    ),
    "parameter misspelt in an observable": (
        lambda: one_state(lambda t, y, p: {}, total=(lambda t, y, p: p.betta, "", "")),
        "'m' reads p.betta",
    ),
    "parameter misspelt in an event": (
        lambda: simulate(decay, 10, Protocol(Event("e", 1, lambda y, p: {"A": p.lamm}))),
        "event 'e' on 'decay' reads p.lamm, but it has no parameter or input 'lamm'. Did you mean 'lam'",
    ),
    "parameter by its key": (
        lambda: one_state(lambda t, y, p: {"f": gain("A", p["beta"])}),
        r"'m' reads p\['beta'\]; write it with a dot, such as p.beta",
    ),
    "state by its number": (lambda: one_state(lambda t, y, p: {"f": gain("A", y[0])}), r"reads y\[0\].*such as y.A"),
    "states in a dict": (
        lambda: Model("m", {"A": 1.0}, [], lambda t, y, p: {}),
        r"states of 'm' must be a list of State",
    ),
    "parameters that are numbers": (
        lambda: Model("m", [State("A", 1, "", "")], [0.5], lambda t, y, p: {}),
        r"must be a list of Parameter\(...\); \[0.5\] was given",
    ),
    "slider that is none": (
        lambda: Parameter("k", 1.0, "", "", slider=(0, 2, 0.1)),
        r"slider of k is \(0, 2, 0.1\); give Slider",
    ),
    "slider without steps": (lambda: Slider(0, 5, 0), "step must be positive; 0 was given"),
    "slider beyond the allowed range": (
        lambda: Parameter("k", 1.0, "", "", high=2.0, slider=Slider(0, 5, 1)),
        "k = 5 is outside its allowed range",
    ),
    "slider empty": (lambda: Slider(1, 1, 0.1), "empty"),
    "cohort of nobody": (lambda: Cohort(0), "at least 1; 0"),
    "negative variation": (lambda: Cohort.draw(sir, 5, {"beta": -1}, 0), "variation of beta is -1"),
    "variation of an unknown parameter": (lambda: Cohort.draw(sir, 5, {"betta": 0.1}, 0), "no parameter 'betta'"),
    "empty threshold": (lambda: threshold(lambda v: v > 1, 2, 2), "low < high"),
    "grid too coarse": (lambda: threshold(lambda v: v > 1, 0, 2, grid=2), "at least 3 values; 2 was given"),
    "no interval for thresholds": (lambda: thresholds(lambda v: v > 1, 2, 2, 3), "low < high"),
    "too few truths": (
        lambda: thresholds(lambda v: v[:2] > 1, 0, 2, 3),
        r"3 truths for 3 values; it returned bool of shape \(2,\)",
    ),
    "numbers instead of truths": (
        lambda: threshold(lambda v: v - 1.0, 0, 3),
        "holds must return 13 truths for 13 values",
    ),
    "numbers instead of each patient's truth": (
        lambda: thresholds(lambda v: v - 1.0, 0, 3, 2),
        "2 truths for 2 values",
    ),
    "endless threshold": (lambda: threshold(lambda v: v > 1, 0, np.inf), "low < high, both finite"),
    "endless thresholds": (lambda: thresholds(lambda v: v > 1, -np.inf, 2, 3), "low < high, both finite"),
    "a threshold finer than numbers are": (lambda: threshold(lambda v: v > 1.2, 0, 5, 1e-17), "finer than numbers"),
    "thresholds finer than numbers are": (lambda: thresholds(lambda v: v > 1.2, 0, 5, 2, 1e-17), "finer than numbers"),
    "no single threshold": (lambda: threshold(lambda v: np.abs(v) > 1, -3, 3), "changes more than once"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    action, message = REFUSALS[case]
    with pytest.raises(ModelError, match=message) as refused:
        action()
    assert str(refused.value).endswith(".")


def test_a_run_is_read_in_brackets():
    run = simulate(sir, 10)
    for name, example in (("I", "I"), ("infected", "S")):
        with pytest.raises(
            AttributeError, match=rf"no attribute '{name}'.* such as run\['{example}'\]; known: S, I, R"
        ):
            getattr(run, name)
    assert not hasattr(run, "shape")


def test_a_model_with_other_flows_is_a_replacement():
    slow = replace(decay, flows=lambda t, y, p: {"decay": loss("A", p.lam * y.A / 2)})
    assert simulate(slow, 10).final["A"] == pytest.approx(np.exp(-0.5), rel=1e-6)
    with pytest.raises(ModelError, match="must be a list of State"):
        replace(decay, states={"A": 1.0})


def test_a_parameter_may_be_called_size():
    model = Model(
        "m", [State("A", 1, "", "")], [Parameter("size", 1.0, "", "")], lambda t, y, p: {"f": loss("A", p.size * y.A)}
    )
    final = simulate_cohort(model, Cohort(2, size=np.array([0.1, 0.2])), 10).final["A"]
    assert final == pytest.approx(np.exp([-1.0, -2.0]), rel=1e-4)


def test_a_run_that_blows_up_says_so():
    model = Model("boom", [State("A", 1.0, "", "a")], [], lambda t, y, p: {"growth": gain("A", y.A**2)})
    with pytest.raises(RunError, match="'boom'"):
        simulate(model, 10)
    with pytest.raises(RunError, match="'boom'"):
        simulate_cohort(model, 2, 10)


def test_a_state_driven_below_zero_is_refused():
    model = Model("drain", [State("A", 1.0, "", "a")], [], lambda t, y, p: {"drain": gain("A", -1.0 + 0.0 * y.A)})
    with pytest.raises(RunError, match="A of 'drain' became negative"):
        simulate(model, 10)


@pytest.mark.parametrize("run", [simulate, lambda m, until, **more: simulate_cohort(m, 3, until, **more)])
def test_a_flow_that_turns_negative_is_refused(run):
    """Growth up to 1 as one flow: negative as soon as A is above 1, although A itself never is."""
    model = Model(
        "logistic", [State("A", 0.5, "", "a")], [Parameter("r", 1.0, "1/d", "", low=-1.0)],
        lambda t, y, p: {"growth": gain("A", p.r * (1.0 - y.A))},
    )  # fmt: skip
    message = r"flow 'growth' of 'logistic' is negative \(-0.368 on day 1\); split"
    with pytest.raises(ModelError, match=message):
        run(model, 2, start={"A": 2.0}, points=[1.0, 2.0])
    assert run(model, 40, points=[30.0, 40.0])["A"] == pytest.approx(1.0)
    with pytest.raises(ModelError, match="'growth'"):
        run(model, 0.5, r=-1.0)


def test_a_flow_is_looked_at_in_patients_and_on_days_of_their_own():
    model = Model(
        "pushed", [State("A", 1.0, "", "a")], [], lambda t, y, p: {"push": gain("A", 1.0 - p.u), "loss": loss("A", 0.1 * y.A)},
        inputs=[Input("u", "", "push")],
    )  # fmt: skip
    days = np.array([3.0, np.inf, 5.0])
    harmless, harmful = (Protocol(Course("u", level, days, 2.0)) for level in (1.0, 1.25))
    simulate_cohort(model, 3, 10, harmless)
    with pytest.raises(ModelError, match="flow 'push' of 'pushed' is negative \\(-0.25 on day 3\\);"):
        simulate_cohort(model, 3, 10, harmful)
    with pytest.raises(ModelError, match="flow 'push' of 'pushed' is negative \\(-0.25 on day 3\\);"):
        simulate(model, 10, Protocol(Course("u", 1.25, 3.0, 2.0)))


def test_thresholds_answer_for_every_patient():
    own = np.array([1.234, 9.0, -1.0, 0.001, 4.999])
    found = thresholds(lambda v: v > own, 0, 5, 5, 1e-4)
    assert found == pytest.approx([1.234, np.inf, 0.0, 0.001, 4.999], abs=1e-4)


def test_threshold_answers():
    assert threshold(lambda v: v > 1.234, 0, 5, 1e-4) == pytest.approx(1.234, abs=1e-4)
    assert threshold(lambda v: v > 9, 0, 5) == np.inf
    assert threshold(lambda v: v > -1, 0, 5) == 0


def test_switch_is_a_model_with_defaults():
    assert switch.defaults == {"b": 0.02, "c": 0.45} and switch.start == {"x": 0.1}
