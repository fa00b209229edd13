// The exact landscape of two states from above: lines of equal height, a ball at the present values, and its trail.
// `told`: x, y (states), weights (observables), high (of both axes), fields, step (between heights), words, names { word:
// [x, y] }, waits (names, for a choice), role.

// Height V[i][j] over x and y from 0 to `high`: the weighted flow is its slope, integrated by Simpson's rule.
function heights(model, { x, y, weights, high, fields }, p, input, day) {
  const [i, j] = [x, y].map((name) => model.states.indexOf(name)), [a, b] = weights.map((name) => model.observables.indexOf(name));
  const vector = new Float64Array(2), d = new Float64Array(2), out = new Float64Array(model.observables.length), h = high / fields;
  const slope = (m, n, which) => {
    vector[i] = m * h;
    vector[j] = n * h;
    model.flow(day, vector, p, input, d);
    model.observe(day, vector, p, input, out);
    return which ? -d[j] * out[b] : -d[i] * out[a];
  };
  const V = [[0]];
  let low = 0;
  for (let m = 1; m <= fields; m++) V.push([V[m - 1][0] + (slope(m - 1, 0, 0) + 4 * slope(m - 0.5, 0, 0) + slope(m, 0, 0)) * h / 6]);
  for (let m = 0; m <= fields; m++) {
    let before = slope(m, 0, 1);
    for (let n = 1; n <= fields; n++) {
      const now = slope(m, n, 1);
      V[m].push(V[m][n - 1] + (before + 4 * slope(m, n - 0.5, 1) + now) * h / 6);
      before = now;
    }
    low = Math.min(low, ...V[m]);
  }
  return V.map((row) => row.map((v) => v - low));
}

// The lowest height for each difference x − y, from −high to high, and the place that has it.
function sideOf(V, high) {
  const fields = V.length - 1, h = high / fields, x = [], v = [], places = [];
  for (let k = -fields; k <= fields; k++) {
    let at = Math.max(0, -k);
    for (let n = at; n <= fields && n + k <= fields; n++) if (V[n + k][n] < V[at + k][at]) at = n;
    x.push(k * h);
    v.push(V[at + k][at]);
    places.push([(at + k) * h, at * h]);
  }
  return { x, v, places };
}

// The places of the valleys: no field around them lies lower.
function floorsOf(V, high) {
  const floors = [], around = [-1, 0, 1], h = high / (V.length - 1);
  V.forEach((row, m) => row.forEach((v, n) => {
    if (around.every((a) => around.every((b) => !(V[m + a]?.[n + b] < v)))) floors.push([m * h, n * h]);
  }));
  return floors;
}

// Lines of one height, as a path; `X` and `Y` place fractions of fields.
function levelOf(V, height, X, Y) {
  let d = "";
  for (let m = 1; m < V.length; m++) {
    for (let n = 1; n < V.length; n++) {
      const a = V[m - 1][n - 1] - height, b = V[m][n - 1] - height, c = V[m][n] - height, e = V[m - 1][n] - height, ends = [];
      const cut = (u, v, x, y, right, up) => {
        if (u > 0 !== v > 0) ends.push(`${X(x + right * u / (u - v)).toFixed(1)} ${Y(y + up * u / (u - v)).toFixed(1)}`);
      };
      cut(a, b, m - 1, n - 1, 1, 0);
      cut(b, c, m, n - 1, 0, 1);
      cut(e, c, m - 1, n, 1, 0);
      cut(a, e, m - 1, n - 1, 0, 1);
      for (let k = 0; k + 1 < ends.length; k += 2) d += `M${ends[k]}L${ends[k + 1]}`;
    }
  }
  return d;
}

VIEWS.contours = (root, told, stage) => {
  const { figure } = stage, svg = root.querySelector("svg"), view = {}, { x, y, high, fields, step } = told, known = new Map();
  // The landscape of a run on a day; one is kept for each push and each set of values.
  view.land = (run, day) => {
    const input = stage.inputs(run, day), key = JSON.stringify([input, run.p]);
    if (!known.has(key)) {
      if (known.size > 40) known.clear();
      const V = heights(figure.model, told, run.p, input, day);
      known.set(key, { key, V, floors: floorsOf(V, high), ...sideOf(V, high) });
    }
    return known.get(key);
  };
  // The value of a state within the axes, and the height of a place; beyond the grid, that of its edge.
  view.within = (n) => Math.min(high, Math.max(0, n));
  // The name of the valley whose floor lies at a place, if one is near.
  view.nameOf = ([m, n]) => Object.entries(told.names).map(([word, [a, b]]) => [Math.hypot(a - m, b - n), word]).filter(([far]) => far < high / 3).sort((a, b) => a[0] - b[0])[0]?.[1];
  view.height = ({ V }, values) => {
    const [m, n] = [x, y].map((name) => Math.min(fields - 1e-9, view.within(values[name]) / high * fields)), i = Math.floor(m), j = Math.floor(n);
    const [f, g] = [m - i, n - j], at = (k) => V[i + k][j] * (1 - g) + V[i + k][j + 1] * g;
    return at(0) * (1 - f) + at(1) * f;
  };
  let drawn;
  view.lay = () => {
    const [wide, tall] = sized(svg), side = Math.max(1, Math.min(wide - 30, tall - 44)), left = (wide - side) / 2 + 8, bottom = tall - 24;
    view.x = (n) => left + view.within(n) / high * side;
    view.y = (n) => bottom - view.within(n) / high * side;
    add(svg, "rect", { x: left, y: bottom - side, width: side, height: side, fill: "none", class: "ir-tick" });
    for (let n = 0; n <= high; n++) {
      add(svg, "text", { x: view.x(n), y: bottom + 15, "text-anchor": "middle", class: "ir-quiet" }, String(n));
      if (n) add(svg, "text", { x: left - 6, y: view.y(n) + 4, "text-anchor": "end", class: "ir-quiet" }, String(n));
    }
    const slim = wide < 260, [across, up] = told.words;
    if (!slim) add(svg, "text", { x: left + side + 6, y: bottom + 4, class: "ir-quiet" }, across);
    add(svg, "text", { x: slim ? 0 : left, y: bottom - side - 7, class: "ir-quiet" }, slim ? `${up} ↑, ${across} →` : up);
    view.level = add(svg, "path", { class: "ir-level" });
    view.trail = add(svg, "path", { class: "ir-trail" });
    view.names = (side < 140 ? [] : Object.entries(told.names)).map(([word, [m, n]]) => add(svg, "text", {
      x: view.x(m), y: view.y(n) + (n < high / 4 ? -12 : 22), "text-anchor": m > 0.7 * high ? "end" : m < 0.3 * high ? "start" : "middle", class: "ir-title",
    }, word));
    view.twinBall = add(svg, "circle", { r: 6, class: "ir-twin-ball" });
    view.ball = add(svg, "circle", { r: 7, class: `ir-ball ir-${told.role}` });
    drawn = null;
  };
  view.frame = ({ day, y: values, run, twin, from }) => {
    const land = view.land(run, day);
    if (drawn !== land.key) {
      const levels = Array.from({ length: 10 }, (_, k) => (k + 1) * step), field = high / fields;
      while (levels.length < 22) levels.push(levels.at(-1) * 1.8);
      set(view.level, { d: levels.map((height) => levelOf(land.V, height, (m) => view.x(m * field), (n) => view.y(n * field))).join("") });
      drawn = land.key;
    }
    let d = "";
    for (let i = 0; i < run.t.length && run.t[i] <= day; i++) d += `${d ? "L" : "M"}${view.x(run.values[x][i]).toFixed(1)} ${view.y(run.values[y][i]).toFixed(1)}`;
    set(view.trail, { d: d && from === Infinity ? `${d}L${view.x(values[x]).toFixed(1)} ${view.y(values[y]).toFixed(1)}` : "" });
    set(view.ball, { cx: view.x(values[x]), cy: view.y(values[y]) });
    set(view.twinBall, { display: twin ? "inline" : "none" });
    if (twin) set(view.twinBall, { cx: view.x(twin.y[x]), cy: view.y(twin.y[y]) });
    const unnamed = told.waits && from < Infinity;
    const seen = unnamed ? [] : Object.keys(told.names).filter((word) => land.floors.some((floor) => view.nameOf(floor) === word));
    for (const word of view.names) set(word, { display: seen.includes(word.textContent) ? "inline" : "none" });
    svg.setAttribute("aria-label", `The landscape from above. ${told.words[0]} ${cellsInWords(values[x])}, ${told.words[1]} ${cellsInWords(values[y])}.${seen.length ? ` Valleys: ${seen.join(", ")}.` : ""}`);
    return land;
  };
  return view;
};
