// Makes balance curves live: gain and loss of one state for each of its cells, above its valley, on one axis.
//
// `figure`, beside what every figure has (shell.js):
//   balance(t, y, p, input, out)        writes gain and loss of the state into out
//   states, start, defaults, inputs     names and values of the states, parameters, inputs
//   state                               the state on the axis; what the sliders hold are other states, and inputs
//   low, high, top, height              the axis, the highest rate (1/d), and how much of the valley fills its view (1/d)
//   active, word, role                  the level of disease, words of the axis, role of the state
//   predict                             id, options [{ words, said, right }], wait; or null

const POINTS = 321, NAMES = ["health", "ridge", "disease"];

// Gain, loss and valley along the axis, and where the first two are equal.
function balanceOf(figure, held) {
  const { states, state, low, high, inputs, defaults: p } = figure, at = states.indexOf(state), y = Float64Array.from(figure.start);
  const input = { ...inputs }, out = new Float64Array(2);
  for (const [symbol, value] of Object.entries(held)) {
    if (states.includes(symbol)) y[states.indexOf(symbol)] = value; else input[symbol] = value;
  }
  const rates = (x) => {
    y[at] = x;
    figure.balance(0, y, p, input, out);
    return [out[0] / x, out[1] / x];
  };
  const step = Math.log(high / low) / (POINTS - 1), x = [], gain = [], loss = [], v = [], crossings = [];
  for (let i = 0; i < POINTS; i++) {
    x.push(low * Math.exp(i * step));
    const [g, l] = rates(x[i]), net = g - l, before = i ? gain[i - 1] - loss[i - 1] : net;
    gain.push(g);
    loss.push(l);
    v.push(i ? v[i - 1] - (net + before) / 2 * step : 0);
    if (net > 0 === before > 0) continue;
    let [a, b] = [x[i - 1], x[i]];
    for (let k = 0; k < 50; k++) {
      const middle = Math.sqrt(a * b), [up, down] = rates(middle);
      if (up - down > 0 === before > 0) a = middle; else b = middle;
    }
    crossings.push(Math.sqrt(a * b));
  }
  const base = Math.min(...v);
  return { x, gain, loss, v: v.map((value) => value - base), crossings, rates };
}

// See verdict() in balance.py.
function verdictOf(crossings, active, word) {
  const told = crossings.map((value) => show(Number(value.toPrecision(2))));
  if (told.length === 3) {
    return `○ Two valleys and a ridge between them.\nThe curves cross at ${told[0]} (health), ${told[1]} (ridge) and ${told[2]} (disease): ${word}.`;
  }
  if (told.length === 1 && crossings[0] < active) return `○ One valley only, that of health.\nThe curves cross at ${told[0]}: ${word}.`;
  if (told.length === 1) return `● No healthy valley.\nThe curves cross once, at ${told[0]}: ${word}.`;
  if (told.length) return `● The curves cross ${told.length} times.\nAt ${told.join(", ")}: ${word}.`;
  return "● The curves do not cross.\nThere is no balance.";
}

KINDS.balance = ({ root, figure, find, p, svg, timed, tell }) => {
  const { low, high, top, height, active, predict } = figure, asked = find("asked"), now = { hidden: Boolean(predict), guess: null }, part = {};

  function lay() {
    const [wide, tall] = sized(svg), slim = wide < 480, left = slim ? 34 : 46, right = wide - (slim ? 8 : 14);
    const middle = tall * 0.5, bottom = tall - 36, ground = `ir-${figure.name}-ground`;
    part.x = (value) => left + Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low) * (right - left);
    part.y = (rate) => middle - Math.min(rate, 1.2 * top) / top * (middle - 24);
    part.v = (value) => bottom - 28 - Math.min(value, 4 * height) * (bottom - middle - 66) / height;
    Object.assign(part, { left, right, middle, bottom, slim });
    add(svg, "text", { x: 0, y: 12, class: "ir-quiet" }, slim ? "per effector, per day" : "gained and lost, per effector, per day");
    for (let k = 0; k <= 3; k++) {
      const rate = top * k / 3, y = part.y(rate);
      add(svg, "line", { x1: left, x2: right, y1: y, y2: y, class: "ir-grid" });
      add(svg, "text", { x: left - 6, y: y + 4, "text-anchor": "end", class: "ir-quiet" }, show(Number(rate.toPrecision(2))));
    }
    for (let n = 10 ** Math.ceil(Math.log10(low)); n <= high; n *= 10) {
      const x = part.x(n);
      add(svg, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 5, class: "ir-tick" });
      add(svg, "text", { x, y: bottom + 18, "text-anchor": "middle", class: "ir-quiet" }, show(Number(n.toPrecision(1))));
    }
    add(svg, "text", { x: right, y: tall - 3, "text-anchor": "end", class: "ir-quiet" }, figure.word);
    add(svg, "text", { x: right - 4, y: middle + 26, "text-anchor": "end", class: "ir-title" }, slim ? "" : "the valley that they make");
    const defs = add(svg, "defs");
    add(add(defs, "clipPath", { id: ground }), "rect", { x: left, y: middle + 6, width: right - left, height: bottom - middle - 6 });
    add(add(defs, "clipPath", { id: `${ground}-up` }), "rect", { x: left, y: 18, width: right - left, height: middle - 16 });
    const upper = add(svg, "g", { "clip-path": `url(#${ground}-up)` }), lower = add(svg, "g", { "clip-path": `url(#${ground})` });
    part.more = add(upper, "path", { class: "ir-ground ir-back" });
    part.less = add(upper, "path", { class: "ir-ground ir-away" });
    part.lost = add(upper, "path", { class: "ir-lost" });
    part.gained = add(upper, "path", { class: `ir-line ir-${figure.role}` });
    part.gainedWords = add(svg, "text", { class: `ir-words ir-${figure.role}` }, "gained");
    part.lostWords = add(svg, "text", { x: right - 4, "text-anchor": "end", class: "ir-title" }, "lost");
    part.sides = ["ir-back", "ir-away"].map((side) => add(lower, "path", { class: `ir-ground ${side}` }));
    part.slope = add(lower, "path", { class: "ir-slope" });
    part.guides = NAMES.map(() => add(svg, "line", { class: "ir-guide" }));
    part.dots = NAMES.map(() => add(svg, "circle", { r: slim ? 5 : 6, class: "ir-crossing" }));
    part.places = NAMES.map(() => add(svg, "circle", { r: slim ? 5 : 6, class: "ir-crossing" }));
    part.words = NAMES.map(() => add(svg, "text", { "text-anchor": "middle", class: "ir-title" }));
    part.ask = add(svg, "text", { x: (left + right) / 2, y: middle + 80, "text-anchor": "middle", class: "ir-ask" }, "How often will they cross?");
  }

  const path = (xs, ys, y) => xs.map((x, i) => `${part.x(x).toFixed(1)} ${y(ys[i]).toFixed(1)}`).join("L");
  // The stretches of the axis on which gain is larger (or smaller), as closed shapes between both curves.
  function between({ x, gain, loss }, larger) {
    let shape = "", from = null;
    for (let i = 0; i <= x.length; i++) {
      const inside = i < x.length && gain[i] > loss[i] === larger;
      if (inside && from === null) from = Math.max(0, i - 1);
      if (!inside && from !== null) {
        const to = Math.min(i, x.length - 1), xs = x.slice(from, to + 1);
        shape += `M${path(xs, gain.slice(from, to + 1), part.y)}L${path(xs.reverse(), loss.slice(from, to + 1).reverse(), part.y)}Z`;
        from = null;
      }
    }
    return shape;
  }
  function draw() {
    const seen = (root.irBalance = balanceOf(figure, p)), { x, gain, loss, v, crossings } = seen;
    const show_ = (element, on) => set(element, { display: on ? "inline" : "none" });
    set(part.lost, { d: `M${path(x, loss, part.y)}` });
    set(part.lostWords, { y: part.y(loss.at(-1)) - 8 });
    show_(part.ask, now.hidden);
    for (const one of [part.more, part.less, part.gained, part.gainedWords, part.slope, ...part.sides]) show_(one, !now.hidden);
    const three = crossings.length === 3, kinds = three ? [0, 1, 2] : crossings.map((value) => (value > active ? 2 : 0));
    for (let i = 0; i < NAMES.length; i++) {
      const there = !now.hidden && i < crossings.length;
      for (const one of [part.guides[i], part.dots[i], part.places[i], part.words[i]]) show_(one, there);
      if (!there) continue;
      const value = crossings[i], px = part.x(value), y = part.y(seen.rates(value)[1]), kind = kinds[i];
      const k = Math.min(x.length - 2, Math.floor(Math.log(value / low) / Math.log(high / low) * (x.length - 1)));
      const share = Math.log(value / x[k]) / Math.log(x[k + 1] / x[k]), floor = part.v(v[k] + share * (v[k + 1] - v[k]));
      const look = `ir-crossing ${["ir-away", "ir-ridge", "ir-back"][kind]}`;
      set(part.dots[i], { cx: px, cy: y, class: look });
      set(part.places[i], { cx: px, cy: floor, class: look });
      set(part.guides[i], { x1: px, x2: px, y1: y, y2: floor });
      // Where two crossings are near each other their words stand on two lines.
      const near = i > 0 && px - part.x(crossings[i - 1]) < 60;
      write(set(part.words[i], { x: Math.min(Math.max(px, part.left + 24), part.right - 26), y: kind === 1 || near ? floor - 12 : Math.min(floor + 20, part.bottom - 4), class: `ir-title ${["ir-away", "", "ir-back"][kind]}` }), NAMES[kind]);
    }
    if (!now.hidden) {
      set(part.gained, { d: `M${path(x, gain, part.y)}` });
      set(part.more, { d: between(seen, true) });
      set(part.less, { d: between(seen, false) });
      const peak = gain.reduce((best, rate, i) => (x[i] > active / 2 && x[i] < 10 * active && rate > gain[best] ? i : best), Math.floor(0.7 * x.length));
      set(part.gainedWords, { x: part.x(x[peak]), y: Math.max(34, part.y(gain[peak]) - 10), "text-anchor": "middle" });
      set(part.slope, { d: `M${path(x, v, part.v)}` });
      const split = three ? x.findIndex((value) => value > crossings[1]) : kinds[0] === 2 ? 0 : x.length - 1;
      const side = (from, to) => (from < to ? `M${part.x(x[from])} ${part.bottom}L${path(x.slice(from, to + 1), v.slice(from, to + 1), part.v)}L${part.x(x[to])} ${part.bottom}Z` : "");
      set(part.sides[0], { d: side(split, x.length - 1) });
      set(part.sides[1], { d: side(0, split) });
    }
  }
  function reveal() {
    now.hidden = false;
    root.classList.add("ir-open");
    if (predict) {
      write(asked.querySelector(".ir-feedback"), now.guess?.said ?? "");
      shut(asked);
    }
    if (now.guess) announce(root, predict, now.guess);
    timed(draw);
    tell();
  }
  if (predict) cards(asked, (i) => { now.guess = predict.options[i]; }, reveal); else root.classList.add("ir-open");
  beside(root);
  return {
    lay,
    draw,
    told() {
      find("data").hidden = now.hidden;
      return { said: now.hidden ? predict.wait : verdictOf(root.irBalance.crossings, active, figure.word), hidden: now.hidden };
    },
    go: reveal,
  };
};
