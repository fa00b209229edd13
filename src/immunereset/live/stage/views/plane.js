// The plane of two states with the ridge between its two sides, a ball at the present values, and its trail.
// `told`: x, y (states), across, up ([low, high]), words, names (disease, health), nullclines, roles, and either ridge
// [[x, y]] or free (in which field the ridge is drawn), rest (all states, by name, in that field) and active.

VIEWS.plane = (root, told, stage) => {
  const { figure } = stage, svg = root.querySelector("svg"), view = {}, { across, up, ridge, free } = told;
  const box = [across, up].map((ends) => ends.map(Math.log10)), calm = Object.fromEntries(figure.model.limits.map(([name]) => [name, 0]));
  const place = ([a, b]) => `${view.x(10 ** a).toFixed(2)} ${view.y(10 ** b).toFixed(2)}`;
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
    view.land = add(svg, "g");
    view.still = told.roles.map((role) => add(svg, "path", { class: `ir-still-line ir-${role}` }));
    view.trail = add(svg, "path", { class: "ir-trail" });
    view.names = add(svg, "g");
    if (ridge) fixedLand();
    view.rests = add(svg, "g");
    view.twinTrail = add(svg, "path", { class: "ir-trail ir-twin" });
    view.twinBall = add(svg, "circle", { r: slim ? 6 : 7, class: "ir-twin-ball" });
    view.ball = add(svg, "circle", { r: slim ? 6 : 7, class: `ir-ball ir-${told.roles[1]}` });
    view.words = [0, 1].map(() => add(svg, "text", { class: "ir-title" }));
  };
  // The two sides of a ridge that Python computed.
  function fixedLand() {
    const { left, right, top, bottom } = view, line = ridge.map(([x, y]) => place([Math.log10(x), Math.log10(y)])).join("L"), [edgeX] = ridge.at(-1);
    add(view.land, "path", { d: `M${left} ${bottom}L${line}Z`, class: "ir-ground ir-away" });
    add(view.land, "path", { d: `M${left} ${top}L${line}L${right} ${bottom}L${right} ${top}Z`, class: "ir-ground ir-back" });
    add(view.land, "path", { d: `M${line}`, class: "ir-ridge" });
    add(view.names, "text", { x: view.x(edgeX) + 6, y: bottom - 8, class: "ir-title" }, "ridge");
    add(view.names, "text", { x: right - 6, y: (top + bottom) / 2, "text-anchor": "end", class: "ir-title ir-back" }, told.names[0]);
    add(view.names, "text", { x: view.x(edgeX) - 8, y: bottom - 8, "text-anchor": "end", class: "ir-title ir-away" }, told.names[1]);
  }
  // The ridges of the field without cells, and the names of where it leads.
  function freeLand(run) {
    const at = fieldOf(figure.model, told.x, told.y, run.p, calm, told.rest), found = rests(at, box, nullclines(at, box, 80));
    view.ridges = found.filter(({ saddle }) => saddle).map((saddle) => separatrix(at, box, saddle));
    view.free = found;
    for (const group of [view.land, view.names]) group.replaceChildren();
    for (const curve of view.ridges) {
      add(view.land, "path", { d: `M${curve.map(place).join("L")}`, class: "ir-ridge" });
      const seen = curve.filter(([a, b]) => view.x(10 ** a) >= view.left && view.y(10 ** b) > view.top + 16), [a, b] = seen.reduce((first, point) => (point[0] < first[0] ? point : first));
      add(view.names, "text", { x: view.x(10 ** a) + 6, y: view.y(10 ** b) - 7, class: "ir-title" }, `ridge, ${free}`);
    }
    for (const { a, b } of found.filter(({ stable }) => stable)) {
      const ill = 10 ** b > told.active, x = view.x(10 ** a), end = x > (view.left + view.right) / 2;
      add(view.names, "text", { x: x + (end ? -12 : 12), y: view.y(10 ** b) + (ill ? -9 : 16), "text-anchor": end ? "end" : "start", class: `ir-title ${ill ? "ir-back" : "ir-away"}` }, told.names[ill ? 0 : 1]);
    }
  }
  let names = [];
  view.draw = ({ run, from, words, twin }) => {
    names = words;
    set(view.land, { display: from < Infinity ? "none" : "inline" });
    if (free) freeLand(run);
    write(view.words[0], twin ? words[0] : "");
    write(view.words[1], twin ? words[1] : "");
  };
  // The way of a run until a day; where its points lie far apart, it is asked for those between.
  const trail = (run, day, y) => {
    const points = [], where = (values) => [view.x(values(told.x)), view.y(values(told.y))];
    for (let i = 0; i < run.t.length && run.t[i] <= day; i++) {
      const next = where((state) => run.values[state][i]), last = points.at(-1);
      const steps = last && run.piece[i] === run.piece[i - 1] ? Math.min(24, Math.ceil(Math.hypot(next[0] - last[0], next[1] - last[1]) / 5)) : 1;
      for (let k = 1; k < steps; k++) {
        const between = run.t[i - 1] + (run.t[i] - run.t[i - 1]) * k / steps;
        points.push(where((state) => run.at(state, between, run.piece[i])));
      }
      points.push(next);
    }
    if (points.length) points.push(where((state) => y[state]));
    return points.length ? `M${points.map(([x, h]) => `${x.toFixed(1)} ${h.toFixed(1)}`).join("L")}` : "";
  };
  const ball = (part, words, y, below) => {
    const x = view.x(y[told.x]), height = view.y(y[told.y]);
    set(part, { cx: x, cy: height });
    const left = below && x - 20 - 8 * words.textContent.length > view.left; // right below a state of rest stands its name
    set(words, { x: left ? x - 11 : Math.min(x + 11, view.right - 12), y: height + (below ? 18 : -8), "text-anchor": left ? "end" : "start" });
  };
  view.frame = ({ day, y, run, twin, from }) => {
    set(view.trail, { d: trail(run, day, y) });
    ball(view.ball, view.words[0], y, twin && twin.y[told.y] >= y[told.y]);
    for (const part of [view.twinTrail, view.twinBall, view.words[1]]) set(part, { display: twin ? "inline" : "none" });
    if (twin) {
      set(view.twinTrail, { d: trail(twin.run, day, twin.y) });
      ball(view.twinBall, view.words[1], twin.y, twin.y[told.y] < y[told.y]);
    }
    let pieces = [], found = [];
    if (told.nullclines && from === Infinity) {
      const at = fieldOf(figure.model, told.x, told.y, run.p, stage.inputs(run, day), y, day);
      pieces = nullclines(at, box);
      if (free) found = rests(at, box, pieces);
    }
    view.still.forEach((line, i) => set(line, { d: (pieces[i] ?? []).map(([a, b, c, e]) => `M${place([a, b])}L${place([c, e])}`).join("") }));
    view.rests.replaceChildren();
    for (const { a, b, stable } of found) add(view.rests, "circle", { cx: view.x(10 ** a), cy: view.y(10 ** b), r: 4.5, class: stable ? "ir-rest" : "ir-rest ir-open" });
    const pair = (one) => `${cellsInWords(one[told.y])} and ${cellsInWords(one[told.x])}`, who = twin ? `${names[0]} ${pair(y)}; ${names[1]} ${pair(twin.y)}` : pair(y);
    svg.setAttribute("aria-label", `${told.words[1]} against ${told.words[0]}: ${who}.`);
    return { pieces, rests: found, free: view.free, ridges: view.ridges };
  };
  return view;
};
