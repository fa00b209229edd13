"""Where the parts of a flow diagram go: cards in two columns, hubs and their inputs in the lane between them.

Lengths are inches, heights are measured from the foot of the picture.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from immunereset.engine import Model
from immunereset.pictures.diagram.network import ends, of_kind, owner
from immunereset.pictures.style import pretty_width

if TYPE_CHECKING:
    import networkx

Reals = float | np.ndarray
WIDTH = 6.0
CARD = 1.62
STUB = 0.27
MARGIN = 0.05
WORDS = 0.165
ROW = 0.225
GAP = 0.3
FOOT = 0.4
HUB = 0.17
CHIP = 0.3
CHIPS_ABOVE = 0.5
ASIDE = 0.3
"""Length of the line from an input beside a card: long enough for its dashes to show."""
MOST_TRIED = 800
REFINED = 25
LANE = 1.7
PILL = 0.56
CLEAR = 0.07
LEANS = ((0.5, 0.5), (0.15, 0.95), (0.95, 0.15))
"""How far a curve across the lane goes straight on at its start and its end, as shares of the width."""
MOST_SHIFTED = 3
SAME_SIDE = 0.2
"""A stroke that ends at most so far across from its start joins two places on one side of the lane."""
SHIFTS = (-0.6, -0.3, 0.0, 0.3, 0.6)


@dataclass
class Card:
    """A state as a box: its header, and a row for each flow that belongs to it."""

    symbol: str
    words: list[str]
    flows: list[str]
    column: int = 0
    top: float = 0.0

    @property
    def head(self) -> float:
        return max(0.3, WORDS * len(self.words)) + 0.11

    @property
    def height(self) -> float:
        return self.head + ROW * len(self.flows) + (0.07 if self.flows else 0)

    def row(self, flow: str) -> float:
        """How far the middle of a flow's row lies below the top of the card."""
        return self.head + 0.02 + ROW * (self.flows.index(flow) + 0.5)


class Part(NamedTuple):
    """One end of a stroke: a hub, or a place on a card's lane side, `down` below its top."""

    name: str
    down: float = 0.0
    is_hub: bool = False


class Stroke(NamedTuple):
    """A line in the lane. `rows` are the places of the rows that it ends on, below the card's top."""

    start: Part
    end: Part
    source: str
    solid: bool
    sign: int
    rows: tuple[float, ...] = ()


@dataclass
class Layout:
    """All cards and hubs with their places, and the strokes to draw between them."""

    cards: dict[str, Card]
    strokes: list[Stroke]
    hubs: dict[str, float] = field(default_factory=dict)
    inputs: dict[str, list[str]] = field(default_factory=dict)
    aside: list[tuple[str, str, int, tuple[float, ...]]] = field(default_factory=list)
    leans: list[tuple[float, float]] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    height: float = 0.0
    width: float = WIDTH

    @property
    def lane(self) -> float:
        """x of the middle of the lane."""
        return (self.left + CARD + self.right) / 2

    def level(self, part: Part) -> float:
        """The height of a part."""
        return self.hubs[part.name] if part.is_hub else self.cards[part.name].top - part.down


def lay_out(model: Model, graph: networkx.DiGraph, places: Mapping[str, tuple[int, int]] | None = None) -> Layout:
    """Place everything; `places` may give {state: (column, row)} with column 0 or 1, rows counted from the top.

    Without it, the arrangement with the fewest crossings and the shortest lines is taken; the same model always
    gets the same layout. Raises ValueError for places that leave out a state or use one place twice.
    """
    cards = {symbol: Card(symbol, _words(state.meaning), []) for symbol, state in model.states.items()}
    for flow in of_kind(graph, "flow"):
        cards[owner(graph, flow)].flows.append(flow)
    hubs = of_kind(graph, "hub")
    inputs = {hub: [one for one in graph.predecessors(hub) if graph.nodes[one]["kind"] == "input"] for hub in hubs}
    out = Layout(cards, list(_strokes(graph, cards)), inputs=inputs, aside=list(_aside(graph, cards)))
    search = _Search(out, hubs)
    columns, tops, levels = search.best(_checked(model, places) if places else None)
    out.leans = [LEANS[pick] for pick in search.leans]
    out.height = search.tall + FOOT + 2 * MARGIN
    base = out.height - MARGIN
    for place, card in enumerate(cards.values()):
        card.column, card.top = int(columns[place]), base + float(tops[place])
    out.hubs = {hub: base + float(level) for hub, level in zip(hubs, levels)}
    room = [
        max([_chip_width(s) + ASIDE - 0.04 for s, symbol, _, _ in out.aside if cards[symbol].column == c], default=0)
        for c in (0, 1)
    ]
    out.left = MARGIN + STUB + room[0]
    out.right = WIDTH - MARGIN - STUB - CARD - room[1]
    return out


def _words(meaning: str) -> list[str]:
    """A state's meaning in at most three short lines; if it is longer, what follows a comma is left out."""
    for text in (meaning, meaning.split(",")[0]):
        wrapped = [textwrap.wrap(text, width, break_long_words=False) for width in range(15, 5, -1)]
        fewest = len(wrapped[0])
        if fewest <= 3:
            break
    return [lines for lines in wrapped if len(lines) == fewest][-1][:3]


def _chip_width(symbol: str) -> float:
    return max(CHIP - 0.04, 0.1 + 0.1 * pretty_width(symbol))


def _strokes(graph: networkx.DiGraph, cards: Mapping[str, Card]) -> Iterator[Stroke]:
    for flow in of_kind(graph, "flow"):
        source, target = ends(graph, flow)
        if source and target:
            yield Stroke(Part(source, cards[source].row(flow)), Part(target, cards[target].head / 2), source, True, 1)
    for node in [*cards, *of_kind(graph, "hub")]:
        start = Part(node, cards[node].head / 2) if node in cards else Part(node, is_hub=True)
        for other, data in graph.adj[node].items():
            if graph.nodes[other]["kind"] == "hub":
                yield Stroke(start, Part(other, is_hub=True), node, False, data["sign"])
        for card in cards.values():
            for sign, rows in runs(graph, node, card):
                yield Stroke(start, Part(card.symbol, (rows[0] + rows[-1]) / 2), node, False, sign, tuple(rows))


def _aside(graph: networkx.DiGraph, cards: Mapping[str, Card]) -> Iterator[tuple[str, str, int, tuple[float, ...]]]:
    """Inputs that act straight on flows: symbol, card, sign and rows."""
    for symbol in of_kind(graph, "input"):
        for card in cards.values():
            for sign, rows in runs(graph, symbol, card):
                yield symbol, card.symbol, sign, tuple(rows)


def runs(graph: networkx.DiGraph, node: str, card: Card) -> Iterator[tuple[int, list[float]]]:
    """Neighbouring rows of a card that `node` influences with the same sign: pairs of sign and rows."""

    def sign(flow: str) -> int | None:
        data = graph.adj[node].get(flow)
        return data["sign"] if data and data["kind"] == "influences" else None

    for one, run in itertools.groupby(card.flows, key=sign):
        if one is not None:
            yield one, [card.row(flow) for flow in run]


def _checked(model: Model, places: Mapping[str, tuple[int, int]]) -> list[tuple[int, int]]:
    missing = [state for state in model.states if state not in places]
    taken = [places[state] for state in model.states if state in places]
    if missing or len(set(taken)) < len(taken) or {column for column, _ in taken} - {0, 1}:
        raise ValueError(
            f"A layout gives each state of {model.name} ({', '.join(model.states)}) a place (column, row) "
            f"of its own, with column 0 or 1; {places!r} was given."
        )
    return taken


class _Search:
    """Tries arrangements of the cards, all at once as arrays of shape (tried, …), and keeps the clearest."""

    def __init__(self, layout: Layout, hubs: list[str]):
        self.cards, self.strokes, self.hubs = list(layout.cards.values()), layout.strokes, hubs
        self.heights = np.array([card.height for card in self.cards])
        self.index = {card.symbol: place for place, card in enumerate(self.cards)}
        self.chips = np.array([CHIPS_ABOVE if layout.inputs[hub] else 0.0 for hub in hubs])
        self.tall = 0.0

    def best(self, slots: list[tuple[int, int]] | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Columns and tops of the cards (0 is the top of the tallest column, down is negative), heights of the hubs."""
        tried = np.array([slots] if slots else self.arrangements())
        columns, tops = self.stack(tried)
        levels = self.level(columns, tops)
        order = np.argsort(self.cost(columns, tops, levels) + self.unrest(tried), kind="stable")[:REFINED]
        free = min(len(self.hubs), MOST_SHIFTED)
        shifts = np.zeros((len(SHIFTS) ** free, len(self.hubs)))
        for step, chosen in enumerate(itertools.product(SHIFTS, repeat=free)):
            shifts[step, :free] = chosen
        pick = np.repeat(order, len(shifts))
        moved = self.apart(levels[pick] + np.tile(shifts, (len(order), 1)), tops[pick])
        cost = self.cost(columns[pick], tops[pick], moved) + self.unrest(tried[pick])
        first = int(np.argmin(cost + 0.2 * np.abs(moved - levels[pick]).sum(axis=1)))
        winner = pick[first]
        self.tall = self.totals[winner]
        at = columns[[winner]], tops[[winner]], moved[[first]]
        self.leans = self.hits(self.places("start", *at), self.places("end", *at), at[2])[:, 0].argmin(axis=0)
        return columns[winner], tops[winner], moved[first]

    def arrangements(self) -> list[Sequence[tuple[int, int]]]:
        """Slots (column, row) for each card, for every arrangement, or for many at random if there are too many."""
        count = len(self.cards)
        slots = [(column, row) for row in range((count + 1) // 2) for column in (0, 1)]
        if count <= 6:
            return list(itertools.permutations(slots, count))
        rng = np.random.default_rng(0)
        return [slots[:count]] + [
            [slots[pick] for pick in rng.permutation(len(slots))[:count]] for _ in range(MOST_TRIED)
        ]

    def unrest(self, tried: np.ndarray) -> np.ndarray:
        """A small cost for cards far from their place in the order of the model."""
        order = np.arange(len(self.cards)) // 2
        return 1.4 * np.abs(tried[:, :, 1] - order).sum(axis=1) + 0.02 * tried[:, 0, 0]

    def stack(self, tried: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Columns and tops; each column is spread so that both are equally high."""
        columns, rows = tried[:, :, 0], tried[:, :, 1]
        above = (columns[:, :, None] == columns[:, None, :]) & (rows[:, None, :] < rows[:, :, None])
        filled = np.stack([(columns == c) @ self.heights for c in (0, 1)], axis=1)
        count = np.stack([(columns == c).sum(axis=1) for c in (0, 1)], axis=1)
        self.totals = (filled + GAP * np.maximum(count - 1, 0)).max(axis=1)
        gaps = (self.totals[:, None] - filled) / np.maximum(count - 1, 1)
        gap = np.take_along_axis(gaps, columns, axis=1)
        return columns, -(above @ self.heights + gap * above.sum(axis=2))

    def level(self, columns: np.ndarray, tops: np.ndarray) -> np.ndarray:
        """Hubs at the mean height of what they are joined to, apart from one another."""
        if not self.hubs:
            return np.zeros((len(tops), 0))
        levels = []
        for hub in self.hubs:
            near = [
                tops[:, self.index[part.name]] - part.down
                for stroke in self.strokes
                for part, other in ((stroke.start, stroke.end), (stroke.end, stroke.start))
                if not part.is_hub and other.is_hub and other.name == hub
            ]
            levels.append(np.mean(near, axis=0))
        return self.apart(np.stack(levels, axis=1), tops)

    def apart(self, levels: np.ndarray, tops: np.ndarray) -> np.ndarray:
        """Hubs moved so that they, and the inputs above them, do not touch one another or leave the picture."""
        levels, rows = levels.copy(), np.arange(len(levels))
        order, ceiling = np.argsort(-levels, axis=1), np.zeros(len(levels))
        for place in range(len(self.hubs)):
            hub = order[:, place]
            levels[rows, hub] = np.minimum(levels[rows, hub], ceiling - self.chips[hub] - HUB)
            ceiling = levels[rows, hub] - 2 * HUB
        floor = (tops - self.heights).min(axis=1)
        for place in reversed(range(len(self.hubs))):
            hub = order[:, place]
            levels[rows, hub] = np.maximum(levels[rows, hub], floor + HUB)
            floor = levels[rows, hub] + 2 * HUB + self.chips[hub]
        return levels

    def cost(self, columns: np.ndarray, tops: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Length of the lines, weighted, plus their crossings and their running over hubs."""
        begin, end = self.places("start", columns, tops, levels), self.places("end", columns, tops, levels)
        middle = (begin + end) / 2
        same = begin[:, :, 0] == end[:, :, 0]
        inside = np.where(begin[:, :, 0] < LANE / 2, 1, -1) * (0.15 + 0.1 * np.abs(begin[:, :, 1] - end[:, :, 1]))
        middle[:, :, 0] += np.where(same, inside, 0)
        weight = np.array([2.0 if stroke.solid else 1.0 for stroke in self.strokes])
        total = (weight * np.abs(begin[:, :, 1] - end[:, :, 1]) ** 1.5).sum(axis=1) + 0.3 * (same * weight).sum(axis=1)
        for one, other in itertools.combinations(range(len(self.strokes)), 2):
            crossed = np.zeros(len(total), bool)
            for a, b in ((begin, middle), (middle, end)):
                for c, d in ((begin, middle), (middle, end)):
                    crossed |= _cross(a[:, one], b[:, one], c[:, other], d[:, other])
            total += 1.0 * weight[one] * weight[other] * crossed
        return total + (3.0 * weight * self.hits(begin, end, levels).min(axis=0)).sum(axis=1)

    def hits(self, begin: np.ndarray, end: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """How much of each stroke runs over hubs that are not its own, for each lean: (leans, tried, strokes)."""
        outs, intos = (np.where(points[:, :, 0] < LANE / 2, 1, -1) for points in (begin, end))
        total = np.zeros((len(LEANS), *begin.shape[:2]))
        for place, hub in enumerate(self.hubs):
            foreign = np.array([hub not in (stroke.start.name, stroke.end.name) for stroke in self.strokes])
            low, high = levels[:, place, None] - HUB - CLEAR, levels[:, place, None] + HUB + self.chips[place] + CLEAR
            for rank, lean in enumerate(LEANS):
                reach = reaches(begin[..., 0], begin[..., 1], end[..., 0], end[..., 1], lean)
                for t in np.linspace(0.1, 0.9, 9):
                    x = _bezier(t, begin[..., 0], outs * reach[0], end[..., 0], intos * reach[1])
                    y = _bezier(t, begin[..., 1], 0.0, end[..., 1], 0.0)
                    total[rank] += foreign * (np.abs(x - LANE / 2) < PILL) * (y > low) * (y < high) / 9
        return total

    def places(self, end: str, columns: np.ndarray, tops: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Points (tried, strokes, 2) where the strokes start or end."""
        spots = []
        for stroke in self.strokes:
            part = getattr(stroke, end)
            if part.is_hub:
                y = levels[:, self.hubs.index(part.name)]
                spots.append(np.stack([np.full_like(y, LANE / 2), y], axis=1))
            else:
                card = self.index[part.name]
                spots.append(np.stack([LANE * columns[:, card], tops[:, card] - part.down], axis=1))
        return np.stack(spots, axis=1) if spots else np.zeros((len(tops), 0, 2))


def reaches(x0: Reals, y0: Reals, x1: Reals, y1: Reals, lean: tuple[float, float]) -> tuple[Reals, ...]:
    """How far a curve goes straight on at its start and at its end before it turns."""
    across = np.abs(x1 - x0)
    bulge = 0.18 + 0.12 * np.abs(y1 - y0)
    return tuple(np.where(across > SAME_SIDE, share * across, bulge) for share in lean)


def _bezier(t: float, first: Reals, on: Reals, last: Reals, back: Reals) -> Reals:
    s = 1 - t
    return s**3 * first + 3 * s * s * t * (first + on) + 3 * s * t * t * (last + back) + t**3 * last


def _cross(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Whether segments a-b and c-d cross, for arrays of points (tried, 2); touching ends do not count."""

    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
        return (q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0])

    return (side(a, b, c) * side(a, b, d) < -1e-9) & (side(c, d, a) * side(c, d, b) < -1e-9)
