// Strips of squares (see strips.py): `rows` are [words, levels], a level from 0 to `most`, or null for no mark yet. `signs`
// stand below the last strip, one for each square or "". Returns where the squares stand: left, step, middles of the rows.
function strips(svg, rows, most, signs = []) {
  const [wide] = sized(svg), many = rows[0][1].length, left = Math.max(...rows.map(([words]) => words.length)) * 8 + 6, step = Math.min(44, (wide - left) / many), side = Math.min(24, step - 3), narrow = step < 18;
  rows[0][1].forEach((_, i) => narrow && i % 2 || add(svg, "text", { x: left + (i + 0.5) * step, y: 13, "text-anchor": "middle", class: "ir-quiet" }, i + 1));
  const middles = rows.map(([words, levels], down) => {
    const y = 20 + down * (side + 6), middle = y + side / 2;
    add(svg, "text", { x: 0, y: middle + 5, class: "ir-title" }, words);
    levels.forEach((level, i) => {
      const x = left + (i + 0.5) * step - side / 2;
      add(svg, "rect", { x, y, width: side, height: side, class: `ir-square${level === null ? " ir-unmarked" : ""}`, "data-level": level ?? "" });
      if (level) add(svg, "rect", { x, y: y + side * (1 - level / most), width: side, height: side * level / most, class: "ir-square ir-full" });
    });
    return middle;
  });
  const below = middles.at(-1) + side / 2 + 17;
  signs.forEach((sign, i) => sign && add(svg, "text", { x: left + (i + 0.5) * step, y: below, "text-anchor": "middle", class: "ir-title" }, sign));
  return { left, step, middles, side };
}
