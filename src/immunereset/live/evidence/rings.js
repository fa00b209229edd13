// Rings in rows, each with the cells of one family as dots; one that is empty stays, hollow (rings.py draws the same).
//
// rowsOf(rings, wide, tall) returns { columns, wide, tall, radius, at(i) }. rings(parent, count, rows) adds what is drawn once, and
// returns what draws the rest, given the cells of each ring and whether it has a ground.

const FEW_RINGS = 40, RING_ROOM = 100, RING_LITTLE_ROOM = 60, RING_LETTERS = 14;

function rowsOf(rings, wide, tall) {
  const below = rings <= FEW_RINGS ? RING_LETTERS : 0;
  let best = null;
  for (let columns = 1; columns <= rings; columns++) {
    const rows = Math.ceil(rings / columns), radius = Math.min(wide / columns, tall / rows - below) / 2 - 2;
    if (!best || radius > best.radius) best = { columns, wide: wide / columns, tall: tall / rows, radius };
  }
  best.at = (i) => [best.wide * (i % best.columns + 0.5), best.tall * Math.floor(i / best.columns) + best.radius + 2];
  return best;
}

function rings(parent, count, rows) {
  const few = count <= FEW_RINGS, room = few ? RING_ROOM : RING_LITTLE_ROOM, r = rows.radius, places = Array.from({ length: count }, (_, i) => rows.at(i));
  const seats = Array.from({ length: room }, (_, k) => {
    const far = 0.92 * r * Math.sqrt(k / room), angle = 2.399963 * k;
    return [far * Math.cos(angle), far * Math.sin(angle)];
  });
  const circles = places.map(([x, y]) => add(parent, "circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: r.toFixed(1), class: "ir-ring" }));
  const dots = add(parent, "path", { class: "ir-ring-dots", "stroke-width": (1.5 * r / Math.sqrt(room)).toFixed(2) });
  const numbers = few ? places.map(([x, y]) => add(parent, "text", { x: x.toFixed(1), y: (y + r + 12).toFixed(1), "text-anchor": "middle", class: "ir-count" }, "")) : [];
  return (counts, shaded) => {
    let d = "";
    counts.forEach((cells, i) => {
      const [x, y] = places[i];
      for (let k = 0; k < Math.min(cells, room); k++) d += `M${(x + seats[k][0]).toFixed(1)} ${(y + seats[k][1]).toFixed(1)}h.01`;
      circles[i].setAttribute("class", `ir-ring${cells ? "" : " ir-empty"}${shaded[i] ? " ir-shaded" : ""}`);
      if (few) write(numbers[i], cells);
    });
    set(dots, { d });
  };
}
