"""Words: a number as readers see it, and a table in HTML. Every room may ask this one, and it asks none."""

from .show import EXACT, THIN, Html, fixed, html_table, in_full, show, with_power

__all__ = ["EXACT", "THIN", "Html", "fixed", "html_table", "in_full", "show", "with_power"]
