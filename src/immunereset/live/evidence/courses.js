// Makes courses over time live: small charts, the points of the first placed by the reader before they are shown.
//
// `figure`, beside what every view of published results has (base.js):
//   time, unit     words of the axes
//   courses        name, detail, points ({ x, value, ends: [low, high] or null }); the first is the one that is placed
//   placing        shown (points drawn from the start), guesses (for each option the values of the others); or null

KINDS.courses = (shell) => {
  const { root, figure, all, svg, timed, tell } = shell, { courses, placing } = figure, now = { placed: null }, part = {};
  const inputs = all("place"), radios = [...root.querySelectorAll(".ir-cards input")], cells = [...root.querySelectorAll(".ir-data tbody tr")];
  const first = courses[0].points, later = placing ? first.slice(placing.shown) : [];
  const view = asked(shell, () => {
    timed(() => { lay(); draw(); });
    tell();
  });

  function chart(course, left, top, wide, high) {
    const g = add(svg, "g", { "data-course": course.name }), titles = linesOf(course.name, wide, 7.4), details = linesOf(course.detail, wide, 6.1);
    let y = top;
    for (const line of titles) add(g, "text", { x: left, y: (y += 16), class: "ir-title" }, line);
    for (const line of details) add(g, "text", { x: left, y: (y += 15), class: "ir-detail" }, line);
    const from = left + 34, to = left + wide - 12, up = y + 14, down = top + high - 38, last = Math.max(...course.points.map(({ x }) => x));
    const x = (value) => from + value / (last * 1.04) * (to - from), h = (value) => down - value / 100 * (down - up);
    for (const value of [0, 50, 100]) {
      add(g, "line", { x1: from, x2: to, y1: h(value), y2: h(value), class: "ir-grid" });
      add(g, "text", { x: from - 6, y: h(value) + 4, "text-anchor": "end", class: "ir-quiet" }, value);
    }
    const free = room();
    for (const { x: at } of course.points) if (free(x(at), String(at))) add(g, "text", { x: x(at), y: down + 17, "text-anchor": "middle", class: "ir-quiet" }, at);
    add(g, "text", { x: to, y: down + 32, "text-anchor": "end", class: "ir-quiet" }, figure.time);
    return { g, x, h, from, to, up, down };
  }
  function point({ g, x, h, to }, { x: at, value, ends }) {
    if (ends) add(g, "line", { x1: x(at), x2: x(at), y1: h(ends[0]), y2: h(ends[1]), class: "ir-bar-of" });
    add(g, "circle", { cx: x(at), cy: h(value), r: 5.5, class: ends ? "ir-point" : "ir-point ir-hollow" });
    const late = x(at) > x(0) + 0.8 * (to - x(0));
    add(g, "text", { x: x(at) + (!ends ? 0 : late ? -9 : 9), y: ends ? h(value) + 4 : h(value) - 11, "text-anchor": !ends ? "middle" : late ? "end" : "start", class: "ir-value" }, value);
  }

  function lay() {
    const wide = svg.clientWidth, slim = wide < 560, shown = view.hidden ? courses.slice(0, 1) : courses;
    svg.replaceChildren();
    const head = placing ? 1 : 0, tall = slim ? 230 : 250, across = slim ? 1 : 3, others = shown.length - head, one = (wide - 18 * (across - 1)) / across, small = slim ? 205 : 215;
    const high = head * tall + Math.ceil(others / across) * small;
    svg.style.height = `${high}px`;
    set(svg, { viewBox: `0 0 ${wide} ${high}` });
    part.charts = shown.map((course, i) => {
      if (i < head) return chart(course, 0, 0, wide, tall);
      const k = i - head;
      return chart(course, (k % across) * (one + 18), head * tall + Math.floor(k / across) * small, one, small - 6);
    });
    part.placed = add(part.charts[0].g, "g");
  }
  function draw() {
    part.charts.forEach((one, i) => {
      one.g.querySelectorAll(".ir-point, .ir-bar-of, .ir-value").forEach((old) => old.remove());
      const points = courses[i].points;
      for (const each of view.hidden ? points.slice(0, placing.shown) : points) point(one, each);
    });
    placed();
    root.querySelector(".ir-data").hidden = view.hidden;
    cells.forEach((row) => { row.hidden = view.hidden; });
    root.irState = {};
  }
  // The reader's points, each to be moved while they wait, and a dashed line as soon as they are known.
  function placed() {
    const { g, x, h, from, to, up, down } = part.charts[0];
    part.placed.replaceChildren();
    if (view.hidden) g.append(part.placed); else g.querySelector(".ir-point").before(part.placed); // what came lies on top
    if (!placing) return;
    if (view.hidden) for (const { x: at } of later) add(part.placed, "rect", { x: x(at) - 13, width: 26, y: up, height: down - up, class: "ir-unknown" });
    if (!now.placed) return;
    const d = [...first.slice(0, placing.shown).map(({ x: at, value }) => [at, value]), ...later.map(({ x: at }, k) => [at, now.placed[k]])];
    add(part.placed, "path", { d: `M${d.map(([at, value]) => `${x(at)} ${h(value)}`).join("L")}`, class: "ir-guessed" });
    later.forEach(({ x: at }, k) => add(part.placed, "circle", { cx: x(at), cy: h(now.placed[k]), r: view.hidden ? 9 : 4, class: "ir-handle" }));
  }
  function place(values) {
    now.placed = values;
    inputs.forEach((input, k) => {
      input.value = values[k];
      input.setAttribute("aria-valuetext", `${values[k]} ${figure.unit}`);
      write(input.nextElementSibling, `${values[k]} ${figure.unit}`);
    });
    timed(placed);
  }
  function move(k, value) {
    const values = [...(now.placed ?? later.map(() => first[placing.shown - 1].value))];
    values[k] = Math.min(100, Math.max(0, Math.round(value)));
    const off = (guess) => guess.reduce((sum, one, i) => sum + Math.abs(one - values[i]), 0);
    const radio = radios[placing.guesses.reduce((best, guess, i) => (off(guess) < off(placing.guesses[best]) ? i : best), 0)];
    if (!radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change"));
    }
    place(values);
  }
  radios.forEach((radio, i) => radio.addEventListener("input", () => place([...placing.guesses[i]])));
  inputs.forEach((input, k) => input.addEventListener("input", () => move(k, Number(input.value))));
  let held = null;
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  function drag(event) {
    const { up, down } = part.charts[0], [, y] = at(event);
    move(held, 100 * (down - y) / (down - up));
  }
  svg.addEventListener("pointerdown", (event) => {
    if (!view.hidden || !event.target.closest?.(".ir-unknown, .ir-handle")) return;
    const { x } = part.charts[0], [here] = at(event), off = ({ x: one }) => Math.abs(x(one) - here);
    held = later.reduce((best, one, k) => (off(one) < off(later[best]) ? k : best), 0);
    svg.setPointerCapture(event.pointerId);
    drag(event);
  });
  svg.addEventListener("pointermove", (event) => { if (held !== null && view.hidden) drag(event); });
  for (const over of ["pointerup", "pointercancel"]) svg.addEventListener(over, () => { held = null; });

  function said() {
    if (view.hidden) return figure.predict.wait;
    if (!placing) return `${courses.length} courses, each on an axis of its own.`;
    const off = now.placed?.reduce((sum, value, k) => sum + Math.abs(value - later[k].value), 0) / later.length;
    return `Published: ${later.map(({ value }) => value).join(", ")} ${figure.unit}.${now.placed ? `\nYour points were ${off.toFixed(0)} away from them on average.` : ""}`;
  }
  return {
    lay, draw,
    told: () => ({ said: said(), hidden: view.hidden }),
    state: () => ({}),
    go: () => view.open(),
  };
};
