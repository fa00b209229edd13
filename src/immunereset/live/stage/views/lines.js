// Lines over time, with the last tries as thin ghosts, and what the reader expected. Another view
// may draw into `under`, a group below the lines, by x(place of the clock), y(amount), top and bottom.
// `told`: lines [{ name, role, word }], low, high, linear (or else logarithmic), label, short, event, marks [{ level, label }], from the highest.

VIEWS.lines = (root, told, stage) => {
  const { axis, past, name } = stage.figure, { lines, low, high, linear, marks, event } = told, svg = root.querySelector("svg");
  const view = {}, { place, ticks } = scaleOf(low, high, linear);
  view.lay = () => {
    const [wide, tall] = sized(svg), slim = wide < 480;
    const left = slim ? 34 : 46, right = slim ? 104 : 122, top = 34, bottom = tall - 34;
    Object.assign(view, { left, right: wide - right, top, bottom, slim });
    view.x = (u) => left + u * (wide - left - right);
    view.y = (n) => bottom - place(n) * (bottom - top);
    view.grip = add(svg, "path", { class: "ir-grip", d: "M-11 0h22M-5 -4l-4 4 4 4M5 -4l4 4-4 4" });
    add(svg, "text", { x: 0, y: 12, class: "ir-quiet" }, slim ? told.short : told.label);
    const each = Math.max(slim ? 2 : 1, Math.ceil(14 * (ticks.length - 1) / (bottom - top))); // lines from a number to the next
    ticks.forEach((n, k) => {
      const y = view.y(n);
      add(svg, "line", { x1: left, x2: view.right, y1: y, y2: y, class: "ir-grid" });
      if (k % each === 0) add(svg, "text", { x: left - 6, y: y + 4, "text-anchor": "end", class: "ir-quiet" }, show(n).replace("1 × ", ""));
    });
    const free = room(axis.share && !slim ? [[left, left + 48]] : []);
    for (const [day, words, always] of [...axis.ticks].sort((a, b) => b[2] - a[2])) {
      const x = view.x(placeOf(axis, day));
      if ((slim && !always) || !free(x, words)) continue;
      add(svg, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 5, class: "ir-tick" });
      add(svg, "text", { x, y: bottom + 19, "text-anchor": "middle", class: "ir-quiet" }, words);
    }
    const start = view.x(axis.share);
    if (axis.share) add(svg, "text", { x: left, y: bottom + 19, class: "ir-quiet" }, slim ? "" : "before");
    view.under = add(svg, "g");
    if (event) {
      add(svg, "rect", { x: start - 2, width: 4, y: top, height: bottom - top, class: "ir-treated" });
      add(svg, "text", { x: start - 2, y: top - 6, class: "ir-treated-words" }, event);
      view.taken = start + 2 * halfOf(event);
    }
    const id = `ir-${name}-future`, pattern = add(add(svg, "defs"), "pattern", {
      id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    });
    add(pattern, "rect", { width: 8, height: 8, class: "ir-cover" });
    add(pattern, "line", { y2: 8, class: "ir-hatch" });
    view.ghosts = add(svg, "g");
    view.paths = lines.map(({ role }) => add(svg, "path", { class: `ir-line ir-${role}` }));
    view.twin = add(svg, "path", { class: "ir-line ir-twin" });
    view.future = add(svg, "rect", { y: top, height: bottom - top, fill: `url(#${id})` });
    view.ask = add(svg, "text", { y: top + 0.75 * (bottom - top), "text-anchor": "middle", class: "ir-ask" });
    view.hair = add(svg, "line", { y1: top, y2: bottom, class: "ir-hair" });
    marks.forEach(({ level, label }, i) => {
      const y = view.y(level);
      add(svg, "line", { x1: left, x2: view.right, y1: y, y2: y, class: "ir-mark" });
      if (!slim) add(svg, "text", { x: view.right - 4, y: y + (i < marks.length - 1 ? -4 : 14), "text-anchor": "end", class: "ir-mark-words" }, label);
    });
    view.expected = add(svg, "path", { class: "ir-expected" });
    view.expectedWords = add(svg, "text", { "text-anchor": "end", class: "ir-quiet" });
    view.words = lines.map(({ role }) => add(svg, "text", { x: view.right + 6, class: `ir-words ir-${role}` }));
    view.twinWords = add(svg, "text", { x: view.right + 6, class: "ir-words ir-twin" });
    view.dots = lines.map(({ role }) => add(svg, "circle", { r: 4, class: `ir-dot ir-${role}` }));
    view.twinDot = add(svg, "circle", { r: 5, class: "ir-twin-dot" });
    view.day = add(svg, "text", { y: bottom - 6, class: "ir-now" });
    root.style.setProperty("--ir-left", `${left - 12}px`);
    root.style.setProperty("--ir-right", `${right - 12}px`);
  };
  // The path of a state through the stretch before and a run, as far as the day from which the future is hidden; where
  // the clock gives days room, the run is asked for more of them.
  const course = (run, state, from = Infinity) => {
    const points = past.t.map((day, i) => [placeOf(axis, day), past.values[state][i]]), wide = view.right - view.left;
    const begin = past.t.length ? 0 : run.t.lastIndexOf(0); // without a stretch before, with what there is after the event
    for (let i = begin; (from > 0 || !past.t.length) && i < run.t.length && run.t[i] <= from; i++) {
      const u = placeOf(axis, run.t[i]), before = points.at(-1)?.[0], steps = i > begin && run.piece[i] === run.piece[i - 1] ? Math.ceil((u - before) * wide / 4) : 1;
      for (let k = 1; k < steps; k++) {
        const between = before + (u - before) * k / steps;
        points.push([between, run.at(state, dayOf(axis, between), run.piece[i])]);
      }
      points.push([u, run.values[state][i]]);
    }
    if (from > 0 && from < Infinity) points.push([placeOf(axis, from), measures.value_on(run, state, from)]);
    return `M${points.map(([u, n]) => `${view.x(u).toFixed(1)} ${view.y(n).toFixed(1)}`).join("L")}`;
  };
  // Covers what comes after a place of the clock; returns how wide that is.
  const cover = (u) => {
    const start = view.x(u) + 2, wide = Math.max(0, view.right - start);
    set(view.future, { x: start, width: wide });
    return wide;
  };
  const shown = (part, yes) => set(part, { display: yes ? "inline" : "none" });
  view.draw = ({ run, twin, ghosts, from, covered, expected, words }) => {
    const first = lines[0].name, hidden = from < Infinity;
    const last = (state, one = run, day = from) => (day > 0 ? measures.value_on(one, state, Math.min(day, axis.until)) : past.values[state].at(-1));
    const seen = (i) => !(twin && i) && !covered.has(lines[i].name);
    const heights = apart(lines.map(({ name: state }) => view.y(last(state))), 14, view.top, view.bottom - 10);
    lines.forEach(({ name: state, word }, i) => {
      shown(set(view.paths[i], { d: course(run, state, from) }), seen(i));
      write(shown(set(view.words[i], { y: heights[i] + 4 }), seen(i)), twin ? words[0] : word);
      shown(view.dots[i], seen(i));
    });
    if (twin) {
      const [one, other] = apart([last(first), last(first, twin)].map(view.y), 14, view.top, view.bottom - 10);
      set(view.words[0], { y: one + 4 });
      write(set(view.twinWords, { y: other + 4 }), words[1]);
      set(view.twin, { d: course(twin, first, from) });
    }
    for (const part of [view.twin, view.twinWords, view.twinDot]) shown(part, twin);
    view.ghosts.replaceChildren();
    for (const ghost of ghosts) {
      add(view.ghosts, "path", { d: course(ghost.run, first), class: `ir-ghost ${ghost.away ? "ir-away" : "ir-back"}` });
    }
    if (hidden) {
      const wide = cover(placeOf(axis, from));
      write(set(view.ask, { x: view.right - wide / 2 }), wide < 20 ? "" : wide < 150 ? "?" : "What will happen?");
    }
    const drawn = Boolean(expected?.course.length);
    shown(view.future, hidden);
    shown(view.ask, hidden && !drawn);
    if (drawn) {
      const begin = placeOf(axis, expected.day), height = view.y(measures.value_on(run, first, expected.day)), [end, n] = expected.course.at(-1);
      set(view.expected, { d: `M${view.x(begin)} ${height}${onward(expected.course, begin, height, view.x, view.y)}` });
      write(set(view.expectedWords, { x: view.x(end) - 4, y: Math.min(view.y(n) - 6, view.bottom - 24) }), "your card");
    }
    for (const part of [view.expected, view.expectedWords]) shown(part, drawn);
  };
  view.frame = ({ u, day, y, twin, from, unseen }) => {
    const x = view.x(u), flip = u > 0.85;
    if (unseen) { // the first time, the lines grow with the clock, and their words ride along
      cover(u);
      shown(view.future, true);
      const heights = apart(lines.map(({ name: state }) => view.y(y[state])), 14, view.top, view.bottom - 10);
      if (!twin) lines.forEach((_, i) => set(view.words[i], { y: heights[i] + 4 }));
    }
    set(view.hair, { x1: x, x2: x });
    set(view.grip, { transform: `translate(${x} ${view.bottom})` });
    lines.forEach(({ name: state }, i) => set(view.dots[i], { cx: x, cy: view.y(y[state]) }));
    if (twin) set(view.twinDot, { cx: x, cy: view.y(twin.y[lines[0].name]) });
    write(set(view.day, { x: x + (flip ? -6 : 6), "text-anchor": flip ? "end" : "start" }), day < 0 ? "" : dayInWords(axis, day));
  };
  return view;
};
