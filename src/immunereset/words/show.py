"""How values are shown: a number in words, a table in HTML."""

import math
import re
from html import escape

EXACT = 6
"""Digits with which a value that somebody chose or measured is shown."""

THIN = "\u202f"
"""A thin space at which no line breaks: between thousands."""

_NUMBER = re.compile(r"−?(?:∞|\d[\d\u202f]*(?:\.\d+)?)(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


def show(cell, digits=3):
    """A cell as text: numbers with so many significant digits, ∞ for inf, an en dash for nothing."""
    if cell is None:
        return "–"
    if isinstance(cell, (bool, str)):
        return str(cell)
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return str(cell)
    if math.isnan(number):
        return "–"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    if number == int(number) and abs(number) < 1e6:
        return f"{int(number)}".replace("-", "−")
    magnitude = math.floor(math.log10(abs(number)))
    if -4 <= magnitude < 6:
        number = round(number, digits - 1 - magnitude)
        return _short(f"{number:.{max(0, digits - 1 - magnitude)}f}")
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    return f"{_short(mantissa)} × 10{_superscript(int(exponent))}"


def _short(number):
    return (number.rstrip("0").rstrip(".") if "." in number else number).replace("-", "−")


def _superscript(exponent):
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def in_full(value):
    """Return a number as a report writes it: 0.07, 69.2, 1 600 000 with thin spaces that do not break."""
    return (
        f"{value:,.0f}".replace(",", THIN).replace("-", "−") if 10_000 <= abs(value) < math.inf else show(value, EXACT)
    )


def fixed(x, places):
    """Return a number with `places` decimals and a minus sign of its own; 0 has none."""
    if not math.isfinite(x):
        return show(x)
    text = f"{abs(x):.{places}f}"
    return ("−" if x < 0 and float(text) else "") + text


def with_power(number, power):
    """Return a number with 6 significant digits at most; the format `power` writes the power of ten, if there is one."""
    mantissa, _, exponent = f"{float(number):.6g}".partition("e")
    return (mantissa + power % int(exponent)).removeprefix(r"1 \times ") if exponent else mantissa


class Html(str):
    """Text that is HTML already; any other text is escaped."""


def html_table(columns, rows, caption="", *, cards=False, marked=()):
    """An accessible HTML table of text cells: a caption, scoped headers, the first column heading its rows.

    With `cards` a row becomes a card on a phone, and each cell shows its head; rows at the places `marked` are
    dressed as unverified.
    """
    kinds = [' class="words"' if _of_words(row[k] for row in rows) else "" for k in range(len(columns))]
    heads = [f' data-head="{_html(column)}"' if cards else "" for column in columns]
    head = "".join(f'<th scope="col"{kind}>{_html(column)}</th>' for column, kind in zip(columns, kinds))
    dressed = ' class="ir-unverified"'
    body = "".join(
        f"<tr{dressed if place in marked else ''}>"
        f'<th scope="row"{kinds[0]}>{_html(row[0])}</th>'
        + "".join(f"<td{kind}{name}>{_html(cell)}</td>" for cell, kind, name in zip(row[1:], kinds[1:], heads[1:]))
        + "</tr>"
        for place, row in enumerate(rows)
    )
    above = f"<caption>{_html(caption)}</caption>" if caption else ""
    kind = "ir-table ir-cards" if cards else "ir-table"
    return f'<table class="{kind}">{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _html(text):
    return text if isinstance(text, Html) else escape(text)


def _of_words(column):
    numbers = [bool(_NUMBER.fullmatch(cell)) for cell in column if cell]
    return sum(numbers) * 2 <= len(numbers)
