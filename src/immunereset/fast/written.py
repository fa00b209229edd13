"""The functions that a model and a method decide: `kernel` and `noise` write them anew for each. See `rows`."""


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
