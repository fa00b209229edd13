// People in a field, each at a place that never changes (field.py draws the same as a still picture).
//
// fieldOf(people, left, top, wide, tall) returns { columns, step, at(i) }: as many columns, in tens, as fill it best.
// crowd(parent, field, looks) adds paths for each look [shape, side], and returns what draws: given the kind of each
// person, its look. Shapes are full, half, open, cross; sides are ink, quiet, away, back.

function fieldOf(people, left, top, wide, tall) {
  let columns = 10, step = 0;
  for (let some = 10; some < Math.max(people, 10) + 10; some += 10) {
    const fits = Math.min(wide / some, tall / Math.ceil(people / some));
    if (fits > step) [columns, step] = [some, fits];
  }
  return { columns, step, at: (i) => [left + (i % columns + 0.5) * step, top + (Math.floor(i / columns) + 0.5) * step] };
}

const placed = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
const SHAPES = {
  dot: (at) => `M${placed(at)}h.01`,
  half: ([x, y], step) => `M${placed([x, y - 0.39 * step])}a${0.39 * step} ${0.39 * step} 0 0 0 0 ${0.78 * step}z`,
  cross: ([x, y], step) => `M${placed([x - 0.26 * step, y - 0.26 * step])}l${0.52 * step} ${0.52 * step}m0 ${-0.52 * step}l${-0.52 * step} ${0.52 * step}`,
};

function crowd(parent, { step, at }, looks) {
  const line = (side, wide) => add(parent, "path", { class: `ir-person ir-of-${side}`, "stroke-width": (wide * step).toFixed(2) });
  const paths = looks.map(([shape, side]) => {
    if (shape === "cross") return [[line(side, 0.2), SHAPES.cross]];
    const own = [[line(side, 0.78), SHAPES.dot]];
    if (shape !== "full") own.push([line("hole", 0.52), SHAPES.dot]);
    if (shape === "half") own.push([add(parent, "path", { class: `ir-half-person ir-of-${side}` }), SHAPES.half]);
    return own;
  });
  return (kinds) => paths.forEach((own, kind) => own.forEach(([path, shape]) => {
    let d = "";
    for (let i = 0; i < kinds.length; i++) if (kinds[i] === kind) d += shape(at(i), step);
    set(path, { d });
  }));
}
