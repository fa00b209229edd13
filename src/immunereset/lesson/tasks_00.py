"""Tasks of lesson 00, Start here."""

from .task import Task


def effectors_after_ten_years(k: float) -> float:
    """Return the effectors of the reference patient ten years after conditioning to depth `k`, cells/µL."""
    from immunereset.engine import YEAR, simulate
    from immunereset.models.interventions import transplant
    from immunereset.models.patients import reference_patient
    from immunereset.models.tolerance import tolerance

    return simulate(tolerance, 10 * YEAR, transplant(k=k), start=reference_patient()).final["E"]


TASKS = [
    Task(
        id="00-ten-years",
        prompt=(
            "One week of conditioning to a depth of 2.5 logs. How many effectors does the reference patient have "
            "ten years later?"
        ),
        unit="cells/µL",
        decimals=3,
        tolerance=0.004,
        compute=lambda: effectors_after_ten_years(2.5),
        hint="Set the depth k to 2.5 and read the effectors E at the right-hand end of the curve, at ten years.",
        feedback={
            (lambda: effectors_after_ten_years(2.4)): (
                0.05,
                "That is the course at a depth of 2.4, just below the threshold. Move the depth to 2.5.",
            ),
            (lambda: effectors_after_ten_years(0.0)): (
                0.05,
                "That is the course without conditioning (k = 0). Move the depth to 2.5.",
            ),
        },
    ),
]
