"""Questions of lesson 02, Tolerance, and how it is lost."""

import math
from functools import cache

from .task import Task


@cache
def least_push() -> float:
    """Return the effectors from which a healthy person falls ill, cells/µL."""
    from immunereset.engine import threshold
    from immunereset.models.onset import ends_ill, push

    return threshold(lambda E: ends_ill(push(), E_0=E), 0.0, 4.0, 0.002)


@cache
def shortest_infection(K_R: float) -> float:
    """Return the days from which on an infection of strength 10 leaves a lasting disease."""
    from immunereset.engine import threshold
    from immunereset.models.interventions import infection
    from immunereset.models.onset import ends_ill

    return threshold(lambda days: ends_ill(infection(), I_0=10.0, infection_days=days, K_R=K_R), 1.0, 42.0, 0.02)


@cache
def saddle(symbol: str) -> float:
    """Return the value of a state in the unstable steady state."""
    from immunereset.engine import steady_states
    from immunereset.models.tolerance import tolerance

    return next(s for s in steady_states(tolerance, "E", (1e-3, 1e3)) if not s.stable).state[symbol]


QUESTIONS = [
    Task(
        id="02-push",
        prompt=(
            "A healthy person is given effectors, once. What is the smallest number from which the disease starts? "
            "On the page, take the first step of the slider that does it."
        ),
        unit="cells/µL",
        decimals=2,
        tolerance=0.03,
        compute=least_push,
        hint="Look for two neighbouring steps of the slider, one that fades and one that ignites.",
        feedback={
            1.6: (0.005, "That is the last step that fades. The first step that ignites is the next one."),
            2.0: (0.005, "That is the level above which this book calls the disease active. It is a convention and "
                         "not the threshold: the disease starts from fewer effectors."),
            (lambda: saddle("E")): (
                0.03,
                "Those are the effectors of the unstable steady state. There, memory is high as well; a healthy "
                "person has hardly any memory and needs a larger push.",
            ),
        },
    ),
    Task(
        id="02-shortest",
        prompt=(
            "The brake is normal (K_R = 10) and the infection has strength 10. "
            "Of how many whole days is the shortest infection that leaves a lasting disease?"
        ),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=lambda: math.ceil(shortest_infection(10.0)),
        hint="Move only the length of the infection, one day at a time, and watch the sentence under the figure.",
        feedback={
            11: (0.2, "An infection of 11 days fades, if only just. Try one more day."),
            10: (0.2, "Ten days fade: that was the harmless infection of the lesson. Go on from there."),
            14: (0.2, "Fourteen days leave the disease, and so does a shorter infection. Go down day by day."),
        },
    ),
    Task(
        id="02-weak-brake",
        prompt=(
            "Now the brake is weak (K_R = 16) and the infection still has strength 10. "
            "Of how many whole days is the shortest infection that leaves a lasting disease?"
        ),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=lambda: math.ceil(shortest_infection(16.0)),
        hint="Set K_R to 16 and the strength to 10, then move the length of the infection one day at a time.",
        feedback={
            12: (0.2, "That is the answer for the normal brake, K_R = 10. Set K_R to 16 first."),
            6: (0.2, "An infection of 6 days fades. Try one more day."),
        },
    ),
]  # fmt: skip
