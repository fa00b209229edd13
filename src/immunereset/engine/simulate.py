"""One patient: SciPy's solver, restarted at every event and discontinuity."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from .errors import RunError, negative
from .model import Model
from .protocol import Protocol, Schedule
from .run import Run, check_points

SLACK = 100
"""Tolerances by which a daily flow may lie below 0, as a share of what it moves: states are exact to a tolerance."""


def simulate(
    model: Model, until: float, protocol: Protocol | None = None, *, start=None, points=None,
    rtol: float = 1e-8, atol: float = 1e-10, method: str = "LSODA", **changes: float,
) -> Run:  # fmt: skip
    """Run `model` from day 0 to day `until` and return a `Run`.

    `changes` are parameter values of the model or the protocol, in their units; `start` is a dict of state values, a
    run whose final state to go on from, or None for the model's own start; `points` are the days to report, shape
    (times,) (default: 401 evenly spaced days, the solver's own steps between them, and each event's day twice).
    `method`, `rtol` and `atol` go to `scipy.integrate.solve_ivp`, whose LSODA (Petzold 1983) changes to an implicit
    method where the model is stiff.

    Raises `ModelError` for anything given that is not allowed and for a flow that is negative on a reported day,
    `RunError` if the solver stops early or leaves the range in which populations are finite and not negative.
    """
    values = model.values(changes, protocol, patients=1)
    schedule = Schedule(model, protocol, values, until, 1)
    doubled = points is None
    grid = np.linspace(0.0, schedule.until, 401) if doubled else check_points(points, schedule.until)
    y = model.start_vector(start)
    times, states, inputs = [], [], []

    def record(t, values_at):
        times.append(np.atleast_1d(t))
        states.append(values_at.reshape(len(y), -1))
        inputs.append(schedule.inputs(times[-1], np.repeat(active, times[-1].size, axis=1)))

    def with_events(day):
        if doubled and day in event_days:
            record(day, y)
        return schedule.apply_events(np.array([day]), y[:, None])[:, 0]

    edges = np.unique(schedule.breaks)
    event_days = set(schedule.days.ravel())
    active = schedule.active(np.array([edges[1] / 2]))
    for begin, end in zip(edges[:-1], edges[1:]):
        y = with_events(begin)
        active = schedule.active(np.array([(begin + end) / 2]))
        inside = grid[(grid >= begin) & (grid < end)]
        solution = _solve(model, schedule, active, y, begin, end, method, rtol, atol)
        if doubled:
            inside = np.union1d([*inside, *event_days.intersection([begin])], solution.t[1:-1])
        if inside.size:
            record(inside, checked(model, solution.sol(inside), atol))
        y = checked(model, solution.y[:, -1], atol)
    y = with_events(schedule.until)
    if grid[-1] == schedule.until:
        record(schedule.until, y)
    t, y, driven = np.concatenate(times), np.concatenate(states, axis=1), np.concatenate(inputs, axis=1)
    check_flows(model, t, y, values, driven, rtol)
    return Run(model, t, y, values, lambda: driven)


def _solve(model, schedule, active, y, begin, end, method, rtol, atol):
    """Integrate one segment; return SciPy's solution with its steps and its interpolant."""
    # Loaded when it is needed: it would triple the time of importing the engine.
    from scipy.integrate import solve_ivp

    names, symbols = list(model.states), list(model.inputs)
    varying = any(active[i, 0] for i in schedule.decaying)
    held = schedule.held(active)
    values = SimpleNamespace(**schedule.values)
    state = SimpleNamespace()

    def set_inputs(t):
        values.__dict__.update(zip(symbols, schedule.inputs(t, active, held=held)[:, 0].tolist()))

    def right_hand_side(t, y):
        if varying:
            set_inputs(t)
        # Plain floats are several times cheaper than NumPy scalars in the author's function.
        y = y.tolist()
        state.__dict__.update(zip(names, y))
        try:
            return model._sum_flows(t, state, values, y)
        except ArithmeticError as fault:
            raise RunError(
                f"The flows of '{model.name}' cannot be computed near day {t:g}: {fault.args[-1]}."
            ) from fault

    set_inputs(begin)
    solution = solve_ivp(right_hand_side, (begin, end), y, method=method, dense_output=True, rtol=rtol, atol=atol)
    if not solution.success:
        reached = solution.t[-1] if solution.t.size else begin
        raise RunError(
            f"The run of '{model.name}' stopped near day {reached:g} of {schedule.until:g}: {solution.message}"
        )
    return solution


def check_flows(model: Model, t: np.ndarray, y: np.ndarray, values: Mapping, inputs: np.ndarray, rtol: float) -> None:
    """Refuse a run in which a flow is negative on one of the days `t`, by more than the tolerance explains.

    `y` has shape (states, times) or (states, times, patients), `inputs` the same for the inputs, and `t` (times,) or
    (times, 1). Raises `ModelError` with the flow, the day and the value.
    """
    states, known = dict(zip(model.states, y)), values | dict(zip(model.inputs, inputs))
    with np.errstate(all="ignore"):
        flows = model.flows(t, SimpleNamespace(**states), SimpleNamespace(**known))
    for name, flow in flows.items():
        rate = np.broadcast_to(flow.rate, y.shape[1:])
        if (rate < 0).any():
            size = np.max([np.abs(x).max(axis=0) for x in (rate, *(states[s] for s in flow.moves))], axis=0)
            if (below := rate < -SLACK * rtol * size).any():
                place = tuple(np.argwhere(below)[0])
                raise negative(model.name, name, f" ({rate[place]:.3g} on day {t.ravel()[place[0]]:g})")


def checked(model: Model, y: np.ndarray, atol: float) -> np.ndarray:
    """Return `y`, shape (states, ...), with rounding below zero set to 0 in place.

    Raises `RunError` if a value is truly negative or not finite.
    """
    lowest, highest = y.min(), y.max()
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise RunError(f"A state of '{model.name}' became infinite or not a number.")
    if lowest < -1e3 * atol - 1e-6 * max(highest, -lowest):
        worst = list(model.states)[int(np.argmin([row.min() for row in y]))]
        raise RunError(f"The state {worst} of '{model.name}' became negative ({lowest:.3g}).")
    if lowest < 0:
        np.maximum(y, 0.0, out=y)
    return y
