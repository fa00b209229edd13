"""Questions of lesson 00, Start here."""

from .task import Task


def effectors_after_ten_years(k: float) -> float:
    """Return the effectors of the reference patient ten years after conditioning to depth `k`, cells/µL."""
    from immunereset.engine import YEAR, simulate
    from immunereset.models.interventions import transplant
    from immunereset.models.patients import reference_patient
    from immunereset.models.tolerance import tolerance

    return simulate(tolerance, 10 * YEAR, transplant(k=k), start=reference_patient()).final["E"]


QUESTIONS = [
    Task(
        id="00-ten-years",
        prompt=(
            "One week of treatment to a depth of 2.8 logs. How many effectors does the simulated patient have "
            "ten years later?"
        ),
        unit="cells/µL",
        decimals=3,
        tolerance=0.001,
        compute=lambda: effectors_after_ten_years(2.8),
        hint=(
            "Set the depth k to 2.8. The sentence under the figure gives the effectors E after ten years; "
            "round them to three decimals."
        ),
        feedback={
            (lambda: effectors_after_ten_years(2.5)): (
                0.001,
                "That is the number for a depth of 2.5, which the lesson has printed. Move the depth to 2.8.",
            ),
            (lambda: effectors_after_ten_years(2.7)): (
                0.0005,
                "That is the number for a depth of 2.7, one step of the slider too few. Move the depth to 2.8.",
            ),
            (lambda: effectors_after_ten_years(2.9)): (
                0.0005,
                "That is the number for a depth of 2.9, one step of the slider too many. Move the depth to 2.8.",
            ),
            (lambda: effectors_after_ten_years(2.4)): (
                0.05,
                "That is the course at a depth of 2.4, just below the threshold. Move the depth to 2.8.",
            ),
            (lambda: effectors_after_ten_years(0.0)): (
                0.05,
                "That is the course without treatment (k = 0). Move the depth to 2.8.",
            ),
        },
    ),
]
