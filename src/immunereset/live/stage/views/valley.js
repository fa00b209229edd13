// The landscape in which one state rolls while the others are held, or that of two states from the side (`pair`, taken from
// the contours beside it), with a ball at the present value.
// `told` of a pair: pair, role, low, high, height, names (from left to right), waits, title, short, word.
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
  return shape(x, v);
}

// Heights above the lowest one, the floors of valleys, and the ridges between them (`ridge` is the first).
function shape(x, v) {
  const base = Math.min(...v), floors = [], tops = [], height = (i) => v[i] ?? Infinity;
  for (let i = 0; i < x.length; i++) { // where the ground falls towards an edge, a valley lies beyond it
    if (height(i) < height(i - 1) && height(i) <= height(i + 1)) floors.push(i);
    if (i && height(i) > height(i - 1) && height(i) >= height(i + 1)) tops.push(i);
  }
  const ridges = tops.filter((i) => floors.some((f) => f < i) && floors.some((f) => f > i));
  return { x, v: v.map((value) => value - base), floors, ridges, ridge: ridges[0] ?? null };
}

// Pixels above the landscape, for its title.
const TITLE = 17;

VIEWS.valley = (root, told, stage) => {
  const { state, role, low, high, height, active, names, pair } = told, { figure } = stage, svg = root.querySelector("svg"), view = {};
  // Where a value lies on the axis, from 0 to 1, and the value of a moment.
  const along = (value) => (pair ? (value - low) / (high - low) : Math.log(value / low) / Math.log(high / low));
  const valueOf = (y) => (pair ? stage.views.contours.within(y[pair[0]]) - stage.views.contours.within(y[pair[1]]) : y[state]);
  const sides = pair ? names.map((_, i, all) => (i < all.length - 1 ? "ir-away" : "ir-back")).reverse() : told.turned ? ["ir-away", "ir-back"] : ["ir-back", "ir-away"]; // right and left of the ridge
  const named = pair ? [-Math.floor(high), 0, Math.floor(high)] : told.ticks.length ? told.ticks : Array.from({ length: 12 }, (_, k) => low * 10 ** (k + 1)).filter((n) => n < high * (1 - 1e-9));
  view.lay = () => {
    const [wide, tall] = sized(svg), slim = wide < 260, brief = wide < 330, id = `ir-${figure.name}-ground`;
    const place = (value) => 4 + along(Math.min(Math.max(value, low), high)) * (wide - 8);
    Object.assign(view, { wide, tall, slim, brief, x: place, y: (v) => tall - 46 - Math.min(v, 4 * height) * (tall - 64) / height });
    add(add(add(svg, "defs"), "clipPath", { id }), "rect", { y: TITLE, width: wide, height: tall - 18 - TITLE });
    const ground = add(svg, "g", { "clip-path": `url(#${id})` });
    view.sides = sides.map((side) => add(ground, "path", { class: `ir-ground ${side}` }));
    view.twin = add(ground, "path", { class: "ir-slope ir-twin" });
    view.slope = add(ground, "path", { class: "ir-slope" });
    for (const n of named) {
      add(svg, "text", { x: place(n), y: tall - 4, "text-anchor": "middle", class: "ir-quiet" }, show(Number(n.toPrecision(3))));
    }
    add(svg, "text", { x: wide - 2, y: 12, "text-anchor": "end", class: brief ? "ir-quiet" : "ir-title" }, brief ? told.short : told.title);
    view.words = sides.map((side, i) => {
      const last = i === sides.length - 1, middle = i && !last;
      return add(svg, "text", {
        x: middle ? wide / 2 : i ? 8 : wide - 8, y: tall - (middle ? 42 : 26), "text-anchor": middle ? "middle" : i ? "start" : "end", class: `ir-title ${side}`,
      });
    });
    view.whose = [0, 1].map((i) => add(svg, "text", { class: `ir-words ${i ? "ir-twin" : `ir-${role}`}` }));
    view.twinBall = add(svg, "circle", { r: slim ? 6 : 8, class: "ir-twin-ball" });
    view.ball = add(svg, "circle", { r: slim ? 7 : 9, class: `ir-ball ir-${role}` });
  };
  const heightAt = (land, value) => {
    const i = Math.min(land.x.length - 1.001, Math.max(0, along(value) * (land.x.length - 1))), a = Math.floor(i);
    return land.v[a] + (i - a) * (land.v[a + 1] - land.v[a]);
  };
  // Beside two balls stands whose they are, outside of both; where there is no room for that, one above the other.
  const tell = (twin) => {
    const balls = [view.ball, view.twinBall].map((one) => ["cx", "cy"].map((at) => Number(one.getAttribute(at))));
    const ends = [], lines = [];
    view.whose.forEach((part, i) => {
      const [[x, y], [other]] = [balls[i], balls[1 - i]], wide = 8 * words[i].length;
      const left = x < other || (x === other && i), end = left ? x > wide + 16 : x > view.wide - wide - 16;
      ends.push(end ? [x - 13 - wide, x - 13] : [x + 13, x + 13 + wide]);
      const over = i && ends[0][0] < ends[1][1] && ends[1][0] < ends[0][1];
      const above = (over ? Math.min(balls[0][1], y) - 14 : y) - 9, least = TITLE + 12; // below the title
      lines.push(above >= least ? above : over ? lines[0] + 14 : least);
      set(part, { x: x + (end ? -13 : 13), y: lines[i], "text-anchor": end ? "end" : "start" });
      write(part, twin ? words[i] : "");
    });
  };
  const line = (land, from, to) => land.x.slice(from, to + 1).map((x, i) => `${view.x(x).toFixed(1)} ${view.y(land.v[from + i]).toFixed(1)}`).join("L");
  // Where the middle of a ball of radius r lies; one that lies higher than the view is high waits below the title.
  const onGround = (ground, r) => (ground < TITLE ? TITLE + r : Math.max(r + 1, ground - r));
  const ball = (part, land, value) => {
    const r = Number(part.getAttribute("r"));
    set(part, { cx: view.x(value), cy: onGround(view.y(heightAt(land, value)), r) });
  };
  const outline = (land, from, to) => (from < to ? `M${view.x(land.x[from])} ${view.tall}L${line(land, from, to)}L${view.x(land.x[to])} ${view.tall}Z` : "");
  // The landscape of two states: a piece for each valley that there is, named by where its floor lies.
  const pairFrame = ({ day, y, run, twin, from }) => {
    const above = stage.views.contours, whole = above.land(run, day), land = shape(whole.x, whole.v), last = land.x.length - 1;
    const unnamed = told.waits && from < Infinity, edges = [0, ...land.ridges, last];
    const seen = new Map(unnamed ? [] : edges.slice(1).map((to, i) => {
      const floor = land.floors.find((f) => f >= edges[i] && f <= to);
      return [above.nameOf(whole.places[floor]), outline(land, edges[i], to)];
    }));
    seen.delete(undefined);
    sides.forEach((_, i) => {
      const name = names[names.length - 1 - i]; // from right to left, as for one state
      set(view.sides[i], { d: seen.get(name) ?? "" });
      write(view.words[i], seen.has(name) ? (view.slim ? name.split(" ")[0] : name) : "");
    });
    set(view.slope, { d: `M${line(land, 0, last)}` });
    set(view.twin, { display: "none" });
    const lowest = Math.min(...whole.v), roll = (part, values) => {
      const r = Number(part.getAttribute("r"));
      set(part, { cx: view.x(valueOf(values)), cy: onGround(view.y(above.height(whole, values) - lowest), r) });
    };
    roll(view.ball, y);
    set(view.twinBall, { display: twin ? "inline" : "none" });
    if (twin) roll(view.twinBall, twin.y);
    svg.setAttribute("aria-label", `${told.title}. ${told.word} ${valueOf(y).toFixed(2)}. ${unnamed ? "" : `Valleys in view: ${[...seen.keys()].join(", ")}.`}`);
    return land;
  };
  let words = ["", ""];
  view.draw = (state) => { words = state.words.map((word) => word ?? ""); };
  view.frame = pair ? pairFrame : ({ day, y, run, twin, covered, from }) => {
    const under = (one, values) => landscape(figure.model, told, one.p, stage.inputs(one, day), values, day);
    const land = under(run, y), last = land.x.length - 1, lone = land.x[land.floors.at(-1) ?? 0] > active ? 0 : last, split = land.ridge ?? lone;
    const unnamed = told.waits && from < Infinity, other = twin && under(twin.run, twin.y);
    // Beside two landscapes no ground is coloured: it would be that of one.
    set(view.sides[0], { d: unnamed || twin ? "" : outline(land, split, last) });
    set(view.sides[1], { d: unnamed || twin ? "" : outline(land, 0, split) });
    set(view.slope, { d: `M${line(land, 0, last)}` });
    const [bad, good, none] = unnamed ? ["", "", ""] : names;
    const seenIn = ({ floors, ridge, x }) => {
      const at = ridge ?? (x[floors.at(-1) ?? 0] > active ? 0 : last);
      return told.turned ? [at > 0, at < last] : [at < last, at > 0]; // disease, health
    };
    const views = [land, ...(other ? [other] : [])].map(seenIn), inView = [0, 1].map((side) => views.some((one) => one[side]));
    const badWord = !inView[0] || (view.brief && !inView[1]) ? "" : view.slim ? bad.split(" ")[0] : bad;
    const goodWord = !inView[1] ? none : view.slim && inView[0] ? good.split(" ")[0] : good, order = told.turned ? [goodWord, badWord] : [badWord, goodWord];
    view.words.forEach((part, i) => { write(part, order[i]); });
    view.words[told.turned ? 0 : 1].setAttribute("class", `ir-title ${inView[1] ? "ir-away" : "ir-back"}`);
    ball(set(view.ball, { display: covered.has(state) ? "none" : "inline" }), land, y[state]);
    for (const part of [view.twin, view.twinBall]) set(part, { display: twin ? "inline" : "none" });
    if (twin) {
      set(view.twin, { d: `M${line(other, 0, last)}` });
      ball(view.twinBall, other, twin.y[state]);
    }
    tell(twin);
    svg.setAttribute("aria-label", `${told.title}. ${covered.has(state) ? "" : `${(twin ? [y, twin.y] : [y]).map((one, i) => (twin ? `${words[i]} ` : "") + cellsInWords(one[state])).join(", ")} ${told.word}. `}${unnamed ? "" : `In view: ${[inView[0] ? bad : "", inView[1] ? good : none].filter(Boolean).join(", ")}.`}`);
    return land;
  };
  return view;
};
