"""The implicit method of compiled cohorts: the coefficients of RODAS 4(3), and the Jacobian of a traced model.

It is a Rosenbrock method, L-stable, and solves one linear system six times a step. Coefficients: Hairer and Wanner,
"Solving Ordinary Differential Equations II", section VI.4.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from immunereset.engine.operations import OPERATIONS
from immunereset.engine.trace import Node, Trace

GAMMA = 0.25
NODES = np.array([0.0, 0.386, 0.21, 0.63, 1.0, 1.0])
TIMES = np.array([0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0])
STAGES = [
    np.array([]),
    np.array([1.544]),
    np.array([0.9466785280815826, 0.2557011698983284]),
    np.array([3.314825187068521, 2.896124015972201, 0.9986419139977817]),
    np.array([1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950]),
    np.array([1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0]),
]
CARRIED = [
    np.array([]),
    np.array([-5.6688]),
    np.array([-2.430093356833875, -0.2063599157091915]),
    np.array([-0.1073529058151375, -9.594562251023355, -20.47028614809616]),
    np.array([7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160]),
    np.array([8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054]),
]
BEND = np.array([10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662, 0.0])
FOLD = np.array([-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872, 0.0])


def jacobian(traced: Trace) -> dict[tuple[int, int], Node]:
    """Return the derivative of each state's rate of change by each state, as nodes of the same graph.

    The keys are (row of the state that changes, column of the state that it depends on); derivatives that are
    0 everywhere are left out. At a bend of `np.minimum`, `np.maximum`, `np.abs` or `np.where` it is the
    derivative on one of the two sides.
    """
    found = {}
    for column, symbol in enumerate(traced.states):
        slope = _slope_by(traced.graph.symbol("state", symbol))
        for row, node in enumerate(traced.derivatives.values()):
            if (derivative := slope(node)) is not None:
                found[row, column] = derivative
    return found


def _slope_by(variable: Node) -> Callable[[Node], Node | None]:
    """Return a function that differentiates nodes by `variable`; None stands for 0."""
    graph = variable.graph
    known: dict[int, Node | None] = {variable.index: graph.lift(1.0)}

    def slope(node: Node) -> Node | None:
        if node.index not in known:
            is_leaf = node.op in ("constant", "symbol")
            known[node.index] = None if is_leaf else OPERATIONS[node.op].slope(node, [slope(a) for a in node.args])
        return known[node.index]

    return slope
