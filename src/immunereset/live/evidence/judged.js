// Makes two groups live that are judged in a month: published hazard ratios, curves, and a hundred dots each.
//
// `figure`, beside what every view of published results has (base.js):
//   last, step, at      the last place of the slider, months between two places, and the place where it starts
//   ratio               the hazard ratio at each place
//   groups              two: name, curve (how many of 100 are free of events at each place)
//   published           month, value, ends
//   ticks               of the axis of the ratios

const PEOPLE = 100, ACROSS = 10;

KINDS.judged = (shell) => {
  const { root, figure, find, svg, timed, tell } = shell, { last, step, groups, ratio, published } = figure;
  const slider = find("month"), output = root.querySelector(".ir-when output"), now = { at: figure.at }, part = {};
  const looks = ["ir-first-of", "ir-other-of"];
  const SECONDS = 7;
  // Plays on from where it stands, or from the beginning if it stands at the end.
  function start() {
    const from = now.at === last ? 0 : now.at;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return go(last);
    shell.play((seconds) => {
      now.at = Math.min(last, from + Math.round(last * seconds / SECONDS));
      timed(draw);
      if (now.at === last) stop();
    });
  }
  function stop() {
    shell.pause();
    shell.rest();
  }
  const view = asked(shell, () => {
    timed(draw);
    start();
  });

  function lay() {
    const wide = svg.clientWidth, slim = wide < 520, side = slim ? (wide - 30) / 2 : Math.min(170, wide * 0.22);
    svg.replaceChildren();
    const left = 44, right = slim ? wide - 8 : wide - 2 * side - 56, top = slim ? side + 84 : 0, high = slim ? 330 : Math.min(370, Math.max(250, innerHeight - 380));
    svg.style.height = `${top + high}px`;
    set(svg, { viewBox: `0 0 ${wide} ${top + high}` });
    const x = (place) => left + place / last * (right - left), middle = top + high * 0.46, bottom = top + high - 36;
    const ends = published.flatMap((one) => one.ends), low = Math.min(...ends) * 0.9, most = Math.max(...ends) * 1.1, up = top + 24;
    const r = (value) => up + Math.log(most / value) / Math.log(most / low) * (middle - 26 - up), fewest = Math.min(...groups.flatMap(({ curve }) => curve)), floor = 10 * Math.floor(fewest / 10);
    const h = (value) => bottom - (value - floor) / (PEOPLE - floor) * (bottom - middle - 18);
    Object.assign(part, { x, r, h, left, right, up, middle, bottom });
    part.cursor = add(svg, "line", { y1: up, y2: bottom, class: "ir-hair" });
    add(svg, "text", { x: 0, y: top + 14, class: "ir-title" }, slim ? "Hazard ratio: bars published, dots toy" : "Hazard ratio: bars published, dotted line toy");
    for (const tick of figure.ticks) {
      add(svg, "line", { x1: left, x2: right, y1: r(tick), y2: r(tick), class: tick === 1 ? "ir-none" : "ir-grid" });
      add(svg, "text", { x: left - 6, y: r(tick) + 4, "text-anchor": "end", class: "ir-quiet" }, tick);
    }
    add(svg, "text", { x: 0, y: middle + 4, class: "ir-title" }, `Free of events, of 100 (toy; axis from ${floor})`);
    for (const value of [floor, (floor + PEOPLE) / 2, PEOPLE]) {
      add(svg, "line", { x1: left, x2: right, y1: h(value), y2: h(value), class: "ir-grid" });
      add(svg, "text", { x: left - 6, y: h(value) + 4, "text-anchor": "end", class: "ir-quiet" }, value);
    }
    for (let month = 0; month <= last * step + 1e-9; month += 12) add(svg, "text", { x: x(month / step), y: bottom + 17, "text-anchor": "middle", class: "ir-quiet" }, month);
    add(svg, "text", { x: right, y: bottom + 33, "text-anchor": "end", class: "ir-quiet" }, "month");
    add(svg, "path", { d: `M${ratio.map((value, i) => `${x(i).toFixed(1)} ${r(value).toFixed(1)}`).join("L")}`, class: "ir-toy" });
    for (const { month, value, ends: [a, b] } of published) {
      const at = x(month / step);
      add(svg, "line", { x1: at, x2: at, y1: r(a), y2: r(b), class: "ir-bar-of" });
      for (const end of [a, b]) add(svg, "line", { x1: at - 4, x2: at + 4, y1: r(end), y2: r(end), class: "ir-bar-of" });
      add(svg, "circle", { cx: at, cy: r(value), r: 4.5, class: "ir-point" });
    }
    part.curves = looks.map((look) => add(svg, "path", { class: `ir-curve ${look}` }));
    part.cover = add(svg, "rect", { y: middle + 10, height: bottom - middle - 10, class: "ir-unknown" });
    part.squares = groups.map(({ name }, k) => {
      const from = slim ? k * (side + 22) : right + 30 + k * (side + 22), start = slim ? 42 : 46, gap = side / ACROSS;
      const words = linesOf(name, side, 7.4);
      words.forEach((line, i) => add(svg, "text", { x: from, y: start - 10 - 15 * (words.length - 1 - i), class: `ir-title ${looks[k]}` }, line));
      const dots = Array.from({ length: PEOPLE }, (_, i) => add(svg, "circle", { cx: from + gap * (i % ACROSS + 0.5), cy: start + gap * (Math.floor(i / ACROSS) + 0.5), r: gap * 0.36 }));
      return { dots, count: add(svg, "text", { x: from, y: start + side + 18, class: "ir-value" }) };
    });
  }
  const free = (k) => Math.round(groups[k].curve[now.at]);
  function draw() {
    const { x, h, right, curves, cover, cursor, squares } = part, most = view.hidden ? figure.at : last;
    now.at = Math.min(now.at, most);
    curves.forEach((path, k) => set(path, { d: `M${groups[k].curve.slice(0, now.at + 1).map((value, i) => `${x(i).toFixed(1)} ${h(value).toFixed(1)}`).join("L")}` }));
    set(cover, { x: x(most), width: Math.max(0, right - x(most)), display: view.hidden ? "inline" : "none" });
    set(cursor, { x1: x(now.at), x2: x(now.at) });
    squares.forEach(({ dots, count }, k) => {
      dots.forEach((dot, i) => set(dot, { class: i < free(k) ? `ir-person ${looks[k]}` : "ir-person ir-struck" }));
      write(count, `${free(k)} free, ${PEOPLE - free(k)} not`);
    });
    slider.value = now.at;
    slider.disabled = find("run").disabled = view.hidden;
    const month = (now.at * step).toFixed(1);
    slider.setAttribute("aria-valuetext", `month ${month}`);
    write(output, month);
    root.querySelector(".ir-data").hidden = view.hidden;
    root.irState = { month: Number(month) };
  }
  function said() {
    const [one, other] = groups.map(({ name }) => name);
    return `Month ${(now.at * step).toFixed(1)}: ${free(0)} of 100 free of events ${one}, ${free(1)} ${other}.\n` +
      `Pace of events (hazard ratio) in this month: ${ratio[now.at].toFixed(2)}.`;
  }
  function go(at) {
    shell.pause();
    now.at = Math.min(last, Math.max(0, at));
    timed(draw);
    shell.rest();
  }
  slider.addEventListener("input", () => go(Number(slider.value)));
  find("run").addEventListener("click", () => (shell.playing() ? stop() : start()));
  return {
    lay, draw,
    told: () => ({ said: view.hidden ? figure.predict.wait : said(), hidden: view.hidden }),
    state: () => root.irState,
    go(wanted) {
      view.open();
      go(wanted.has("month") ? Math.round(Number(wanted.get("month")) / step) : now.at);
    },
  };
};
