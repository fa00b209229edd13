"""Where the quantities of a patient lie, for the smallest model there is: compiled code has the places of its own model.

Compiled code holds patients side by side in lanes of one array `w`, a row of `LANES` numbers for each quantity, so that
every loop over lanes is a vector instruction. A row is named by the place of its first lane; a quantity with several
rows, such as the states, by its first row. `codegen.compose` writes a model's own `sizes`, rows and functions (`written`)
above the functions that use them.
"""

from .sizes import LANES

# In each lane: the day, the step hoped for and the step taken, the day of the next stop, the day of the step's end, the
# day of the stage; the error as a share of the tolerance, the same within bounds, a guess of its root, the factor of the
# next step; then states, states and slope of the stage, and inputs that are held.
T, HOPE, H, STOP, END, TIME, NORM, ROOT, GUESS, FACTOR, Y, STAGE, SLOPE, HELD = range(0, 14 * LANES, LANES)

# Dormand–Prince: the last term of the interpolant, and the slopes of the stages.
TWIST, K0, K1, K2, K3, K4, K5 = range(14 * LANES, 21 * LANES, LANES)

# RODAS: how the slope changes with the day, the step or an hour, Jacobian, factorised matrix, and moves of the stages.
DRIFT, STEP, JACOBIAN, MATRIX, V0, V1, V2, V3, V4, V5 = range(21 * LANES, 31 * LANES, LANES)

# Runs with noise: the step and the day on which its leg began, or the day of the next event or halt; a wait, the sum of
# flows, a number up to it, whether an event happens and which, how many did, the most negative flow, not a number if one
# is not finite.
TAU, BEGIN, AFTER, WAIT, TOTAL, TARGET, HAPPENS, CHOSEN, PAST, WORST = range(31 * LANES, 41 * LANES, LANES)

# Counts, the first of two flows, sums of flows up to each, and four words of 32 bits in the place of two numbers.
X, FIRST, UPTO, WORDS = range(41 * LANES, 45 * LANES, LANES)

# What every model reads: inputs, fixed values, values kept from one loop to the next; then the fixed values of events.
U, P, KEPT, MORE = range(46 * LANES, 50 * LANES, LANES)
