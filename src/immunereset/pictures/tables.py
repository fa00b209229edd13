"""Tables of a model's parameters and states: symbol, name in the code, value, unit, meaning, source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from immunereset.engine import Model, Parameter, Protocol
from immunereset.pictures.equations import latex_symbols
from immunereset.pictures.figure import css
from immunereset.pictures.printers import symbol_latex
from immunereset.words import EXACT, Html, html_table, show


class Table:
    """A displayable table: `rows` of text in full; `html` in three columns, which fit a phone."""

    def __init__(self, caption: str, columns: list[str], rows: list[list[str]], html: str):
        self.caption, self.columns, self.rows, self.html = caption, columns, rows, html

    def __str__(self) -> str:
        widths = [max(len(row[k]) for row in [self.columns, *self.rows]) for k in range(len(self.columns))]
        lines = [
            "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths)).rstrip() for row in [self.columns, *self.rows]
        ]
        return "\n".join([self.caption, *lines])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": f"<style>{css()}</style>{self.html}", "text/plain": str(self)}


def parameter_table(model: Model, only: Sequence[str] | None = None, protocol: Protocol | None = None) -> Table:
    """Every parameter of `model` (and of `protocol`): value, unit, meaning and source.

    `only` picks parameters by symbol, in the order given. Raises ValueError for an unknown symbol.
    """
    parameters = model.parameters | (protocol.parameters if protocol is not None else {})
    given = latex_symbols(model) | {s: q.latex for s, q in parameters.items() if q.latex}
    picked = _pick(model, parameters, only)
    rows = [[q.symbol, show(q.value, EXACT), _unit(q.unit), q.meaning, q.source] for q in picked]
    columns = ["symbol", "value", "unit", "meaning", "source"]
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return _table(f"Parameters of the {model.name} model", columns, rows, given)


def state_table(model: Model) -> Table:
    """Every state of `model`: the value it starts from, unit and meaning; then what a protocol can drive."""
    rows = [[s.symbol, show(s.start, EXACT), _unit(s.unit), s.meaning] for s in model.states.values()]
    rows += [[i.symbol, "input", _unit(i.unit), i.meaning] for i in model.inputs.values()]
    words = "States and inputs" if model.inputs else "States"
    return _table(
        f"{words} of the {model.name} model", ["symbol", "start", "unit", "meaning"], rows, latex_symbols(model)
    )


def result_table(columns: list[str], rows: Iterable[Sequence[object]], caption: str) -> Table:
    """What a toy gave, as a table of text cells; `rows` are lists as long as `columns`.

    For results of patients use `immunereset.evidence.table`, which names their sources.
    """
    rows = [[str(cell) for cell in row] for row in rows]
    if not rows or any(len(row) != len(columns) for row in rows):
        raise ValueError(f"A table of {len(columns)} columns needs rows of {len(columns)} cells; {rows} were given.")
    return Table(caption, columns, rows, html_table(columns, rows, caption))


def _pick(model: Model, parameters: Mapping[str, Parameter], only: Sequence[str] | None) -> list[Parameter]:
    if only is None:
        return list(parameters.values())
    for symbol in only:
        if symbol not in parameters:
            raise ValueError(f"{model.name} has no parameter {symbol!r}; it has {', '.join(parameters)}.")
    return [parameters[symbol] for symbol in only]


def _unit(unit: str) -> str:
    return unit or "–"


def _table(caption: str, columns: list[str], rows: list[list[str]], given: Mapping[str, str]) -> Table:
    """The table with symbol and name in the code in one column, value and unit in one, meaning and source in one."""
    html_rows = []
    for symbol, value, unit, meaning, *source in rows:
        latex = symbol_latex(symbol, given)
        code = f"<br><code>{escape(symbol)}</code>" if latex != symbol else ""
        note = f"<br><small>{escape(source[0])}</small>" if source and source[0] else ""
        html_rows.append([
            Html(mathematics(latex) + code), value if unit == "–" else f"{value} {unit}", Html(escape(meaning) + note),
        ])  # fmt: skip
    heads = [columns[0], columns[1], " and ".join(columns[3:])]
    return Table(caption, columns, rows, html_table(heads, html_rows, caption))


def mathematics(latex: str) -> Html:
    """Inline mathematics in HTML, which the book draws when it is built and JupyterLab hands to MathJax."""
    return Html(rf'<span class="math notranslate nohighlight">\({escape(latex)}\)</span>')
