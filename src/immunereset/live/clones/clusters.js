// Clones as clusters, a dot for each cell, through an event on day 0 and what follows, in one person after the other.
//
// `figure`, beside what every figure has (shell.js): model, noise, start, until, points as in noise/run.js, and
//   clones       [[state, words, cells before]]
//   many, steps  persons whom the button draws; steps of the clock after the event

KINDS.clusters = (shell) => {
  const { root, figure, find, p, seed, svg, later, timed, rest } = shell, { clones, until, steps, many } = figure;
  const clock = find("clock"), output = find("when output"), button = find("run"), more = find("more"), sum = clones.reduce((all, [, , n]) => all + n, 0);
  const seats = clones.map(([, , n], i) => {
    const chance = random(1, i), order = Array.from({ length: sum }, (_, j) => j);
    for (let j = n - 1; j > 0; j--) {
      const k = Math.floor(chance.uniform() * (j + 1));
      [order[j], order[k]] = [order[k], order[j]];
    }
    return order;
  });
  let parts = [], homes = [], run = null, key = "", persons = [], of = "";

  const dayAt = () => (clock.value === "0" ? -1 : (Number(clock.value) - 1) * until / steps);
  const cellsOn = (one, name, n, day) => (day < 0 ? n : measures.value_on(one, name, day));
  const settings = () => figure.sliders.map(({ symbol }) => p[symbol]).join();
  function load() {
    const now = `${settings()} ${seed.value}`;
    if (now === key) return;
    [run] = noisyRuns(figure, p, seed.value) ?? [null];
    key = now;
  }
  // A person counts once, when what became of the clones was seen.
  function count(one, number) {
    if (of !== settings()) [of, persons] = [settings(), []];
    if (!persons.some((other) => other.number === number)) persons.push({ number, there: clones.map(([name]) => measures.value_on(one, name, until) >= 1) });
  }
  const kept = (i) => persons.filter(({ there }) => there[i]).length;

  function lay() {
    const [wide, tall] = sized(svg), slim = wide < 520, radius = (n) => Math.sqrt(n / Math.PI), least = slim ? 76 : 84;
    const rows = slim ? [clones.slice(0, 2), clones.slice(2)] : [clones];
    const fits = (size) => rows.every((row) => row.reduce((all, [, , n]) => all + Math.max(2.5 * radius(n) * size, least), 0) <= wide)
      && rows.reduce((all, [[, , n]]) => all + 2.3 * radius(n) * size + 58, 0) <= tall;
    let size = 6;
    while (size > 0.5 && !fits(size)) size -= 0.05;
    let top = 0;
    parts = rows.flatMap((row) => {
      const high = 2.3 * radius(row[0][2]) * size, widths = row.map(([, , n]) => Math.max(2.5 * radius(n) * size, least));
      let left = (wide - widths.reduce((a, b) => a + b, 0)) / 2;
      const middle = top + 20 + high / 2;
      const made = row.map(([, words, n], i) => {
        const x = left + widths[i] / 2, r = radius(n) * size;
        left += widths[i];
        add(svg, "text", { x, y: top + 12, "text-anchor": "middle", class: "ir-title" }, words);
        const outline = add(svg, "circle", { cx: x, cy: middle, r: (r + 3).toFixed(1), class: "ir-outline" });
        const [now, told] = [high + 36, high + 53].map((down) => add(svg, "text", { x, y: top + down, "text-anchor": "middle", class: "ir-quiet" }));
        return { x, y: middle, size, outline, now, told, path: add(svg, "path", { class: "ir-clone", "stroke-width": 0.75 * size }), most: Math.floor(Math.PI * (widths[i] / 2 / size) ** 2) };
      });
      top += high + 58;
      return made;
    });
    homes = parts.map(({ x, y, most }, i) => seats[i].slice(0, Math.max(most, clones[i][2])).map((seat) => {
      const r = size * Math.sqrt((seat + 0.5) / Math.PI), angle = seat * 2.399963;
      return `M${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}h.01`;
    }));
  }
  function frame() {
    const day = dayAt(), counted = persons.length;
    root.irCells = clones.map(([name, , n], i) => {
      const cells = run ? cellsOn(run, name, n, day) : n, { path, outline, now, told } = parts[i];
      set(path, { d: homes[i].slice(0, cells).join(""), "data-cells": cells });
      outline.classList.toggle("ir-gone", cells === 0);
      write(now, cells ? `${cells} now` : "gone");
      write(told, counted > 1 ? `in ${kept(i)} of ${counted}` : "");
      return cells;
    });
    const words = day < 0 ? "before" : `day ${Math.round(day)}`;
    write(output, words);
    clock.setAttribute("aria-valuetext", words);
    root.irState = { day: day < 0 ? -1 : Math.round(day), seed: seed.value };
    return root.irCells;
  }
  function said() {
    const day = dayAt(), cells = root.irCells, all = cells.reduce((a, b) => a + b, 0), gone = cells.filter((n) => n === 0).length;
    const counted = persons.length > 1 ? `\nStill there at the end, in ${persons.length} persons: ${clones.map(([, words], i) => `${words} in ${kept(i)}`).join(", ")}.` : "";
    if (!run) return UNFINISHED;
    if (day < 0) return `Before: ${clones.length} clones, ${all} cells.${counted}`;
    return `${gone ? "●" : "○"} Day ${Math.round(day)}: ${gone ? `${gone} of ${clones.length} clones are gone` : `all ${clones.length} clones are there`}, ${all} cells.${counted}`;
  }
  function draw() {
    load();
    if (run && dayAt() >= 0) count(run, seed.value);
    frame();
  }
  const stop = () => { root.classList.remove("ir-playing"); shell.pause(); };
  const turned = () => { timed(draw); rest(); };
  clock.addEventListener("input", () => { stop(); turned(); });
  button.addEventListener("click", () => {
    if (shell.playing()) return stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      clock.value = clock.max;
      return turned();
    }
    root.classList.add("ir-playing");
    shell.play((seconds) => {
      clock.value = seconds < 0.8 ? 0 : 1 + Math.max(0, seconds - 1.8) / 6 * steps;
      timed(draw);
      if (clock.value === clock.max) { stop(); rest(); }
    });
  });
  more.addEventListener("click", () => {
    stop();
    for (let i = 1; i <= many; i++) {
      const number = (seed.value + i) % 2 ** 32, [one] = noisyRuns(figure, p, number) ?? [];
      if (one) count(one, number);
    }
    clock.value = clock.max;
    seed.take((seed.value + many) % 2 ** 32);
    later();
  });
  root.classList.add("ir-open");
  return {
    lay,
    draw,
    moved: later,
    told() {
      const hidden = dayAt() < 0;
      return { said: said(), hidden, cells: run ? clones.flatMap(([name, , n]) => [n, measures.value_on(run, name, 0), measures.value_on(run, name, until)]) : [] };
    },
    state: () => root.irState,
    go(asked) {
      const day = Number(asked.get("day") ?? until);
      clock.value = day < 0 ? 0 : 1 + Math.round(day / until * steps);
      stop();
      turned();
    },
  };
};
