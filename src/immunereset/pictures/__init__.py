"""Pictures for the lessons: style, figures with caption, alt text and data, equations, tables, diagrams."""

from immunereset.pictures.diagram import diagram
from immunereset.pictures.diagram.network import network
from immunereset.pictures.equations import Equations, equation, equations
from immunereset.pictures.figure import Picture, css, figure, sample, svg
from immunereset.pictures.style import (
    ROLES,
    SYMBOLS,
    Role,
    band,
    event,
    label_lines,
    line,
    style,
    threshold_line,
)
from immunereset.pictures.tables import Table, parameter_table, result_table, state_table

__all__ = [
    "ROLES",
    "SYMBOLS",
    "Equations",
    "Picture",
    "Role",
    "Table",
    "band",
    "css",
    "diagram",
    "equation",
    "equations",
    "event",
    "figure",
    "label_lines",
    "line",
    "network",
    "parameter_table",
    "result_table",
    "sample",
    "state_table",
    "style",
    "svg",
    "threshold_line",
]
