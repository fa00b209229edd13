// Makes attacked tissue live: a film of one attack, and a map on which each film that ended leaves a mark (tissue.py).
//
// `figure`, beside what every view of published results has (base.js):
//   side, tau, ways        cells in a row; days of inflammation; row and column of the neighbours
//   ends, border           the slider's ends, and where it would lie on a tissue without end
//   tries, hundred         films before the hundred tissues are shown; [[b, mean, share of each tissue], ...], in %

const ZOOMS = [24, 48];

// As days_of_attack() in models/tissue.py: the day on which each cell is inflamed, Infinity for never.
function luckOf({ side, ways }, seed) {
  return Float64Array.from({ length: ways.length * side * side }, (_, stream) => Math.log(random(seed, stream).uniform()));
}
function attackOf({ side, tau, ways }, b, luck) {
  const cells = side * side, days = new Float64Array(cells).fill(Infinity), scale = Math.log1p(-b), due = [[(cells - 1) / 2]];
  days[due[0][0]] = 0;
  for (let day = 0; day < due.length; day++) {
    for (const cell of due[day] ?? []) {
      if (days[cell] !== day) continue;
      const row = Math.floor(cell / side), column = cell % side;
      ways.forEach(([down, right], k) => {
        if (row + down < 0 || row + down >= side || column + right < 0 || column + right >= side) return;
        const wait = Math.ceil(luck[k * cells + cell] / scale), next = cell + down * side + right;
        if (wait > tau || day + wait >= days[next]) return;
        days[next] = day + wait;
        (due[day + wait] ??= []).push(next);
      });
    }
  }
  return days;
}
// As verdict() in tissue.py.
function tissueInWords(b, share, over) {
  const told = `${fixed(100 * share, 1)} % of the tissue is dead.\nb ${b.toFixed(3)}; over on day ${over}.`;
  return share > 0.1 ? `● It spreads: ${told}` : `○ It stops by itself: ${told}`;
}

KINDS.tissue = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell, play, pause, playing, rest } = shell, { side, tau, ends, border, tries, hundred } = figure;
  const clock = find("time"), output = find("years output"), run = find("run"), all = find("hundred"), left = find("left"), done = new Map();
  const view = asked(shell, () => {}), cells = side * side;
  let luck = null, drawn = -1, days = null, key = "", over = 0, share = 0, day = 0, shown = false;

  function simulate() {
    const now = `${p.b} ${seed.value}`;
    if (now === key) return;
    if (drawn !== seed.value) [drawn, luck] = [seed.value, luckOf(figure, seed.value)];
    key = now;
    days = attackOf(figure, p.b, luck);
    const reached = days.filter(Number.isFinite);
    over = Math.max(...reached) + tau;
    share = reached.length / cells;
    day = 0;
    clock.max = over;
  }
  const kindsOn = () => days.map((one) => (one > day ? 0 : one > day - tau ? 1 : 2));
  function draw() {
    simulate();
    const kinds = kindsOn(), count = (kind) => kinds.reduce((sum, one) => sum + (one === kind), 0), words = `day ${day}`;
    root.irState = { ...p, on: day, seed: seed.value };
    root.irTissue = { day, inflamed: count(1), dead: count(2), share, over, done: [...done.values()] };
    clock.value = day;
    clock.setAttribute("aria-valuetext", words);
    write(output, words);
    write(left, shown ? "" : done.size < tries ? `${tries - done.size} more films, then they can be shown.` : "");
    all.disabled = shown || done.size < tries;
    const [wide, tall] = sized(svg), slim = wide < 560, size = slim ? Math.min(wide, 0.56 * tall) : Math.min(tall - 18, 0.47 * wide);
    film(kinds, size);
    map(slim ? { left: 40, right: wide - 8, top: size + 52, foot: tall - 34 } : { left: size + 62, right: wide - 8, top: 22, foot: tall - 34 });
  }
  // The middle from near, until the attack has outgrown it.
  function film(kinds, size) {
    let far = 0;
    kinds.forEach((kind, i) => { if (kind) far = Math.max(far, Math.abs(Math.floor(i / side) - side / 2), Math.abs(i % side - side / 2)); });
    const seen = ZOOMS.find((one) => 2 * far + 4 < one) ?? side, from = (side - seen) / 2, many = Math.round(seen);
    const box = add(svg, "svg", { x: 1, y: 1, width: size - 2, height: size - 2, viewBox: `${from} ${from} ${seen} ${seen}`, class: "ir-slide" });
    add(box, "rect", { x: 0, y: 0, width: side, height: side, class: "ir-healthy" });
    [1, 2].forEach((kind) => add(box, "path", { d: outline(kinds, kind, side, 1), class: ["ir-inflamed", "ir-dead"][kind - 1] }));
    add(svg, "rect", { x: 0.5, y: 0.5, width: size - 1, height: size - 1, class: "ir-window" });
    let x = 0;
    [["inflamed", 74], ["dead", 50], [many < side ? `from near: ${many} × ${many} of ${side} × ${side} cells` : `${side} × ${side} cells`, 0]].forEach(([told, more], k) => {
      const y = size + 13;
      if (k < 2) add(svg, "rect", { x, y: y - 9, width: 10, height: 10, class: `ir-${told}` });
      add(svg, "text", { x: x + (k < 2 ? 14 : 0), y, class: "ir-small" }, size < 300 && k === 2 ? `${many} × ${many} cells` : told);
      x += more + 10;
    });
  }
  function map({ left: x0, right: x1, top, foot }) {
    const x = (b) => x0 + (b - ends[0]) / (ends[1] - ends[0]) * (x1 - x0), y = (percent) => foot - percent / 100 * (foot - top);
    add(svg, "text", { x: x0 - 34, y: top - 9, class: "ir-quiet" }, "dead in the end (%)");
    for (const percent of [0, 50, 100]) {
      add(svg, "line", { x1: x0, x2: x1, y1: y(percent), y2: y(percent), class: "ir-grid" });
      add(svg, "text", { x: x0 - 5, y: y(percent) + 4, "text-anchor": "end", class: "ir-small" }, percent);
    }
    for (let b = ends[0]; b <= ends[1] + 1e-9; b += 0.02) {
      add(svg, "line", { x1: x(b), x2: x(b), y1: foot, y2: foot + 5, class: "ir-tick" });
      add(svg, "text", { x: x(b), y: foot + 17, "text-anchor": "middle", class: "ir-small" }, b.toFixed(2));
    }
    add(svg, "text", { x: x1, y: foot + 31, "text-anchor": "end", class: "ir-small" }, "attack a day, b");
    if (shown) {
      for (const [b, , ...some] of hundred) {
        const d = some.map((percent, i) => `M${(x(b) + 5 * (i * 0.618034 % 1 - 0.5)).toFixed(1)} ${y(percent).toFixed(1)}h.01`).join("");
        add(svg, "path", { d, class: "ir-each" });
      }
      add(svg, "path", { d: `M${hundred.map(([b, mean]) => `${x(b).toFixed(1)} ${y(mean).toFixed(1)}`).join("L")}`, class: "ir-middle" });
      add(svg, "line", { x1: x(border), x2: x(border), y1: top, y2: foot, class: "ir-expected" });
      ["line: mean", "dashed: exact"].forEach((told, i) => add(svg, "text", { x: x0 + 6, y: top + 16 + 15 * i, class: "ir-small" }, told));
    }
    add(svg, "line", { x1: x(p.b), x2: x(p.b), y1: top, y2: foot, class: "ir-aim" });
    for (const one of done.values()) {
      add(svg, "circle", { cx: x(one.b), cy: y(100 * one.share), r: 6, class: `ir-try ${one.share > 0.1 ? "ir-back" : "ir-away"}` });
    }
  }
  function turn(to) {
    day = Math.max(0, Math.min(over, to));
    if (day === over) done.set(key, { b: p.b, share });
    timed(draw);
  }
  function stop() {
    pause();
    tell();
  }
  run.addEventListener("click", () => {
    if (playing()) { stop(); return; }
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches, begin = day >= over ? 0 : day, pace = calm ? over : Math.max(8, over / 10);
    play((seconds) => {
      const to = Math.min(over, begin + Math.floor(seconds * pace));
      if (to > day || begin === 0 && day >= over) turn(to);
      if (day === over) stop();
    });
  });
  find("end").addEventListener("click", () => {
    if (playing()) pause();
    turn(over);
    tell();
  });
  clock.addEventListener("input", () => {
    if (playing()) pause();
    turn(Number(clock.value));
    rest();
  });
  all.addEventListener("click", () => {
    shown = true;
    timed(draw);
    tell();
  });
  return {
    lay() {},
    draw,
    moved() {
      if (playing()) pause();
      shell.later();
    },
    told() {
      find("data").hidden = !shown;
      const { inflamed, dead } = root.irTissue;
      const now = `Day ${day}: ${inflamed} inflamed, ${dead} dead of ${cells} cells.\nb ${p.b.toFixed(3)}.`;
      return { said: day === over ? tissueInWords(p.b, share, over) : now };
    },
    state: () => ({ on: day }),
    go(link) {
      view.open();
      simulate();
      turn(link.get("on") === "end" ? over : Number(link.get("on") ?? 0));
      tell();
    },
  };
};
