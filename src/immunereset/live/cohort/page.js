// Many patients: they are simulated anew when a slider moves, and what is known is drawn while the rest is still under
// way. What is drawn of them say views, one for each panel.
//
// `figure`, beside what every figure has (shell.js):
//   model, settings, patients, chunk    see workers.js and run.js
//   say(m)                              the sentence of result
//   views                               [name, what it shows and where it lies in the picture], one for each panel
//   times                               the days of the curve of those free of the endpoint
//   rows                                the days of the data table; of a map, its rows
//   person                              what is said of one who is looked at (person.js), if there is a crowd
//
// A view is VIEWS.name = (told, seen) => ({ draw(at, p), answers(), row(of) }): it draws through `at`, which places points,
// what `seen` knows: ends, paths, last, known, free(day), and figure and part(key) of the shell. Where there are answers
// and row, they are what the sentence knows and one row of the table.

const UNKNOWN = -1;
const PAUSE = 40;

// A path through points that `at` places in the picture.
function path(at, x, y) {
  return "M" + Array.from(x, (value, i) => at(value, y[i])).join("L");
}

KINDS.cohort = ({ root, figure, find, svg, p, seed, part, later }) => {
  const { patients, settings: { until } } = figure, begin = workerPool(figure), moves = (root.irMoves = []);
  const ends = new Float64Array(patients).fill(UNKNOWN), seen = { figure, part, ends, last: ends.slice(), paths: [], known: 0 };
  let failed = false, move = null, moved = false, cache = new Map();

  // [count, percent, lowest, highest] of the known patients who are free of the endpoint on a day.
  seen.free = (day) => {
    let count = 0;
    for (let i = 0; i < patients; i++) if (ends[i] > day) count++;
    const key = count * (patients + 1) + seen.known;
    if (!cache.has(key)) {
      cache.set(key, [count, ...[count / seen.known, ...interval(count, seen.known)].map((v) => 100 * v)]);
    }
    return cache.get(key);
  };
  const set = (key, d) => part(key).querySelector("path").setAttribute("d", d);
  seen.set = set;
  const views = figure.views.map(([name, told]) => VIEWS[name](told, seen)), leading = views.find((view) => view.answers);
  const answers = () => {
    const [free, percent, low, high] = seen.free(until);
    return { patients, free, percent, low, high, ...leading?.answers() };
  };

  // What turns a point of a panel into one of the picture. Far outside the frame is as good as further.
  const placed = ({ frame: [left, top, right, bottom], x: [from, to], y: [low, high], log }) => {
    const f = log ? Math.log : (v) => v, base = f(low), scale = (bottom - top) / (f(high) - base);
    return (x, y) => {
      const up = bottom - scale * ((y > 0 || !log ? f(y) : -Infinity) - base);
      const across = left + (right - left) * (x - from) / (to - from);
      return `${across.toFixed(2)} ${Math.min(2 * bottom, Math.max(-bottom, up)).toFixed(2)}`;
    };
  };
  const whole = () => failed || seen.known === patients;

  function hear(piece) {
    ends.set(piece.ends, piece.from);
    seen.known = ends.reduce((count, end) => count + (end !== UNKNOWN), 0);
    piece.paths.forEach((one, i) => { seen.paths[piece.from + i] = one; });
    failed ||= piece.ends.some(Number.isNaN);
    // At once what is first known, and all; between these not often, because drawing takes time from the rest.
    const last = move.drawn.at(-1)?.[1] ?? -Infinity;
    if (whole() || performance.now() - move.began - last > PAUSE) later();
  }
  function start() {
    seen.known = 0;
    failed = moved = false;
    ends.fill(UNKNOWN);
    cache = new Map();
    moves.push((move = { began: performance.now(), p: { ...p }, seed: seed.value, drawn: [] }));
    begin(move.p, move.seed, hear);
  }
  const looked = figure.person && VIEWS.person({ figure, find, svg, cohort });
  const look = () => { if (move) looked.draw(move.p, move.seed); };
  looked?.field.addEventListener("input", look);
  if (looked) svg.addEventListener("click", (event) => {
    looked.field.value = looked.at(event) || looked.field.value;
    look();
  });
  return {
    draw() {
      if (!move) start();
      if (!seen.known) return true;
      root.classList.toggle("ir-failed", failed);
      if (!failed) views.forEach((view, i) => view.draw(placed(figure.views[i][1]), move.p));
      if (looked && whole() && !failed) look();
      seen.paths.length = 0;
      move.drawn.push([seen.known, performance.now() - move.began]);
      if (moved) start();
      return moved || !whole();
    },
    told: () => ({
      said: failed ? UNFINISHED : figure.say({ ...move.p, seed: move.seed, ...answers() }),
      cells: figure.rows.flatMap(leading?.row ?? seen.free).map((value) => (failed ? NaN : value)),
    }),
    // Something of a move is shown before the next one takes its place, so that a slider on its way is followed.
    moved() {
      if (move.drawn.length) start(); else moved = true;
    },
  };
};
