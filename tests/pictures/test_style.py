"""The look: colours that everybody can tell apart, labels that do not collide, nothing set on import."""

import itertools
import re
import subprocess
import sys

import numpy as np
import pytest

from immunereset.evidence import dots
from immunereset.pictures import ROLES, SYMBOLS, band, event, label_lines, line, style, threshold_line
from immunereset.pictures.style import AWAY, BACK, QUIET

# Machado, Oliveira and Fernandes 2009: complete colour blindness of each kind, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(colour):
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    axes = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(axes) @ np.cbrt(np.array(cones) @ np.clip(rgb, 0, 1))


def turned(colour):
    """The colour under the dark theme's filter, invert(1) hue-rotate(180deg)."""
    rotate = np.array([[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]])
    value = 1 - np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return "#" + "".join(f"{round(x * 255):02x}" for x in np.clip(rotate @ value, 0, 1))


def contrast(one, other):
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
def test_roles_differ_in_colour_for_every_eye(sight):
    seen = {name: oklab(np.array(SIGHT[sight]) @ linear(role.colour)) for name, role in ROLES.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 0.08, (one, other)


def test_roles_stand_out_in_both_themes():
    for name, role in ROLES.items():
        assert contrast(role.colour, "#ffffff") >= 3, name
        assert contrast(turned(role.colour), "#121212") >= 3, name


def test_the_colours_of_both_sides_are_the_same_in_pictures_dots_and_pages(root):
    """Evidence may ask no other room for them, and a style sheet cannot."""
    page = dict(
        re.findall(r"--ir-(\w+): (#\w{6});", (root / "src/immunereset/live/shell.css").read_text().partition("}")[0])
    )
    here = {"away": AWAY, "back": BACK, "quiet": QUIET}
    assert here == {"away": dots.AWAY, "back": dots.BACK, "quiet": dots.QUIET}
    assert {name: colour.lower() for name, colour in here.items()} == {name: page[name] for name in here}


def test_roles_differ_in_dash():
    assert len({str(role.dash) for role in ROLES.values()}) == len(ROLES)


def test_line_by_symbol_and_by_role():
    assert line("E") == {"color": ROLES["effector"].colour, "linestyle": ROLES["effector"].dash, "label": "E"}
    assert line("x", role="drug", label="dose")["label"] == "dose"
    assert line("epsilon")["label"] == "ε"
    assert set(SYMBOLS.values()) <= set(ROLES)


def test_line_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match=r"^No role is known for 'Q'; give role=, one of effector, memory.*\.$"):
        line("Q")
    with pytest.raises(ValueError, match=r"^'villain' is not a role; the roles are effector, memory.*\.$"):
        line("E", role="villain")


def test_labels_at_line_ends_do_not_collide():
    from matplotlib.figure import Figure

    with style():
        fig = Figure()
        ax = fig.subplots()
        for height, symbol in zip([0.0, 0.01, 0.02, 0.5, 0.51, 1.0], ["E", "M", "R", "N", "I", "S"]):
            ax.plot([0, 1], [0.5, height], **line(symbol))
        threshold_line(ax, 0.3, "level")
        band(ax, 0.1, 0.2, "infection")
        event(ax, 0.6, "transplant")
        label_lines(ax)
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text() in "EMRNIS"]
    assert len(boxes) == 6
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    assert all(0 <= box.x0 and box.x1 <= fig.bbox.x1 for box in boxes)
    by_height = sorted(
        (box.y0, text.get_text()) for box, text in zip(boxes, [t for t in ax.texts if t.get_text() in "EMRNIS"])
    )
    assert "".join(letter for _, letter in by_height) == "EMRNIS"


def test_style_ends_with_its_block():
    import matplotlib

    matplotlib.get_backend()  # chosen at the first question: not by the style
    before = matplotlib.rcParams.copy()
    with style():
        assert matplotlib.rcParams["axes.spines.top"] is False
    assert matplotlib.rcParams == before


def test_import_changes_nothing():
    script = (
        "import sys, matplotlib; before = matplotlib.rcParams.copy(); backend = matplotlib.rcParams._get('backend')\n"
        "import immunereset.pictures\n"
        "print('matplotlib.pyplot' in sys.modules, matplotlib.rcParams._get('backend') is backend)\n"
        "print([k for k in before if matplotlib.rcParams._get(k) != before._get(k)])\n"
    )
    finished = subprocess.run([sys.executable, "-c", script], check=True, timeout=60, capture_output=True, text=True)
    assert finished.stdout == "False True\n[]\n"
