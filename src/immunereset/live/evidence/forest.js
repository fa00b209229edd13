// Makes a forest of intervals live: a reader sorts and filters its rows, and may have to guess one bar first.
//
// `figure`, beside what every view of published results has (base.js):
//   panels     one for each axis: title, log, low, high, ticks, none (value of no difference, or null)
//   rows       id, panel, label, detail, value, ends ([low, high] or null), text, kind, waiting, lot, is (words by filter)
//   kinds      the dashes of each kind of interval
//   facets     columns by which a reader filters
//   ranks      by name of a sorting, the place of each row
//   begin      the state at the start: sort, and the words of filters
//   guess      row, standing (rows drawn from the start), ends for each option, steps; or null

const LETTER = 6.1, BOLD = 7.4, LINE = 17;

KINDS.forest = (shell) => {
  const { root, figure, find, all, svg, timed, tell } = shell, { rows, panels, guess, ranks, facets } = figure;
  const selects = [...root.querySelectorAll("select[data-key]")], ends = all("end"), body = root.querySelector(".ir-data tbody");
  const cells = [...body.children], part = {}, now = { state: { ...figure.begin }, bar: null };
  const view = asked(shell, () => {
    timed(() => { lay(); draw(); });
    tell();
  });

  const share = ({ log, low, high }, value) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const x = (panel, value) => part.left + share(panels[panel], value) * (part.right - part.left);
  const ofShare = ({ log, low, high }, u) => (log ? low * (high / low) ** u : low + u * (high - low));
  // A value of the guessed bar at a place of its slider, rounded as a reader reads it.
  const valueAt = (place) => Number(ofShare(panels[rows[guess.row].panel], place / guess.steps).toPrecision(2));
  const placeAt = (value) => Math.round(guess.steps * Math.min(1, Math.max(0, share(panels[rows[guess.row].panel], value))));

  // The rows that are shown, from the top.
  function order() {
    const { sort, ...wanted } = now.state;
    const shown = rows.map((_, i) => i).filter((i) => Object.entries(wanted).every(([key, word]) => rows[i].is[key] === word));
    const known = view.hidden ? shown.filter((i) => i === guess.row || guess.standing.includes(i)) : shown;
    return known.sort((a, b) => ranks[sort][a] - ranks[sort][b]);
  }
  const shownEnds = (i) => (rows[i].ends && !(view.hidden && i === guess?.row) ? rows[i].ends : null);

  function lay() {
    const wide = svg.clientWidth, slim = wide < 600;
    svg.replaceChildren();
    Object.assign(part, { wide, slim, left: slim ? 10 : Math.round(wide * 0.45), right: wide - (slim ? 10 : 132) });
    const lookOf = (panel, tick) => (tick === panel.none ? "ir-none" : "ir-grid");
    const room = slim ? wide - 140 : part.left - 16;
    part.panels = panels.map((panel, k) => {
      const g = add(svg, "g", { class: "ir-panel-of" });
      const titles = linesOf(panel.title, slim ? wide : wide - part.left, BOLD), top = LINE * titles.length + 9;
      titles.forEach((line, n) => add(g, "text", { x: slim ? 0 : part.left, y: LINE * (n + 1) - 3, class: "ir-title" }, line));
      const ticks = panel.ticks.map((tick) => add(g, "line", { x1: x(k, tick), x2: x(k, tick), class: lookOf(panel, tick) }));
      const words = panel.ticks.filter((tick) => tick === panel.none || !slim || panel.ticks.length < 7 || !/^[25]/.test(String(tick).replace(/^0\.0*/, "")))
        .map((tick) => add(g, "text", { x: x(k, tick), "text-anchor": "middle", class: "ir-quiet" }, fixedOf(tick)));
      return { g, ticks, words, top };
    });
    part.rows = rows.map((row, i) => {
      const g = add(svg, "g", { class: `ir-row${row.lot ? "" : " ir-unlot"}`, "data-row": row.id });
      let y = 0;
      for (const line of linesOf(row.label, room, BOLD)) add(g, "text", { x: 0, y: (y += LINE) - 3, class: "ir-label" }, line);
      const value = add(g, "text", { x: wide, y: LINE - 3, "text-anchor": "end", class: "ir-value" });
      const below = slim ? (y += 18) - 8 : 0, more = linesOf([row.detail, row.waiting && `Status: ${row.waiting}`].filter(Boolean).join(". ").replace(/\.\. /g, ". "), slim ? wide - 4 : room, LETTER);
      for (const line of more) add(g, "text", { x: 0, y: (y += LINE - 2) - 3, class: "ir-detail" }, line);
      const high = y + 9, at = slim ? below : Math.min(high / 2, 24);
      // On a phone a bar stands between words: there the lines are as high as the bar.
      if (slim && row.value !== null) for (const tick of panels[row.panel].ticks) add(g, "line", { x1: x(row.panel, tick), x2: x(row.panel, tick), y1: at - 9, y2: at + 9, class: lookOf(panels[row.panel], tick) });
      const bar = add(g, "g");
      if (!slim) set(value, { y: at + 4 });
      return { g, value, bar, high, at };
    });
    part.guess = guess && rows[guess.row].panel;
  }
  const fixedOf = (tick) => String(tick).replace("-", "−");

  function barOf(i) {
    const { bar, at, value } = part.rows[i], { panel, kind, text } = rows[i], seen = shownEnds(i), hidden = view.hidden && i === guess?.row;
    bar.replaceChildren();
    write(value, hidden ? "?" : text);
    if (rows[i].value === null) {
      add(bar, "rect", { x: part.left, width: part.right - part.left, y: at - 7, height: 14, rx: 4, class: "ir-empty" });
      return;
    }
    if (hidden) add(bar, "rect", { x: part.left, width: part.right - part.left, y: at - 11, height: 22, class: "ir-unknown" });
    if (now.bar && i === guess?.row) {
      const [a, b] = now.bar.map((value) => x(panel, value)), y = hidden ? at : at + 9;
      add(bar, "line", { x1: a, x2: b, y1: y, y2: y, class: "ir-guessed" });
      for (const end of [a, b]) add(bar, hidden ? "circle" : "line", hidden ? { cx: end, cy: y, r: 9, class: "ir-handle" } : { x1: end, x2: end, y1: y - 4, y2: y + 4, class: "ir-guessed" });
    }
    if (hidden) return;
    if (seen) {
      const [a, b] = seen.map((value) => x(panel, value));
      add(bar, "line", { x1: a, x2: b, y1: at, y2: at, class: "ir-bar-of", "stroke-dasharray": figure.kinds[kind] ?? "" });
      for (const end of [a, b]) add(bar, "line", { x1: end, x2: end, y1: at - 4, y2: at + 4, class: "ir-cap" });
    }
    add(bar, "circle", { cx: x(panel, rows[i].value), cy: at, r: 5, class: seen ? "ir-point" : "ir-point ir-hollow" });
  }

  function draw() {
    const shown = order();
    let y = 0;
    part.rows.forEach(({ g }, i) => set(g, { display: shown.includes(i) ? "inline" : "none" }));
    part.panels.forEach(({ g, ticks, words, top: title }, k) => {
      const mine = shown.filter((i) => rows[i].panel === k);
      set(g, { display: mine.length ? "inline" : "none" });
      if (!mine.length) return;
      g.style.transform = `translateY(${y}px)`;
      const top = y;
      y += title;
      for (const i of mine) {
        part.rows[i].g.style.transform = `translateY(${y}px)`;
        barOf(i);
        y += part.rows[i].high;
      }
      for (const tick of ticks) set(tick, { y1: part.slim ? y - top - 4 : title - 2, y2: y - top });
      for (const word of words) set(word, { y: y - top + 15 });
      y += ticks.length ? 34 : 12;
    });
    // The key of what is drawn: the kinds of intervals, and what has none.
    part.key?.remove();
    part.key = add(svg, "g", { class: "ir-key" });
    const drawn = shown.filter((i) => rows[i].value !== null), kinds = [...new Set(drawn.filter(shownEnds).map((i) => rows[i].kind))].filter(Boolean);
    let at = 0;
    const place = (long) => {
      if (at && at + long > part.wide) { at = 0; y += 20; }
      const here = at;
      at += long;
      return here;
    };
    for (const kind of kinds) {
      const left = place(44 + 7 * kind.length + 14);
      add(part.key, "line", { x1: left, x2: left + 36, y1: y + 8, y2: y + 8, class: "ir-bar-of", "stroke-dasharray": figure.kinds[kind] });
      add(part.key, "text", { x: left + 44, y: y + 12, class: "ir-quiet" }, kind);
    }
    for (const [there, words, look] of [
      [drawn.some((i) => !rows[i].ends), "no interval seen", "ir-point ir-hollow"], [drawn.some((i) => !rows[i].lot), "grey: not randomised", "ir-point ir-grey"],
    ]) {
      if (!there) continue;
      const left = place(22 + 7 * words.length + 14);
      add(part.key, "circle", { cx: left + 8, cy: y + 8, r: 5, class: look });
      add(part.key, "text", { x: left + 22, y: y + 12, class: "ir-quiet" }, words);
    }
    y += kinds.length || at ? 22 : 2;
    svg.style.height = `${y}px`;
    set(svg, { viewBox: `0 0 ${part.wide} ${y}` });
    // The table below shows the same rows in the same order.
    body.replaceChildren(...shown.map((i) => cells[i]), ...cells.filter((_, i) => !shown.includes(i)));
    cells.forEach((cell, i) => { cell.hidden = !shown.includes(i) || (view.hidden && i === guess.row); });
    for (const select of selects) select.value = now.state[select.dataset.key] ?? "";
    root.irState = { ...now.state };
    root.irShown = shown.map((i) => rows[i].id);
  }

  function said() {
    if (view.hidden) return figure.predict.wait;
    if (guess) {
      const { ends: [low, high], text, panel } = rows[guess.row], mine = now.bar, inside = mine && mine[0] <= low && high <= mine[1];
      const yours = mine ? `\nYour bar: ${mine.map(fixedOf).join(" to ")}${inside ? ", which holds the whole published one" : ""}.` : "";
      const { none } = panels[panel], side = low <= none && none <= high ? "It crosses the line of no difference." : "It does not reach the line of no difference.";
      return `Published: ${text}. ${side}${yours}`;
    }
    const shown = order(), results = shown.filter((i) => rows[i].value !== null).length, waiting = shown.length - results;
    const many = (n, word, rest = "") => (n ? [`${n} ${word}${n === 1 ? "" : "s"}${rest}`] : []);
    const parts = [...many(results, "result"), ...many(waiting, "trial", " without a result")];
    return parts.length ? `${parts.join(" and ")}, of ${rows.length} rows.` : "No row fits these filters.";
  }
  function change(state) {
    now.state = state;
    timed(draw);
    tell();
  }
  for (const select of selects) select.addEventListener("change", () => {
    const { [select.dataset.key]: _, ...others } = now.state;
    change(select.value ? { ...others, [select.dataset.key]: select.value } : others);
  });

  // The guess: a card sets both ends, and the ends choose the card that is most like them.
  const radios = [...root.querySelectorAll(".ir-cards input")], output = root.querySelector(".ir-ends output");
  function place(bar) {
    now.bar = bar;
    ends.forEach((end, k) => {
      end.value = placeAt(bar[k]);
      end.setAttribute("aria-valuetext", fixedOf(bar[k]));
    });
    write(output, `your bar: ${bar.map(fixedOf).join(" to ")}`);
    timed(() => barOf(guess.row));
  }
  function likest([low, high]) {
    const panel = panels[part.guess], side = ([a, b]) => (b < panel.none ? -1 : a > panel.none ? 1 : 0), middle = ([a, b]) => share(panel, a) + share(panel, b);
    const off = (ends) => 10 * Math.abs(side(ends) - side([low, high])) + Math.abs(middle(ends) - middle([low, high]));
    return guess.ends.reduce((best, ends, i) => (off(ends) < off(guess.ends[best]) ? i : best), 0);
  }
  function drag(k, at) {
    const bar = [...(now.bar ?? guess.ends[0])];
    bar[k] = at;
    if (bar[0] > bar[1]) bar[1 - k] = at;
    const radio = radios[likest(bar)];
    if (!radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change"));
    }
    place(bar);
  }
  if (guess) {
    radios.forEach((radio, i) => radio.addEventListener("input", () => place([...guess.ends[i]])));
    ends.forEach((end, k) => end.addEventListener("input", () => drag(k, valueAt(Number(end.value)))));
    let held = null;
    const placeOf = (event) => guess.steps * Math.min(1, Math.max(0, (event.clientX - svg.getBoundingClientRect().left - part.left) / (part.right - part.left)));
    svg.addEventListener("pointerdown", (event) => {
      if (!view.hidden || !event.target.closest?.(`[data-row="${rows[guess.row].id}"]`)) return;
      const at = placeOf(event), [a, b] = (now.bar ?? guess.ends[0]).map(placeAt);
      held = Math.abs(at - a) < Math.abs(at - b) || (a === b && at < a) ? 0 : 1;
      svg.setPointerCapture(event.pointerId);
      drag(held, valueAt(at));
    });
    svg.addEventListener("pointermove", (event) => { if (held !== null && view.hidden) drag(held, valueAt(placeOf(event))); });
    for (const over of ["pointerup", "pointercancel"]) svg.addEventListener(over, () => { held = null; });
  }
  return {
    lay,
    draw,
    told() {
      return { said: said(), hidden: view.hidden };
    },
    state: () => now.state,
    go(wanted) {
      view.open();
      const known = facets.filter((key) => rows.some((row) => row.is[key] === wanted.get(key)));
      change({ sort: wanted.get("sort") in ranks ? wanted.get("sort") : "given", ...Object.fromEntries(known.map((key) => [key, wanted.get(key)])) });
    },
  };
};
