// The landscape in which one state rolls while the others are held, with a ball at its present value.
// `told`: state, role, low, high, height (1/d), active (level), names, waits (names and colours, for a choice), turned (health
// lies right), ticks, title, short, word.

// Minus the integral of the state's growth rate over its logarithm, computed from the model's own flows.
function landscape(model, { state, low, high }, p, input, y, day, points = 161) {
  const at = model.states.indexOf(state), vector = Float64Array.from(model.states, (name) => y[name]);
  const d = new Float64Array(vector.length), step = Math.log(high / low) / (points - 1), x = [], v = [];
  let before = 0;
  for (let i = 0; i < points; i++) {
    vector[at] = low * Math.exp(i * step);
    model.flow(day, vector, p, input, d);
    const growth = d[at] / vector[at];
    x.push(vector[at]);
    v.push(i ? v[i - 1] - (growth + before) / 2 * step : 0);
    before = growth;
  }
  const base = Math.min(...v), floors = [], tops = [], height = (i) => v[i] ?? Infinity;
  for (let i = 0; i < points; i++) { // where the ground falls towards an edge, a valley lies beyond it
    if (height(i) < height(i - 1) && height(i) <= height(i + 1)) floors.push(i);
    if (i && height(i) > height(i - 1) && height(i) >= height(i + 1)) tops.push(i);
  }
  const ridge = tops.find((i) => floors.some((f) => f < i) && floors.some((f) => f > i)) ?? null;
  return { x, v: v.map((value) => value - base), floors, ridge };
}

VIEWS.valley = (root, told, stage) => {
  const { state, role, low, high, height, active, names } = told, { figure } = stage, svg = root.querySelector("svg"), view = {};
  const sides = told.turned ? ["ir-away", "ir-back"] : ["ir-back", "ir-away"]; // right and left of the ridge
  const named = told.ticks.length ? told.ticks : Array.from({ length: 12 }, (_, k) => low * 10 ** (k + 1)).filter((n) => n < high * (1 - 1e-9));
  view.lay = () => {
    const [wide, tall] = sized(svg), slim = wide < 260, brief = wide < 330, id = `ir-${figure.name}-ground`;
    const place = (value) => 4 + Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low) * (wide - 8);
    Object.assign(view, { wide, tall, slim, brief, x: place, y: (v) => tall - 46 - Math.min(v, 4 * height) * (tall - 64) / height });
    add(add(add(svg, "defs"), "clipPath", { id }), "rect", { width: wide, height: tall - 18 });
    const ground = add(svg, "g", { "clip-path": `url(#${id})` });
    view.sides = sides.map((side) => add(ground, "path", { class: `ir-ground ${side}` }));
    view.twin = add(ground, "path", { class: "ir-slope ir-twin" });
    view.slope = add(ground, "path", { class: "ir-slope" });
    for (const n of named) {
      add(svg, "text", { x: place(n), y: tall - 4, "text-anchor": "middle", class: "ir-quiet" }, show(Number(n.toPrecision(3))));
    }
    add(svg, "text", { x: wide - 2, y: 12, "text-anchor": "end", class: brief ? "ir-quiet" : "ir-title" }, brief ? told.short : told.title);
    view.words = sides.map((side, i) => add(svg, "text", {
      x: i ? 8 : wide - 8, y: tall - 26, "text-anchor": i ? "start" : "end", class: `ir-title ${side}`,
    }));
    view.twinBall = add(svg, "circle", { r: slim ? 6 : 8, class: "ir-twin-ball" });
    view.ball = add(svg, "circle", { r: slim ? 7 : 9, class: `ir-ball ir-${role}` });
  };
  const heightAt = (land, value) => {
    const i = Math.min(land.x.length - 1.001, Math.max(0, Math.log(value / low) / Math.log(high / low) * (land.x.length - 1))), a = Math.floor(i);
    return land.v[a] + (i - a) * (land.v[a + 1] - land.v[a]);
  };
  const line = (land, from, to) => land.x.slice(from, to + 1).map((x, i) => `${view.x(x).toFixed(1)} ${view.y(land.v[from + i]).toFixed(1)}`).join("L");
  // A ball that lies higher than the view is high waits at its upper edge.
  const ball = (part, land, value) => {
    const r = Number(part.getAttribute("r"));
    set(part, { cx: view.x(value), cy: Math.max(r + 1, view.y(heightAt(land, value)) - r) });
  };
  view.frame = ({ day, y, run, twin, covered, from }) => {
    const under = (one, values) => landscape(figure.model, told, one.p, stage.inputs(one, day), values, day);
    const land = under(run, y), last = land.x.length - 1, lone = land.x[land.floors.at(-1) ?? 0] > active ? 0 : last, split = land.ridge ?? lone;
    const side = (from, to) => (from < to ? `M${view.x(land.x[from])} ${view.tall}L${line(land, from, to)}L${view.x(land.x[to])} ${view.tall}Z` : "");
    const unnamed = told.waits && from < Infinity;
    set(view.sides[0], { d: unnamed ? "" : side(split, last) });
    set(view.sides[1], { d: unnamed ? "" : side(0, split) });
    set(view.slope, { d: `M${line(land, 0, last)}` });
    const [bad, good, none] = unnamed ? ["", "", ""] : names;
    const inView = told.turned ? [split > 0, split < last] : [split < last, split > 0]; // disease, health
    const badWord = !inView[0] || (view.brief && !inView[1]) ? "" : view.slim ? bad.split(" ")[0] : bad;
    const goodWord = !inView[1] ? none : view.slim && inView[0] ? good.split(" ")[0] : good, order = told.turned ? [goodWord, badWord] : [badWord, goodWord];
    view.words.forEach((part, i) => { part.textContent = order[i]; });
    view.words[told.turned ? 0 : 1].setAttribute("class", `ir-title ${inView[1] ? "ir-away" : "ir-back"}`);
    ball(set(view.ball, { display: covered.has(state) ? "none" : "inline" }), land, y[state]);
    for (const part of [view.twin, view.twinBall]) set(part, { display: twin ? "inline" : "none" });
    if (twin) {
      const other = under(twin.run, twin.y);
      set(view.twin, { d: `M${line(other, 0, last)}` });
      ball(view.twinBall, other, twin.y[state]);
    }
    svg.setAttribute("aria-label", `${told.title}. ${covered.has(state) ? "" : `${cellsInWords(y[state])} ${told.word}. `}${unnamed ? "" : `In view: ${[inView[0] ? bad : "", inView[1] ? good : none].filter(Boolean).join(", ")}.`}`);
    return land;
  };
  return view;
};
