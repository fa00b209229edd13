"""The engine's refusals. Each message names what was given and what is allowed."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


class ModelError(ValueError):
    """A model, a protocol or a value given to one of them is not usable."""


class TraceError(TypeError):
    """A model function did something that cannot be turned into an equation."""


class RunError(RuntimeError):
    """A simulation could not be finished; `patient` is the number of the patient it failed on, if it is one."""

    def __init__(self, sentence: str, patient: int | None = None):
        super().__init__(sentence)
        self.patient = patient


def stuck(model: str, day: float, until: float, patient: int) -> RunError:
    """Return the refusal to go on with a patient whose steps have become too small to count."""
    return RunError(
        f"The run of '{model}' stopped on day {day:g} of {until:g} for patient {patient}: "
        "a state grows without bound or is not a number.",
        int(patient),
    )


def endless(model: str, steps: int, patient: int) -> RunError:
    """Return the refusal to go on with a patient that needs too many steps."""
    return RunError(f"The run of '{model}' needs more than {steps} steps for patient {patient}.", int(patient))


def negative(model: str, flow: str, found: str = "") -> ModelError:
    """Return the refusal of a flow whose rate is below 0; `found` says how much, and when, if it is known."""
    return ModelError(f"The flow '{flow}' of '{model}' is negative{found}; split it into a gain and a loss.")


def infinite(model: str, flow: str) -> RunError:
    """Return the refusal of a flow whose rate is not finite."""
    return RunError(f"The flow '{flow}' of '{model}' is not finite.")


def unknown(kind: str, given: str, allowed: Iterable[str], where: str) -> ModelError:
    """Return the refusal of an unknown name, with the nearest known one if there is one."""
    allowed = list(allowed)
    lowered = {name.lower(): name for name in allowed}
    near = difflib.get_close_matches(_spelled(given).lower(), lowered, n=1, cutoff=0.5)
    hint = f" Did you mean '{lowered[near[0]]}'?" if near else ""
    return ModelError(f"{where} has no {kind} '{given}'.{hint} Known: {', '.join(allowed) or 'none'}.")


def _spelled(name: str) -> str:
    """Return the name with its Greek letters in Latin ones, as parameters are spelled: theta for θ."""
    words = [unicodedata.name(letter, "").split() for letter in name]
    return "".join(word[-1] if word[:1] == ["GREEK"] else letter for word, letter in zip(words, name))
