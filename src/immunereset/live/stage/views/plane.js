// The plane of two states with the ridge between its two sides, a ball at the present values, and its trail.
// `told`: x, y (states), across, up ([low, high]), words, names (disease, health), ridge [[x, y]], nullclines, roles.

// Where a state would stand still: short pieces [x1, y1, x2, y2] of the line on which its derivative is 0, in logarithms to
// the base 10, all other states at their values in `y`.
function standstill(model, told, of, p, input, y, day, columns = 40, rows = 40) {
  const vector = Float64Array.from(model.states, (name) => y[name]), d = new Float64Array(vector.length);
  const [i, j, k] = [told.x, told.y, of].map((state) => model.states.indexOf(state));
  const [[x0, x1], [y0, y1]] = [told.across, told.up].map((ends) => ends.map(Math.log10));
  const at = (a, b) => {
    vector[i] = 10 ** a;
    vector[j] = 10 ** b;
    model.flow(day, vector, p, input, d);
    return d[k];
  };
  const xs = Array.from({ length: columns + 1 }, (_, c) => x0 + (x1 - x0) * c / columns);
  const ys = Array.from({ length: rows + 1 }, (_, r) => y0 + (y1 - y0) * r / rows), pieces = [];
  let before = ys.map((b) => at(xs[0], b));
  for (let c = 1; c <= columns; c++) {
    const now = ys.map((b) => at(xs[c], b));
    for (let r = 1; r <= rows; r++) {
      const [a, b, e, f] = [before[r - 1], before[r], now[r], now[r - 1]], ends = [];
      const cut = (u, v, place) => { if (u > 0 !== v > 0) ends.push(...place(u / (u - v))); };
      cut(a, b, (s) => [xs[c - 1], ys[r - 1] + s * (ys[r] - ys[r - 1])]);
      cut(b, e, (s) => [xs[c - 1] + s * (xs[c] - xs[c - 1]), ys[r]]);
      cut(f, e, (s) => [xs[c], ys[r - 1] + s * (ys[r] - ys[r - 1])]);
      cut(a, f, (s) => [xs[c - 1] + s * (xs[c] - xs[c - 1]), ys[r - 1]]);
      if (ends.length) pieces.push(ends.slice(0, 4));
      if (ends.length > 4) pieces.push(ends.slice(4));
    }
    before = now;
  }
  return pieces;
}

VIEWS.plane = (root, told, stage) => {
  const { figure } = stage, svg = root.querySelector("svg"), view = {}, { across, up, ridge } = told;
  const scaled = ([low, high], from, to) => (n) => from + (to - from) * Math.log(Math.min(Math.max(n, low), high) / low) / Math.log(high / low);
  view.lay = () => {
    const [wide, tall] = sized(svg), slim = wide < 300, left = 36, right = wide - 8, top = 20, bottom = tall - 34;
    Object.assign(view, { left, right, top, bottom, x: scaled(across, left, right), y: scaled(up, bottom, top) });
    add(svg, "text", { x: 0, y: 12, class: "ir-quiet" }, slim ? told.words[1].split(" ")[0] : told.words[1]);
    add(svg, "text", { x: right, y: tall - 3, "text-anchor": "end", class: "ir-quiet" }, slim ? told.words[0].split(" ")[0] : told.words[0]);
    for (let n = 10 ** Math.ceil(Math.log10(across[0]) - 1e-9); n <= across[1] * 1.001; n *= 10) {
      const x = view.x(n);
      if (slim && Math.round(Math.log10(n)) % 2) continue;
      add(svg, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 5, class: "ir-tick" });
      add(svg, "text", { x, y: bottom + 17, "text-anchor": x > right - 8 ? "end" : "middle", class: "ir-quiet" }, show(Number(n.toPrecision(1))));
    }
    for (let n = 10 ** Math.ceil(Math.log10(up[0]) - 1e-9); n <= up[1]; n *= 10) {
      const y = view.y(n);
      add(svg, "line", { x1: left, x2: right, y1: y, y2: y, class: "ir-grid" });
      add(svg, "text", { x: left - 6, y: y + 4, "text-anchor": "end", class: "ir-quiet" }, show(Number(n.toPrecision(1))));
    }
    const line = ridge.map(([x, y]) => `${view.x(x).toFixed(2)} ${view.y(y).toFixed(2)}`).join("L");
    view.land = add(svg, "g");
    add(view.land, "path", { d: `M${left} ${bottom}L${line}Z`, class: "ir-ground ir-away" });
    add(view.land, "path", { d: `M${left} ${top}L${line}L${right} ${bottom}L${right} ${top}Z`, class: "ir-ground ir-back" });
    view.ridge = add(view.land, "path", { d: `M${line}`, class: "ir-ridge" });
    const [edgeX] = ridge.at(-1);
    add(view.land, "text", { x: view.x(edgeX) + 6, y: bottom - 8, class: "ir-title" }, "ridge");
    add(view.land, "text", { x: right - 6, y: (top + bottom) / 2, "text-anchor": "end", class: "ir-title ir-back" }, told.names[0]);
    add(view.land, "text", { x: view.x(edgeX) - 8, y: bottom - 8, "text-anchor": "end", class: "ir-title ir-away" }, told.names[1]);
    view.still = told.roles.map((role) => add(svg, "path", { class: `ir-still-line ir-${role}` }));
    view.trail = add(svg, "path", { class: "ir-trail" });
    view.twinTrail = add(svg, "path", { class: "ir-trail ir-twin" });
    view.twinBall = add(svg, "circle", { r: slim ? 6 : 7, class: "ir-twin-ball" });
    view.ball = add(svg, "circle", { r: slim ? 6 : 7, class: `ir-ball ir-${told.roles[1]}` });
    view.words = [0, 1].map(() => add(svg, "text", { class: "ir-title" }));
  };
  view.draw = ({ from, words, twin }) => {
    set(view.land, { display: from < Infinity ? "none" : "inline" });
    view.words[0].textContent = twin ? words[0] : "";
    view.words[1].textContent = twin ? words[1] : "";
  };
  const trail = (run, day, y) => {
    let d = "", last = -1;
    for (let i = 0; i < run.t.length && run.t[i] <= day; i++) {
      if (i - last < 1) continue;
      d += `${d ? "L" : "M"}${view.x(run.values[told.x][i]).toFixed(1)} ${view.y(run.values[told.y][i]).toFixed(1)}`;
      last = i;
    }
    return d ? `${d}L${view.x(y[told.x]).toFixed(1)} ${view.y(y[told.y]).toFixed(1)}` : "";
  };
  const ball = (part, words, y, below) => {
    const x = view.x(y[told.x]), height = view.y(y[told.y]);
    set(part, { cx: x, cy: height });
    set(words, { x: Math.min(x + 11, view.right - 12), y: height + (below ? 18 : -8) });
  };
  view.frame = ({ day, y, run, twin, from }) => {
    set(view.trail, { d: trail(run, day, y) });
    ball(view.ball, view.words[0], y, twin && twin.y[told.y] >= y[told.y]);
    for (const part of [view.twinTrail, view.twinBall, view.words[1]]) set(part, { display: twin ? "inline" : "none" });
    if (twin) {
      set(view.twinTrail, { d: trail(twin.run, day, twin.y) });
      ball(view.twinBall, view.words[1], twin.y, twin.y[told.y] < y[told.y]);
    }
    const still = told.nullclines && from === Infinity ? [told.x, told.y] : [];
    const pieces = still.map((of) => standstill(figure.model, told, of, run.p, stage.inputs(run, day), y, day));
    pieces.forEach((some, i) => set(view.still[i], {
      d: some.map(([a, b, c, e]) => `M${view.x(10 ** a).toFixed(1)} ${view.y(10 ** b).toFixed(1)}L${view.x(10 ** c).toFixed(1)} ${view.y(10 ** e).toFixed(1)}`).join(""),
    }));
    svg.setAttribute("aria-label", `${told.words[1]} against ${told.words[0]}: ${cellsInWords(y[told.y])} and ${cellsInWords(y[told.x])}.${twin ? ` The other: ${cellsInWords(twin.y[told.y])} and ${cellsInWords(twin.y[told.x])}.` : ""}`);
    return { pieces };
  };
  return view;
};
