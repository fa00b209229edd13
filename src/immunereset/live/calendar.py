"""A horizontal axis that counts days from an event of the run, as people do: days before it are negative."""

from immunereset.engine.show import EXACT, show


class DaysAfter(str):
    """The unit of a live figure's time: days, counted from day `zero` of the run.

    `DaysAfter("the infusion", 6)` is the text "days after the infusion"; what the run calls day 6 is day 0. Sliders of
    parameters whose unit is "day" (a date, and not a length) are counted in the same way.
    """

    def __new__(cls, event, zero):
        self = super().__new__(cls, f"days after {event}")
        self.zero = float(zero)
        return self


def zero_of(time):
    """The day of the run that the axis calls 0."""
    return getattr(time, "zero", 0.0)


def day_words(day):
    """A day of the calendar as words, with a minus sign of its own."""
    return show(day, EXACT)


def axis_days(until, zero):
    """Every fifth day of the calendar up to `until`, as days of the run."""
    first, last = -int(zero // 5) * 5, int((until - zero) // 5) * 5
    return [zero + day for day in range(first, last + 1, 5)]
