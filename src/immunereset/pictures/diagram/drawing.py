"""The strokes of a flow diagram: cards, arrows that move, and dashed influences, at the places of a layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from immunereset.pictures.diagram.layout import (
    ASIDE,
    CARD,
    CHIPS_ABOVE,
    HUB,
    MARGIN,
    ROW,
    STUB,
    WORDS,
    Card,
    Layout,
    Part,
    reaches,
)
from immunereset.pictures.diagram.network import ends, label
from immunereset.pictures.style import INK, ROLES, SYMBOLS, pretty, pretty_width, style

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]
DASHED = (0, (3.2, 1.8))
GREY = "#5c5c5c"
HEAD = 0.115
BRACKET = 0.075
CHIP_STEP = 0.33


def draw(graph: networkx.DiGraph, layout: Layout) -> Figure:
    """A matplotlib figure of the network at the places of its layout."""
    from matplotlib.figure import Figure

    with style():
        fig = Figure(figsize=(layout.width, layout.height), layout="none")
        ax = fig.add_axes((0, 0, 1, 1), xlim=(0, layout.width), ylim=(0, layout.height))
        ax.set_axis_off()
        drawing = _Drawing(ax, graph, layout)
        drawing.lane()
        for card in layout.cards.values():
            drawing.card(card)
        for hub in layout.hubs:
            drawing.hub(hub)
        for symbol, beside, sign, rows in layout.aside:
            drawing.aside(symbol, layout.cards[beside], sign, rows)
        drawing.key()
    return fig


def _colour(symbol: str) -> str:
    return ROLES[SYMBOLS[symbol]].colour if symbol in SYMBOLS else INK


def _tint(colour: str) -> str:
    """A pale ground of the same hue, opaque, so that lines pass behind."""
    return "#" + "".join(f"{round(255 - 0.1 * (255 - int(colour[i : i + 2], 16))):02x}" for i in (1, 3, 5))


class _Drawing:
    def __init__(self, ax: Axes, graph: networkx.DiGraph, layout: Layout):
        self.ax, self.graph, self.layout = ax, graph, layout
        self.half = {
            hub: max(0.12 + 0.048 * pretty_width(hub), CHIP_STEP * len(layout.inputs[hub]) / 2) for hub in layout.hubs
        }

    def text(self, x: float, y: float, text: str, size: float = 10.5, **options: Any) -> None:
        self.ax.text(x, y, text, size=size, va="center_baseline", zorder=5, **options)

    def box(
        self,
        left: float,
        bottom: float,
        width: float,
        height: float,
        colour: str,
        fill: str,
        line: float = 1.4,
        corner: float = 0.07,
    ) -> None:
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={corner}"
        self.ax.add_patch(
            FancyBboxPatch(
                (left, bottom),
                width,
                height,
                boxstyle=style,
                facecolor=fill,
                edgecolor=colour,
                linewidth=line,
                zorder=3,
            )
        )

    def stroke(
        self, xs: Sequence[float], ys: Sequence[float], colour: str, width: float, dash: Any = "solid", **options: Any
    ) -> None:
        self.ax.plot(xs, ys, color=colour, linewidth=width, linestyle=dash, **options)

    def card_left(self, card: Card) -> float:
        return self.layout.right if card.column else self.layout.left

    def outside(self, card: Card) -> tuple[float, int]:
        """x of the card's edge away from the lane, and the direction away from it."""
        return (self.layout.right + CARD, 1) if card.column else (self.layout.left, -1)

    def inside(self, card: Card) -> tuple[float, int]:
        """x of the card's edge at the lane, and the direction into the lane."""
        return (self.layout.right, -1) if card.column else (self.layout.left + CARD, 1)

    def card(self, card: Card) -> None:
        """Header with symbol and meaning, then a row for each flow; gains and losses as short arrows outside."""
        left, colour = self.card_left(card), _colour(card.symbol)
        self.box(left, card.top - card.height, CARD, card.height, colour, _tint(colour))
        middle = card.top - card.head / 2
        self.text(left + 0.22, middle, pretty(card.symbol), 15, weight="bold", color=colour, ha="center")
        for place, words in enumerate(card.words):
            self.text(left + 0.43, middle + WORDS * ((len(card.words) - 1) / 2 - place), words, 9.5)
        if card.flows:
            rule = card.top - card.head
            self.stroke([left + 0.06, left + CARD - 0.06], [rule, rule], colour, 0.8, alpha=0.6, zorder=4)
        for flow in card.flows:
            y, (source, target) = card.top - card.row(flow), ends(self.graph, flow)
            at_left = (card.column == 0) != bool(source and target)
            self.text(
                left + (0.1 if at_left else CARD - 0.1), y, label(self.graph, flow), ha="left" if at_left else "right"
            )
            if not (source and target):
                self.stub(card, y, inwards=target is not None)

    def stub(self, card: Card, y: float, inwards: bool) -> None:
        """A short solid arrow between the card's outer edge and a dot that stands for outside."""
        edge, out = self.outside(card)
        far = edge + out * (STUB - 0.04)
        self.dot(far, y)
        near = far - out * 0.03
        self.line(*(((near, y), (edge, y)) if inwards else ((edge, y), (near, y))), solid=True)

    def dot(self, x: float, y: float) -> None:
        self.stroke([x], [y], INK, 1, marker="o", markersize=4.5, markerfacecolor="none", markeredgewidth=1.2)

    def hub(self, hub: str) -> None:
        """A pill in the lane, with the inputs that act on it in a row above."""
        x, y, half = self.layout.lane, self.layout.hubs[hub], self.half[hub]
        self.box(x - half, y - HUB, 2 * half, 2 * HUB, GREY, _tint(GREY), line=1.0, corner=0.16)
        self.text(x, y, pretty(hub), 11.5, ha="center")
        above = self.layout.inputs[hub]
        for place, symbol in enumerate(above):
            offset = place - (len(above) - 1) / 2
            at, sign = x + CHIP_STEP * offset, self.graph.edges[symbol, hub]["sign"]
            self.chip(at, y + CHIPS_ABOVE, symbol)
            self.line((at, y + CHIPS_ABOVE - 0.14), (at, y + HUB), sign=sign, colour=_colour(symbol))

    def chip(self, x: float, y: float, symbol: str, high: float = 0.26) -> None:
        """An input: its symbol in a small box."""
        half = max(0.11, 0.04 + 0.05 * pretty_width(symbol))
        self.box(x - half, y - high / 2, 2 * half, high, _colour(symbol), _tint(_colour(symbol)), line=1.1, corner=0.02)
        self.text(x, y, pretty(symbol), 11, weight="bold", color=_colour(symbol), ha="center")

    def aside(self, symbol: str, card: Card, sign: int, rows: Sequence[float]) -> None:
        """An input that acts straight on flows: beside the card, with a line to the row or rows."""
        edge, out = self.outside(card)
        stubs = any(None in ends(self.graph, flow) for flow in card.flows if card.row(flow) in rows)
        y, x = card.top - (rows[0] + rows[-1]) / 2, edge + out * (STUB + 0.03 if stubs else 0.01)
        half = max(0.11, 0.04 + 0.05 * pretty_width(symbol))
        self.chip(x + out * (ASIDE + half), y, symbol, high=ROW - 0.02)
        self.line((x + out * ASIDE, y), (x, y), sign=sign, colour=_colour(symbol))
        self.bracket(x, card, rows, _colour(symbol))

    def bracket(self, x: float, card: Card, rows: Sequence[float], colour: str) -> None:
        if len(rows) > 1:
            self.stroke([x, x], [card.top - rows[0] + 0.07, card.top - rows[-1] - 0.07], colour, 1.6)

    def lane(self) -> None:
        """All lines that run in the lane: what becomes what, and the influences of states and hubs."""
        ports = self.ports()
        for place, stroke in enumerate(self.layout.strokes):
            (start, out), (end, into) = ports[place, "start"], ports[place, "end"]
            colour = INK if stroke.solid else _colour(stroke.source)
            if len(stroke.rows) > 1:
                end = (end[0] + into * BRACKET, end[1])
                self.bracket(end[0], self.layout.cards[stroke.end.name], stroke.rows, colour)
            self.line(start, end, out, into, self.layout.leans[place], stroke.solid, stroke.sign, colour)

    def ports(self) -> dict[tuple[int, str], tuple[Point, int]]:
        """Where each stroke starts and ends, with the direction away from the part; users of one side share it."""
        sides, found = {}, {}
        for place, stroke in enumerate(self.layout.strokes):
            for end, part, other in (("start", stroke.start, stroke.end), ("end", stroke.end, stroke.start)):
                x, out, room = self.side(part, other)
                users = sides.setdefault((part.name, part.is_hub, round(part.down, 3), out), [])
                users.append((self.layout.level(other), place, end, x, self.layout.level(part), out, room))
        for users in sides.values():
            users.sort()
            step = users[0][-1] / max(len(users) - 1, 1)
            for rank, (_, place, end, x, y, out, _) in enumerate(users):
                found[place, end] = ((x, y + min(step, 0.12) * (rank - (len(users) - 1) / 2)), out)
        return found

    def side(self, part: Part, other: Part) -> tuple[float, int, float]:
        """x of the side of a part that faces `other`, the direction away from it, and the height to share there."""
        if part.is_hub:
            to_right = bool(other.is_hub or self.layout.cards[other.name].column)
            out = 1 if to_right else -1
            return self.layout.lane + out * self.half[part.name], out, 1.3 * HUB
        card = self.layout.cards[part.name]
        x, out = self.inside(card)
        return x, out, card.head - 0.14 if part.down < card.head else 0.12

    def line(
        self,
        start: Point,
        end: Point,
        out: int = 0,
        into: int = 0,
        lean: tuple[float, float] | None = None,
        solid: bool = False,
        sign: int = 1,
        colour: str = INK,
    ) -> None:
        """A line with its head; with directions given it leaves and arrives horizontally, else it is straight."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x0, y0), (x1, y1) = start, end
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        along = (-into, 0.0) if into else ((x1 - x0) / length, (y1 - y0) / length)
        back = 0.8 * HEAD if sign == 1 else 0.0
        stop = (x1 - along[0] * back, y1 - along[1] * back)
        if into:
            on, back = reaches(x0, y0, x1, y1, lean)
            points = [start, (x0 + out * on, y0), (x1 + into * back, y1), stop]
            path = Path(points, [Path.MOVETO] + [Path.CURVE4] * 3)
        else:
            path = Path([start, stop])
        dash, width = ("solid", 1.8) if solid else (DASHED, 1.4)
        self.ax.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width, linestyle=dash))
        self.head(end, along, sign, colour)

    def head(self, end: Point, along: Point, sign: int, colour: str) -> None:
        """Arrowhead (raises, or moves), flat bar (lowers) or dot (either)."""
        from matplotlib.patches import Polygon

        (x, y), (right, up) = end, along
        if sign == 1:
            wide, x0, y0 = 0.45 * HEAD, x - right * HEAD, y - up * HEAD
            corners = [end, (x0 - up * wide, y0 + right * wide), (x0 + up * wide, y0 - right * wide)]
            self.ax.add_patch(Polygon(corners, facecolor=colour, edgecolor="none"))
        elif sign == -1:
            wide, x, y = 0.065, x - right * 0.02, y - up * 0.02
            self.stroke([x - up * wide, x + up * wide], [y + right * wide, y - right * wide], colour, 2.4)
        else:
            self.stroke([x - right * 0.035], [y - up * 0.035], colour, 1, marker="o", markersize=5.5)

    def key(self) -> None:
        """What the strokes mean, in one row at the foot."""
        signs = {data["sign"] for _, _, data in self.graph.edges(data=True) if data["kind"] == "influences"}
        entries = [("moves", True, 1)] + [
            (word, False, sign) for word, sign in (("raises", 1), ("lowers", -1), ("either", 0)) if sign in signs
        ]
        y, x = MARGIN + 0.12, self.layout.left
        for word, solid, sign in entries:
            self.line((x, y), (x + 0.42, y), solid=solid, sign=sign, colour=INK if solid else GREY)
            self.text(x + 0.5, y, word)
            x += 1.2
        self.dot(x + 0.05, y)
        self.text(x + 0.17, y, "made or lost")
