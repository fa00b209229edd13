// Makes a figure of many patients live: its sliders move, the patients are simulated anew, and what is known is drawn
// while the rest is still under way.
//
// `figure` is the object that Python generated (cohort.py):
//   model, settings, patients, chunk    see workers.js and run.js
//   say(m)                              the sentence of result
//   name, alt, p, sliders               as in run/page.js
//   panels                              what each shows and where it lies in the picture (picture.py)
//   times                               the days of the curve of those free of the endpoint
//   rows                                the days of the data table; of a map, its rows

const UNFINISHED = "The simulation could not be finished with these values.";
const UNKNOWN = -1;
const PAUSE = 40;

function mount(root, figure) {
  if (!root || root.classList.contains("ir-on")) return;
  root.classList.add("ir-on");
  const { panels, patients, times } = figure, { days, until } = figure.settings;
  const p = { ...figure.p }, svg = unfreeze(root);
  const part = (key) => svg.querySelector(`[id="ir-${figure.name}-${key}"]`);
  const pathOf = (key) => part(key).querySelector("path");
  const result = root.querySelector(".ir-result"), cells = [...root.querySelectorAll(".ir-data td")];
  const begin = workerPool(figure), draws = (root.irDraws = []), moves = (root.irMoves = []);
  const ends = new Float64Array(patients), paths = [];
  let known = 0, failed = false, frame = 0, speech = 0, move = null, moved = false;

  // What turns a point of a panel into one of the picture. Far outside the frame is as good as further.
  const placed = ({ frame: [left, top, right, bottom], x: [from, to], y: [low, high], log }) => {
    const f = log ? Math.log : (v) => v, base = f(low), scale = (bottom - top) / (f(high) - base);
    return (x, y) => {
      const up = bottom - scale * ((y > 0 || !log ? f(y) : -Infinity) - base);
      const across = left + (right - left) * (x - from) / (to - from);
      return `${across.toFixed(2)} ${Math.min(2 * bottom, Math.max(-bottom, up)).toFixed(2)}`;
    };
  };
  const line = (at, x, y) => "M" + Array.from(x, (value, i) => at(value, y[i])).join("L");

  // [count, percent, lowest, highest] of the known patients who are free of the endpoint on a day.
  const cache = new Map();
  function free(day) {
    let count = 0;
    for (let i = 0; i < patients; i++) if (ends[i] > day) count++;
    const key = count * (patients + 1) + known;
    if (!cache.has(key)) cache.set(key, [count, ...[count / known, ...interval(count, known)].map((v) => 100 * v)]);
    return cache.get(key);
  }

  // Of a map: the end of the patient in a field, and the least value across from which on all in a row are free.
  const field = (map, row, column) => ends[(row * map.columns + column) * map.undo % patients];
  function edge(map, row) {
    let column = map.columns;
    while (column > 0 && field(map, row, column - 1) > until) column--;
    return column < map.columns ? map.across[column] : Infinity;
  }
  // One rectangle for each run of fields in a row that reached the endpoint; the first is a point in the corner.
  function shaded({ x: [left, right], y: [low, high], ...map }, at) {
    const rows = map.up.length, wide = (right - left) / map.columns, tall = (high - low) / rows;
    const box = (a, b, bottom, top) => line(at, [a, b, b, a], [bottom, bottom, top, top]) + "Z";
    const boxes = [box(left, left, low, low)];
    for (let row = 0; row < rows; row++) {
      const bottom = low + row * tall;
      for (let column = 0, from = 0; column <= map.columns; column++) {
        const end = column < map.columns ? field(map, row, column) : Infinity;
        if (end >= 0 && end <= until) continue;
        if (column > from) boxes.push(box(left + from * wide, left + column * wide, bottom, bottom + tall));
        from = column + 1;
      }
    }
    return boxes.join("");
  }

  function draw() {
    const began = performance.now();
    frame = 0;
    root.classList.toggle("ir-failed", failed);
    if (!failed) panels.forEach(paint);
    paths.length = 0;
    draws.push(performance.now() - began);
    move.drawn.push([known, performance.now() - move.began]);
    clearTimeout(speech);
    if (moved) start();
    else if (failed || known === patients) speech = setTimeout(tell, 250);
  }
  function paint(panel) {
    const at = placed(panel);
    if (panel.kind === "paths") {
      for (const [key, i, watched] of panel.lines) {
        const from = watched * days.length;
        if (paths[i]) pathOf(key).setAttribute("d", line(at, days, paths[i].subarray(from, from + days.length)));
      }
    } else if (panel.kind === "free") {
      const found = times.map(free), column = (k) => found.map((row) => row[k]), shares = column(1);
      pathOf(panel.line).setAttribute("d", line(at, times, shares));
      const around = [...times, ...[...times].reverse()], edges = [...column(2), ...column(3).reverse()];
      pathOf(panel.band).setAttribute("d", line(at, around, edges) + "Z");
      const words = part(panel.words), height = Number(at(0, shares.at(-1)).split(" ")[1]);
      words.setAttribute("transform", `translate(0 ${(height - panel.height).toFixed(2)})`);
      words.querySelector("text").textContent = `${fixed(shares.at(-1), 0)} %`;
    } else if (panel.kind === "map") {
      pathOf(panel.fields).setAttribute("d", shaded(panel, at));
    } else {
      const [, share, low, high] = free(until), x = move.p[panel.symbol], dot = part(panel.dot).querySelector("use");
      const [across, up] = at(x, share).split(" ");
      pathOf(panel.line).setAttribute("d", line(at, [x, x], [low, high]));
      dot.setAttribute("x", across);
      dot.setAttribute("y", up);
    }
  }
  function tell() {
    const [count, percent, low, high] = free(until);
    const map = panels.find(({ kind }) => kind === "map");
    const told = { ...move.p, seed: move.seed, patients, free: count, percent, low, high };
    if (map) Object.assign(told, { first: edge(map, 0), last: edge(map, map.up.length - 1) });
    const sentence = failed ? UNFINISHED : figure.say(told);
    if (result.textContent !== sentence) result.textContent = sentence;
    svg.setAttribute("aria-label", `${figure.alt} ${sentence}`);
    let cell = 0;
    for (const row of figure.rows) {
      for (const value of map ? [edge(map, row)] : free(row)) cells[cell++].textContent = failed ? "–" : show(value);
    }
    root.irTold = draws.length;
  }
  function hear(piece) {
    ends.set(piece.ends, piece.from);
    known = ends.reduce((count, end) => count + (end !== UNKNOWN), 0);
    piece.paths.forEach((path, i) => { paths[piece.from + i] = path; });
    failed ||= piece.ends.some(Number.isNaN);
    // At once what is first known, and all; between these not often, because drawing takes time from the rest.
    const last = move.drawn.at(-1)?.[1] ?? -Infinity, whole = failed || known === patients;
    if (whole || performance.now() - move.began - last > PAUSE) frame ||= requestAnimationFrame(draw);
  }
  function start() {
    cancelAnimationFrame(frame);
    frame = known = 0;
    failed = moved = false;
    cache.clear();
    ends.fill(UNKNOWN);
    moves.push((move = { began: performance.now(), p: { ...p }, seed: seed.value, drawn: [] }));
    begin(move.p, move.seed, hear);
  }
  // Something of a move is shown before the next one takes its place, so that a slider on its way is followed.
  function later() {
    clearTimeout(speech);
    root.irTold = -1;
    if (move.drawn.length) start();
    else moved = true;
  }
  controls(root, figure.sliders, p, later);
  const seed = seedField(root, later);
  root.irTold = -1;
  start();
  ready(root, figure);
}
