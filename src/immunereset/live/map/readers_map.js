// Makes a reader's map live: a click, or the two sliders and the button, runs one patient and leaves a mark.
//
// `figure`, beside what every figure has (shell.js):
//   model, start, until                 see run/solver.js
//   state, active                       the state that is looked at on the last day, and its level of disease
//   sliders, axes, labels               two of each: across, up
//   told                                what is said of a run: of one that stays below, of one that ends above
// Once so many runs were made, three handles appear, to be set to where the reader expects the border.
//
//   one, tries, border, named           words of the empty map; runs before the border may be drawn; [[across, up or
//                                       null], ...]; [[words, across, up], ...]

// The least height above which a line through points [across, up] leaves the state: straight up at its left end, level at
// its right one.
function expectedUp(points, x) {
  const after = points.findIndex(([across]) => across >= x);
  if (after < 0) return points.at(-1)[1];
  if (!after) return points[0][0] > x ? Infinity : points[0][1];
  const [[a, low], [b, high]] = [points[after - 1], points[after]];
  return low + (high - low) * (x - a) / (b - a);
}

// The share of the map (0 to 1) that two such lines put on the same side.
function agreement(one, other, [low, high], [least, most], steps = 400) {
  let same = 0;
  for (let i = 0; i < steps; i++) {
    const x = low + (high - low) * (i + 0.5) / steps, [a, b] = [one, other].map((line) => Math.min(most, Math.max(least, expectedUp(line, x))));
    same += 1 - Math.abs(a - b) / (most - least);
  }
  return same / steps;
}

KINDS.readersMap = ({ root, figure, find, p, svg, tell }) => {
  const { axes: [[low, high], [least, most]], sliders, named } = figure, go = find("go"), border = find("show-me"), left = find("left");
  const tries = new Map(), part = {}, inputs = root.querySelectorAll(".ir-sliders input");
  const span = [high - low, most - least], handles = [0.25, 0.5, 0.75].map((share) => [low + share * span[0], least + span[1] / 2]);
  const known = figure.border.filter(([, up]) => up !== null), byWidth = () => [...handles].sort(([a], [b]) => a - b);
  const grips = handles.map((_, i) => handle(i));
  let aimed = false, shown = false, said = `The map is empty.\n${figure.one}`;

  function lay() {
    const [wide, tall] = sized(svg), x0 = 40, x1 = wide - 10, y0 = 22, y1 = tall - 40;
    part.x = (value) => x0 + (value - low) / (high - low) * (x1 - x0);
    part.y = (value) => y1 - (value - least) / (most - least) * (y1 - y0);
    part.place = (px, py) => [low + (px - x0) / (x1 - x0) * (high - low), least + (y1 - py) / (y1 - y0) * (most - least)];
    add(svg, "text", { x: 0, y: 12, class: "ir-quiet" }, figure.labels[1]);
    add(svg, "text", { x: x1, y: tall - 3, "text-anchor": "end", class: "ir-quiet" }, figure.labels[0]);
    for (let k = 0; k <= 4; k++) {
      const value = least + (most - least) * k / 4, y = part.y(value);
      add(svg, "line", { x1: x0, x2: x1, y1: y, y2: y, class: "ir-grid" });
      add(svg, "text", { x: x0 - 6, y: y + 4, "text-anchor": "end", class: "ir-quiet" }, show(value));
    }
    for (let value = Math.ceil(low / 7) * 7; value <= high; value += 7) {
      add(svg, "line", { x1: part.x(value), x2: part.x(value), y1, y2: y1 + 5, class: "ir-tick" });
      add(svg, "text", { x: part.x(value), y: y1 + 19, "text-anchor": "middle", class: "ir-quiet" }, show(value));
    }
    part.after = add(svg, "g");
    part.aims = [0, 1].map(() => add(svg, "line", { class: "ir-aim" }));
    Object.assign(part, { dots: add(svg, "g"), frame: [x0, x1, y0, y1] });
    part.aim = add(svg, "circle", { r: 9, class: "ir-named" });
    for (const { x, y, ill } of tries.values()) mark(x, y, ill);
    part.expected = add(svg, "path", { class: "ir-expected" });
    if (shown) after();
    if (!grips[0].hidden || (shown && aimed)) expect();
  }
  // What the reader expects, and its handles.
  function expect() {
    const line = byWidth(), [, x1, y0] = part.frame;
    set(part.expected, { d: `M${part.x(line[0][0])} ${y0}L${line.map(([x, y]) => `${part.x(x)} ${part.y(y)}`).join("L")}L${x1} ${part.y(line[2][1])}` });
    grips.forEach((grip, i) => {
      const [x, y] = handles[i];
      Object.assign(grip.style, { left: `${part.x(x)}px`, top: `${part.y(y)}px` });
      grip.setAttribute("aria-valuenow", y.toFixed(1));
      grip.setAttribute("aria-valuetext", `${figure.labels[1]} ${y.toFixed(1)}, ${figure.labels[0]} ${x.toFixed(1)}`);
    });
  }
  function put(i, x, y) {
    aimed = true;
    handles[i] = [Math.min(high, Math.max(low, x)), Math.min(most, Math.max(least, y))];
    expect();
  }
  function handle(i) {
    const grip = Object.assign(document.createElement("div"), { className: "ir-handle", hidden: true, tabIndex: 0 });
    const about = { role: "slider", "aria-label": `Your border, handle ${i + 1} of 3`, "aria-valuemin": least, "aria-valuemax": most };
    set(grip, { ...about, "data-lm-suppress-shortcuts": true });
    grip.addEventListener("pointerdown", (event) => grip.setPointerCapture(event.pointerId));
    grip.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
      if (!grip.hasPointerCapture(pointerId)) return;
      const box = svg.getBoundingClientRect();
      put(i, ...part.place(clientX - box.left, clientY - box.top));
    });
    grip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      put(i, ...handles[i].map((value, k) => value + step[k] * span[k] / 41));
    });
    svg.parentElement.append(grip);
    return grip;
  }
  function mark(x, y, ill) {
    add(part.dots, "circle", { cx: part.x(x), cy: part.y(y), r: 6, class: `ir-try ${ill ? "ir-back" : "ir-away"}` });
  }
  function after() {
    const [, x1, y0] = part.frame, line = known.map(([x, up]) => `${part.x(x).toFixed(2)} ${part.y(up).toFixed(2)}`);
    const first = line[0].split(" ")[0], above = `M${first} ${y0}L${line.join("L")}L${x1} ${y0}Z`;
    part.after.replaceChildren();
    add(part.after, "path", { d: above, class: "ir-ground ir-back" });
    add(part.after, "path", { d: `M${line.join("L")}`, class: "ir-border" });
    for (const [words, x, y] of named) {
      add(part.after, "circle", { cx: part.x(x), cy: part.y(y), r: 10, class: "ir-named" });
      add(part.after, "text", { x: part.x(x) - 9, y: part.y(y) - 9, "text-anchor": "end", class: "ir-title" }, words);
    }
  }
  function draw() {
    const [x0, , , y1] = part.frame, [x, y] = sliders.map(({ symbol }) => p[symbol]), px = part.x(x), py = part.y(y);
    set(part.aims[0], { x1: px, x2: px, y1: py, y2: y1 });
    set(part.aims[1], { x1: x0, x2: px, y1: py, y2: py });
    set(part.aim, { cx: px, cy: py });
  }
  function say(words) {
    said = words;
    tell();
  }
  function offer() {
    const more = figure.tries - tries.size;
    border.disabled = more > 0 || shown;
    write(left, shown ? "" : more <= 0 ? "Drag the three handles to where you expect the border, then draw it." : `${more} more, then the border can be drawn.`);
    const ready = more <= 0 && !shown;
    if (ready && grips[0].hidden) expect();
    for (const grip of grips) grip.hidden = !ready;
  }
  function run() {
    const [x, y] = sliders.map(({ symbol }) => p[symbol]), found = solve(figure.model, p, figure.start, figure.until, 2);
    const end = found.values[figure.state].at(-1), ill = end > figure.active, words = root.querySelectorAll(".ir-slider output");
    if (!tries.has(`${x} ${y}`)) mark(x, y, ill);
    tries.set(`${x} ${y}`, { x, y, ill, end });
    root.irTried = { x, y, ill, end };
    say(`${ill ? "●" : "○"} ${figure.told[Number(ill)]}\n${figure.labels[1]} ${words[1].textContent}, ${figure.labels[0]} ${words[0].textContent.replace(/ .*/, "")}: ${show(end)} ${figure.word}.`);
    offer();
  }
  function take(input, share) {
    input.value = Math.round(Number(input.max) * Math.min(1, Math.max(0, share)));
    input.dispatchEvent(new Event("input"));
  }
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect(), [x, y] = part.place(event.clientX - box.left, event.clientY - box.top);
    take(inputs[0], (x - low) / (high - low));
    take(inputs[1], (y - least) / (most - least));
    run();
  });
  go.addEventListener("click", run);
  border.addEventListener("click", () => {
    shown = true;
    after();
    offer();
    find("data").hidden = false;
    const share = Math.round(100 * agreement(byWidth(), known, [low, high], [least, most]));
    say(`${aimed ? `The border. Your line puts ${share} % of the map on its right side.` : "The border."}\nAbove it the disease stays, below it the response ends.`);
    if (!aimed) part.expected.remove();
  });
  find("answer").remove();
  find("data").hidden = true;
  offer();
  return {
    lay,
    draw,
    told() {
      const ill = [...tries.values()].filter((one) => one.ill).length;
      const marks = `${tries.size} marks: ${ill} ●, ${tries.size - ill} ○.${shown ? " The border is drawn." : ""}`;
      return { said, label: marks };
    },
  };
};
