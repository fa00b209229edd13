// Makes a figure of many patients live: its sliders move, the patients are simulated anew, and what is known is drawn
// while the rest is still under way. What is drawn of them says a `view` (shares.js, or map/fields.js).
//
// `figure` is the object that Python generated (cohort/patients.py and the kind of figure):
//   model, settings, patients, chunk    see workers.js and run.js
//   say(m)                              the sentence of result
//   name, alt, p, sliders               as in run/page.js
//   panels                              what each shows and where it lies in the picture (picture.py)
//   times                               the days of the curve of those free of the endpoint
//   rows                                the days of the data table; of a map, its rows

const UNFINISHED = "The simulation could not be finished with these values.";
const UNKNOWN = -1;
const PAUSE = 40;

// A path through points that `at` places in the picture.
function path(at, x, y) {
  return "M" + Array.from(x, (value, i) => at(value, y[i])).join("L");
}

function mount(root, figure) {
  if (!root || root.classList.contains("ir-on")) return;
  root.classList.add("ir-on");
  const { panels, patients } = figure;
  const p = { ...figure.p }, svg = unfreeze(root);
  const part = (key) => svg.querySelector(`[id="ir-${figure.name}-${key}"]`);
  const result = root.querySelector(".ir-result"), cells = [...root.querySelectorAll(".ir-data td")];
  const begin = workerPool(figure), draws = (root.irDraws = []), moves = (root.irMoves = []);
  const ends = new Float64Array(patients).fill(UNKNOWN), seen = { ends, last: ends.slice(), paths: [], known: 0 };
  let failed = false, frame = 0, speech = 0, move = null, moved = false, shown = null;

  // What turns a point of a panel into one of the picture. Far outside the frame is as good as further.
  const placed = ({ frame: [left, top, right, bottom], x: [from, to], y: [low, high], log }) => {
    const f = log ? Math.log : (v) => v, base = f(low), scale = (bottom - top) / (f(high) - base);
    return (x, y) => {
      const up = bottom - scale * ((y > 0 || !log ? f(y) : -Infinity) - base);
      const across = left + (right - left) * (x - from) / (to - from);
      return `${across.toFixed(2)} ${Math.min(2 * bottom, Math.max(-bottom, up)).toFixed(2)}`;
    };
  };

  function draw() {
    const began = performance.now();
    frame = 0;
    root.classList.toggle("ir-failed", failed);
    if (!failed) for (const panel of panels) shown.paint(panel, placed(panel), move.p);
    seen.paths.length = 0;
    draws.push(performance.now() - began);
    move.drawn.push([seen.known, performance.now() - move.began]);
    clearTimeout(speech);
    if (moved) start();
    else if (failed || seen.known === patients) speech = setTimeout(tell, 250);
  }
  function tell() {
    const sentence = failed ? UNFINISHED : figure.say({ ...move.p, seed: move.seed, ...shown.answers() });
    if (result.textContent !== sentence) result.textContent = sentence;
    svg.setAttribute("aria-label", `${figure.alt} ${sentence}`);
    figure.rows.flatMap(shown.row).forEach((value, i) => { cells[i].textContent = failed ? "–" : show(value); });
    root.irTold = draws.length;
  }
  function hear(piece) {
    seen.ends.set(piece.ends, piece.from);
    seen.known = seen.ends.reduce((count, end) => count + (end !== UNKNOWN), 0);
    piece.paths.forEach((one, i) => { seen.paths[piece.from + i] = one; });
    failed ||= piece.ends.some(Number.isNaN);
    // At once what is first known, and all; between these not often, because drawing takes time from the rest.
    const last = move.drawn.at(-1)?.[1] ?? -Infinity, whole = failed || seen.known === patients;
    if (whole || performance.now() - move.began - last > PAUSE) frame ||= requestAnimationFrame(draw);
  }
  function start() {
    cancelAnimationFrame(frame);
    frame = seen.known = 0;
    failed = moved = false;
    seen.ends.fill(UNKNOWN);
    shown = view(figure, seen, part);
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
