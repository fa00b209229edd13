// The views of a stage. They know no biology: they read states, their roles, and flows; `figure` is told in page.js.
//
// A view has lay(), which draws what does not change at the present size, and frame(moment), which moves the rest. A
// moment is { u: place of the clock from 0 to 1, day, y: every state and observable by name, twin: the same of another run }.

const NS = "http://www.w3.org/2000/svg";

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function add(parent, tag, attributes = {}, text) {
  const element = set(document.createElementNS(NS, tag), attributes);
  if (text !== undefined) element.textContent = text;
  return parent.appendChild(element);
}

// Empties a view's SVG and gives it the size that it has on the screen: one unit is one pixel.
function sized(svg) {
  const wide = svg.clientWidth, high = svg.clientHeight;
  svg.replaceChildren();
  set(svg, { viewBox: `0 0 ${wide} ${high}` });
  return [wide, high];
}

// Cells in words, with as many digits as a reader needs.
const cellsInWords = (n) => (n >= 10 ? n.toFixed(0) : n >= 1 ? n.toFixed(1) : n >= 0.095 ? n.toFixed(2) : show(Number(n.toPrecision(1))));

// The clock's place of a day, and back: the stretch before takes a share of its own, and the first weeks get room.
function placeOf({ before, share, until }, day) {
  return day < 0 ? share * Math.max(0, 1 + day / before) : share + (1 - share) * Math.sqrt(day / until);
}
function dayOf({ before, share, until }, u) {
  return u < share ? (u / share - 1) * before : until * ((u - share) / (1 - share)) ** 2;
}

// Lines over time on a logarithmic axis, with the last tries as thin ghosts, and what the reader expected.
function linesView(svg, figure) {
  const { axis, lines, low, high, mark } = figure.lines, view = { svg };
  const down = Math.log10(low), decades = Math.log10(high) - down;
  view.lay = () => {
    const [wide, tall] = sized(svg), slim = wide < 480;
    const left = slim ? 34 : 46, right = slim ? 98 : 122, top = 34, bottom = tall - 34;
    Object.assign(view, { left, right: wide - right, top, bottom, slim });
    view.x = (u) => left + u * (wide - left - right);
    view.y = (n) => bottom - (Math.log10(Math.min(Math.max(n, low), high)) - down) / decades * (bottom - top);
    add(svg, "text", { x: 0, y: 12, class: "ir-quiet" }, slim ? figure.lines.short : figure.lines.label);
    for (let k = 0; k <= decades; k++) {
      const n = 10 ** (down + k), y = view.y(n);
      add(svg, "line", { x1: left, x2: view.right, y1: y, y2: y, class: "ir-grid" });
      if (!slim || k % 2 === 0) add(svg, "text", { x: left - 6, y: y + 4, "text-anchor": "end", class: "ir-quiet" }, show(n));
    }
    for (const [day, words, always] of axis.ticks) {
      if (slim && !always) continue;
      const x = view.x(placeOf(axis, day));
      add(svg, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 5, class: "ir-tick" });
      add(svg, "text", { x, y: bottom + 19, "text-anchor": "middle", class: "ir-quiet" }, words);
    }
    const start = view.x(axis.share);
    add(svg, "text", { x: left, y: bottom + 19, class: "ir-quiet" }, slim ? "" : axis.beforeWords);
    add(svg, "rect", { x: start - 2, width: 4, y: top, height: bottom - top, class: "ir-treated" });
    add(svg, "text", { x: start - 2, y: top - 6, class: "ir-treated-words" }, figure.lines.event);
    const id = `ir-${figure.name}-future`, pattern = add(add(svg, "defs"), "pattern", {
      id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    });
    add(pattern, "rect", { width: 8, height: 8, class: "ir-cover" });
    add(pattern, "line", { y2: 8, class: "ir-hatch" });
    view.future = add(svg, "rect", { x: start + 2, y: top, width: view.right - start - 2, height: bottom - top, fill: `url(#${id})` });
    view.ask = add(svg, "text", {
      x: (start + view.right) / 2, y: top + 0.75 * (bottom - top), "text-anchor": "middle", class: "ir-ask",
    }, "What will happen?");
    if (mark) {
      const y = view.y(mark.level);
      add(svg, "line", { x1: left, x2: view.right, y1: y, y2: y, class: "ir-mark" });
      if (!slim) add(svg, "text", { x: view.right - 4, y: y + 14, "text-anchor": "end", class: "ir-mark-words" }, mark.label);
    }
    view.ghosts = add(svg, "g");
    view.expected = add(svg, "path", { class: "ir-expected" });
    view.expectedWords = add(svg, "text", { "text-anchor": "end", class: "ir-quiet" });
    view.paths = lines.map(({ role }) => add(svg, "path", { class: `ir-line ir-${role}` }));
    view.twin = add(svg, "path", { class: "ir-line ir-twin" });
    view.words = lines.map(({ role }) => add(svg, "text", { x: view.right + 6, class: `ir-words ir-${role}` }));
    view.twinWords = add(svg, "text", { x: view.right + 6, class: "ir-words ir-twin" });
    view.hair = add(svg, "line", { y1: top, y2: bottom, class: "ir-hair" });
    view.dots = lines.map(({ role }) => add(svg, "circle", { r: 4, class: `ir-dot ir-${role}` }));
    view.twinDot = add(svg, "circle", { r: 5, class: "ir-twin-dot" });
    view.grip = add(svg, "path", { class: "ir-grip", d: "M-11 0h22M-5 -4l-4 4 4 4M5 -4l4 4-4 4" });
    view.day = add(svg, "text", { y: bottom - 6, class: "ir-now" });
    svg.parentElement.style.setProperty("--ir-left", `${left - 12}px`);
    svg.parentElement.style.setProperty("--ir-right", `${right - 12}px`);
  };
  // The path of a state through the stretch before and a run (none: the stretch alone).
  const course = (run, name) => {
    const { t, values } = figure.past, points = t.map((day, i) => [placeOf(axis, day), values[name][i]]);
    if (run) run.t.forEach((day, i) => points.push([placeOf(axis, day), run.values[name][i]]));
    return `M${points.map(([u, n]) => `${view.x(u).toFixed(1)} ${view.y(n).toFixed(1)}`).join("L")}`;
  };
  // Draws runs: the present one, its twin, ghosts of earlier ones ({ run, away }), and the level expected at the end.
  view.draw = ({ run, twin, ghosts, hidden, expected, words }) => {
    const first = lines[0].name, last = (name) => (run && !hidden ? run.values[name].at(-1) : figure.past.values[name].at(-1));
    lines.forEach(({ name }, i) => set(view.paths[i], { d: course(hidden ? null : run, name), opacity: twin && i ? 0.3 : 1 }));
    const heights = apart(lines.map(({ name }) => view.y(last(name))), 14, view.top, view.bottom);
    lines.forEach(({ word }, i) => {
      set(view.words[i], { y: heights[i] + 4, display: twin && i ? "none" : "inline" }).textContent = twin ? words[0] : word;
      set(view.dots[i], { display: twin && i ? "none" : "inline" });
    });
    if (twin) {
      const [one, other] = apart([last(first), twin.values[first].at(-1)].map(view.y), 14, view.top, view.bottom);
      set(view.words[0], { y: one + 4 });
      set(view.twinWords, { y: other + 4 }).textContent = words[1];
    }
    for (const part of [view.twin, view.twinWords, view.twinDot]) set(part, { display: twin ? "inline" : "none" });
    if (twin) set(view.twin, { d: course(twin, first) });
    view.ghosts.replaceChildren();
    for (const { run: earlier, away } of ghosts) {
      add(view.ghosts, "path", { d: course(earlier, first), class: `ir-ghost ${away ? "ir-away" : "ir-back"}` });
    }
    for (const part of [view.future, view.ask]) set(part, { display: hidden ? "inline" : "none" });
    if (expected) {
      const y = view.y(expected.level), from = view.y(last(first)), start = view.x(axis.share + 0.02);
      set(view.expected, { d: `M${start} ${(from + view.bottom) / 2}C${view.x(0.3)} ${view.bottom - 20} ${view.x(0.3)} ${y} ${view.x(0.5)} ${y}H${view.right}` });
      set(view.expectedWords, { x: view.right - 4, y: y - 6 }).textContent = hidden ? "you expect" : "you expected";
    }
    for (const part of [view.expected, view.expectedWords]) set(part, { display: expected ? "inline" : "none" });
  };
  view.frame = ({ u, day, y, twin, hidden }) => {
    const x = view.x(u), flip = u > 0.85;
    set(view.hair, { x1: x, x2: x });
    set(view.grip, { transform: `translate(${x} ${view.bottom})` });
    lines.forEach(({ name }, i) => set(view.dots[i], { cx: x, cy: view.y(y[name]) }));
    if (twin) set(view.twinDot, { cx: x, cy: view.y(twin[lines[0].name]) });
    set(view.day, { x: x + (flip ? -6 : 6), "text-anchor": flip ? "end" : "start" }).textContent = hidden || day < 0 ? "" : dayInWords(day);
  };
  return view;
}

const dayInWords = (day) => (day < 0 ? "before" : day < 400 ? `day ${Math.floor(day + 1e-6)}` : `year ${(day / 365).toFixed(1)}`);

// Heights moved apart to at least `gap`, from the top down, within top and bottom.
function apart(wished, gap, top, bottom) {
  const order = wished.map((_, i) => i).sort((a, b) => wished[a] - wished[b]), heights = [...wished];
  let edge = top;
  for (const i of order) edge = (heights[i] = Math.max(wished[i], edge)) + gap;
  edge = bottom;
  for (const i of order.reverse()) edge = (heights[i] = Math.min(heights[i], edge)) - gap;
  return heights;
}

// One sample of blood, a dot for each cell; below half a cell there is no dot, and words say in how many drops there is one.
function dropView(svg, key, figure) {
  const { kinds, volume } = figure.drop, view = { svg }, all = kinds.reduce((sum, kind) => sum + kind.room, 0);
  const chance = random(1), seats = Array.from({ length: all }, (_, i) => {
    const r = 96 * Math.sqrt((i + 0.5) / all), angle = i * 2.399963;
    return [100 + r * Math.cos(angle) + chance.uniform() - 0.5, 100 + r * Math.sin(angle) + chance.uniform() - 0.5];
  });
  for (let i = all - 1; i > 0; i--) {
    const j = Math.floor(chance.uniform() * (i + 1));
    [seats[i], seats[j]] = [seats[j], seats[i]];
  }
  let from = 0;
  const homes = kinds.map(({ room }) => seats.slice(from, from += room).map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h.01`));
  const counts = key.querySelectorAll("dd b"), rare = key.querySelectorAll("dt");
  view.lay = () => {
    svg.replaceChildren();
    set(svg, { viewBox: "0 0 200 200" });
    add(svg, "circle", { cx: 100, cy: 100, r: 99, class: "ir-blood" });
    view.paths = kinds.map(({ role }) => add(svg, "path", { class: `ir-cells ir-${role}` }));
  };
  view.frame = ({ y }) => kinds.forEach(({ name }, i) => {
    const cells = y[name] * volume, seen = Math.floor(cells + 0.5);
    set(view.paths[i], { d: homes[i].slice(0, seen).join(""), "data-cells": seen });
    counts[i].textContent = cellsInWords(y[name]);
    rare[i].textContent = seen ? "" : `one in ${show(Math.round(1 / cells))} drops`;
  });
  return view;
}

// The landscape in which one state rolls while the others are held: minus the integral of its growth rate over its
// logarithm, computed from the model's own flows. `figure.valley`: state, low, high, height (1/d), active (level).
function landscape({ model, valley }, p, input, y, day, points = 161) {
  const { state, low, high } = valley, at = model.states.indexOf(state), vector = Float64Array.from(model.states, (name) => y[name]);
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
  const base = Math.min(...v), floors = [], tops = [];
  for (let i = 1; i < points - 1; i++) {
    if (v[i] < v[i - 1] && v[i] <= v[i + 1]) floors.push(i);
    if (v[i] > v[i - 1] && v[i] >= v[i + 1]) tops.push(i);
  }
  const ridge = tops.find((i) => floors.some((f) => f < i) && floors.some((f) => f > i)) ?? null;
  return { x, v: v.map((value) => value - base), floors, ridge };
}

function valleyView(svg, figure) {
  const { low, high, height, active, names } = figure.valley, view = { svg };
  view.lay = () => {
    const [wide, tall] = sized(svg), slim = wide < 260, id = `ir-${figure.name}-ground`;
    const place = (value) => 4 + Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low) * (wide - 8);
    Object.assign(view, { wide, tall, slim, x: place, y: (v) => tall - 46 - Math.min(v, 4 * height) * (tall - 64) / height });
    add(add(add(svg, "defs"), "clipPath", { id }), "rect", { width: wide, height: tall - 18 });
    const ground = add(svg, "g", { "clip-path": `url(#${id})` });
    view.sides = ["ir-back", "ir-away"].map((side) => add(ground, "path", { class: `ir-ground ${side}` }));
    view.twin = add(ground, "path", { class: "ir-slope ir-twin" });
    view.slope = add(ground, "path", { class: "ir-slope" });
    for (let n = low * 10; n < high; n *= 10) {
      add(svg, "text", { x: place(n), y: tall - 4, "text-anchor": "middle", class: "ir-quiet" }, show(Number(n.toPrecision(1))));
    }
    add(svg, "text", { x: wide - 2, y: 12, "text-anchor": "end", class: slim ? "ir-quiet" : "ir-title" }, slim ? figure.valley.short : figure.valley.title);
    view.words = ["ir-back", "ir-away"].map((side, i) => add(svg, "text", {
      x: i ? 8 : wide - 8, y: tall - 26, "text-anchor": i ? "start" : "end", class: `ir-title ${side}`,
    }));
    view.twinBall = add(svg, "circle", { r: slim ? 6 : 8, class: "ir-twin-ball" });
    view.ball = add(svg, "circle", { r: slim ? 7 : 9, class: `ir-ball ir-${figure.valley.role}` });
  };
  const height_at = (land, value) => {
    const i = Math.min(land.x.length - 1.001, Math.max(0, Math.log(value / low) / Math.log(high / low) * (land.x.length - 1))), a = Math.floor(i);
    return land.v[a] + (i - a) * (land.v[a + 1] - land.v[a]);
  };
  const line = (land, from, to) => land.x.slice(from, to + 1).map((x, i) => `${view.x(x).toFixed(1)} ${view.y(land.v[from + i]).toFixed(1)}`).join("L");
  view.frame = ({ y, day, twin, land, twinLand }) => {
    const last = land.x.length - 1, lone = land.x[land.floors.at(-1) ?? 0] > active ? 0 : last, split = land.ridge ?? lone;
    const side = (from, to) => (from < to ? `M${view.x(land.x[from])} ${view.tall}L${line(land, from, to)}L${view.x(land.x[to])} ${view.tall}Z` : "");
    set(view.sides[0], { d: side(split, last) });
    set(view.sides[1], { d: side(0, split) });
    set(view.slope, { d: `M${line(land, 0, last)}` });
    const [bad, good, none] = names;
    view.words[0].textContent = split < last ? (view.slim ? bad.split(" ")[0] : bad) : "";
    view.words[1].textContent = split > 0 ? good : none;
    view.words[1].setAttribute("class", `ir-title ${split > 0 ? "ir-away" : "ir-back"}`);
    const state = figure.valley.state, ball = (part, where, value) => set(part, { cx: view.x(value), cy: view.y(height_at(where, value)) - Number(part.getAttribute("r")) });
    ball(view.ball, land, y[state]);
    for (const part of [view.twin, view.twinBall]) set(part, { display: twin ? "inline" : "none" });
    if (twin) {
      set(view.twin, { d: `M${line(twinLand, 0, last)}` });
      ball(view.twinBall, twinLand, twin[state]);
    }
    svg.setAttribute("aria-label", `${figure.valley.title}. ${cellsInWords(y[state])} ${figure.valley.word}. ${split > 0 ? `There is a ${good}.` : `There is ${none}.`}`);
  };
  return view;
}
