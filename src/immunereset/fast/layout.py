"""What is written anew for each compiled model: where its quantities lie, and the functions that its flows decide.

Compiled code holds patients side by side in lanes of one array `w`, a row of `LANES` numbers for each quantity, so that
every loop over lanes is a vector instruction. The names here are those of a model's constants, with the values of the
smallest model there is, of one state, one input and one value computed from parameters; `codegen.compose` replaces
them. A row is named by the place of its first lane; a quantity with several rows, such as the states, by its first row.
"""

LANES = 32
"""Patients side by side, for every model: a multiple of every vector's length, so that no lane is left over."""

STATES = INPUTS = FIXED = FLOWS = EVENTS = QUIETS = 1
"""How many states, inputs, values fixed for a patient, flows, flows drawn at random and flows without noise there are."""

LOWEST, HIGHEST = (0.0,), (1.0,)
"""The limits of each input."""

VARIES = False
"""Whether the slope reads the day."""

NOISY, QUIET = (0,), (0,)
"""The numbers of the flows drawn at random, and of those without noise."""

# In each lane: the day, the step hoped for and the step taken, the day of the next stop, the day of the step's end, the
# day of the stage; the error as a share of the tolerance, the same within bounds, a guess of its root, the factor of the
# next step; then states, states and slope of the stage, and inputs that are held.
T, HOPE, H, STOP, END, TIME, NORM, ROOT, GUESS, FACTOR, Y, STAGE, SLOPE, HELD = range(0, 14 * LANES, LANES)

# Dormand–Prince: the last term of the interpolant, and the slopes of the stages.
TWIST, K0, K1, K2, K3, K4, K5 = range(14 * LANES, 21 * LANES, LANES)

# RODAS: how the slope changes with the day, the step or an hour, Jacobian, factorised matrix, and moves of the stages.
DRIFT, STEP, JACOBIAN, MATRIX, V0, V1, V2, V3, V4, V5 = range(21 * LANES, 31 * LANES, LANES)

# Runs with noise: the step, the day to go to and the next point ahead; a wait, the sum of flows, a number up to it,
# whether an event happens and which, the most negative flow; then counts, words of random numbers, the first of two
# flows, and sums of flows up to each.
TAU, AFTER, AHEAD, WAIT, TOTAL, TARGET, HAPPENS, CHOSEN, WORST = range(31 * LANES, 40 * LANES, LANES)
X, WORDS, FIRST, UPTO = (LANES * row for row in (40, 41, 45, 46))

# What every model reads: inputs, fixed values, values kept from one loop to the next; then the fixed values of events.
U, P, KEPT, MORE = range(47 * LANES, 51 * LANES, LANES)


def slope(w):
    """Write the rate of each state, or of each flow, to SLOPE, at the states STAGE, the inputs U and the day TIME."""


def jacobian(w):
    """Write the derivatives of the slopes by the states to JACOBIAN, row by row; places that are always 0 stay."""


def stage(w, s):
    """Set the states STAGE and the day TIME of the method's stage `s`."""


def before_last(w, lane, k):
    """Return the state at place `k` as it was in the last stage but one."""


def add_errors(w, rtol, atol):
    """Add up the squared errors of a step in NORM, each as a share of what is tolerated."""


def right(w, s):
    """Write the right side of the linear system of stage `s` to where its move will be."""


def bend_and_fold(w, k):
    """Return the two terms that bend the line between both ends of a step, for the state at place `k`."""


def count_flows(w, volume, per_volume):
    """Write how often each flow happens per day to SLOPE, at the counts STAGE, and the sums of those that are drawn."""


def choose(w):
    """Write to CHOSEN which of the flows drawn happens: the first up to which their sum reaches TARGET."""
