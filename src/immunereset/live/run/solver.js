// Solves a model in the page. No DOM here, so the same text runs in a bare JavaScript engine.
//
// A model is an object that Python generated (emit.py):
//   states, observables              names
//   inputs                           {name: [lowest, highest]}
//   flow(t, y, p, input, d)          writes the derivative of every state into d
//   observe(t, y, p, input, out)     writes every observable into out
//   courses(p)                       [[input, level, start, duration, halfLife], ...]
//   events                           [{day(p), apply(y, p, out)}, ...]

// Dormand-Prince 5(4) after Hairer, Norsett & Wanner: stages, error weights and dense output weights.
const C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const A = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
const DENSE = [
  -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072,
  701980252875 / 199316789632, -1453857185 / 822651844, 69997945 / 29380423,
];
const TOLERANCE = { relative: 1e-9, absolute: 1e-12, steps: 30000 };

// Integrates y from `from` to `to` in place. Returns the steps taken, or null if it could not finish.
// A step is [t, h, c]; c holds five coefficients of the interpolant for each state.
function integrate(flow, y, from, to, tolerance) {
  const n = y.length, k = C.map(() => new Float64Array(n)), trial = Float64Array.from(y), steps = [];
  const scale = (i) => tolerance.absolute + tolerance.relative * Math.max(Math.abs(y[i]), Math.abs(trial[i]));
  flow(from, y, k[0]);
  let size = 0, speed = 0;
  for (let i = 0; i < n; i++) {
    size += (y[i] / scale(i)) ** 2;
    speed += (k[0][i] / scale(i)) ** 2;
  }
  let t = from, before = 1e-4;
  let h = Math.min(to - from, size > 0 && speed > 0 ? 0.01 * Math.sqrt(size / speed) : 1e-6 * (to - from));
  while (t < to) {
    const last = t + h >= to - 1e-12 * (to - from);
    if (last) h = to - t;
    if (--tolerance.left < 0 || !(t + h > t)) return null;
    for (let s = 1; s < 7; s++) {
      const a = A[s];
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < s; j++) sum += a[j] * k[j][i];
        trial[i] = y[i] + h * sum;
      }
      flow(t + C[s] * h, trial, k[s]);
    }
    let error = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let s = 0; s < 7; s++) sum += ERROR[s] * k[s][i];
      error += (h * sum / scale(i)) ** 2;
    }
    error = Math.sqrt(error / n);
    if (!(error <= 1)) {
      h *= Number.isFinite(error) ? Math.max(0.2, 0.9 * error ** -0.2) : 0.1;
      continue;
    }
    const c = new Float64Array(5 * n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let s = 0; s < 7; s++) sum += DENSE[s] * k[s][i];
      const rise = trial[i] - y[i], bend = h * k[0][i] - rise;
      c[i] = y[i];
      c[n + i] = rise;
      c[2 * n + i] = bend;
      c[3 * n + i] = rise - h * k[6][i] - bend;
      c[4 * n + i] = h * sum;
    }
    steps.push([t, h, c]);
    t = last ? to : t + h;
    y.set(trial);
    k[0].set(k[6]);
    error = Math.max(error, 1e-4);
    h *= Math.min(5, Math.max(0.2, 0.9 * error ** -0.17 * before ** 0.04));
    before = error;
  }
  return steps;
}

// Rounding below zero becomes zero. Returns false for a value that is truly negative or not finite.
function settle(y, absolute) {
  const floor = -1e3 * absolute - 1e-6 * Math.max(...y.map(Math.abs));
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i]) || y[i] < floor) return false;
    y[i] = Math.max(0, y[i]);
  }
  return true;
}

// What happens when: the courses, the events as [day, event], and the days on which anything starts, stops or happens.
function timetable(model, p, until) {
  const courses = model.courses(p), events = model.events.map((event) => [event.day(p), event]);
  const cuts = new Set([0, until]);
  for (const [, , begin, duration] of courses) cuts.add(begin).add(begin + duration);
  for (const [day] of events) cuts.add(day);
  return { courses, events, days: [...cuts].filter((day) => day >= 0 && day <= until).sort((a, b) => a - b) };
}

// `drive(t, active)` writes into `input` what the active courses add up to on day t, within the inputs' limits.
function driver(model) {
  const input = {}, limits = Object.entries(model.inputs);
  const drive = (t, active) => {
    for (const [name] of limits) input[name] = 0;
    for (const [name, level, begin, , halfLife] of active) input[name] += level * 2 ** (-(t - begin) / halfLife);
    for (const [name, [low, high]] of limits) input[name] = Math.min(high, Math.max(low, input[name]));
  };
  return { input, drive };
}

// Runs the model from day 0 to `until`, cut at every day on which a course starts or stops or an event happens: no
// step reaches across. Returns null if it could not finish, else
//   t          the reported days: `points` evenly spaced ones, and every cut twice (just before and just after)
//   values     {name: one number for each reported day}, for states and observables
//   at(name, day, piece)   the value between reported days; `piece[i]` is the stretch between two cuts of t[i]
function solve(model, p, start, until, points, tolerance = TOLERANCE) {
  const n = model.states.length, names = [...model.states, ...model.observables];
  const { courses, events, days } = timetable(model, p, until), { input, drive: press } = driver(model);
  let active = [];
  const drive = (t) => press(t, active);
  const flow = (t, state, d) => {
    drive(t);
    model.flow(t, state, p, input, d);
  };

  const budget = { ...tolerance, left: tolerance.steps }, pieces = [];
  const y = Float64Array.from(start), still = () => {
    const c = new Float64Array(5 * n);
    c.set(y);
    return c;
  };
  for (let i = 0; i < days.length; i++) {
    const from = days[i], to = days[i + 1] ?? until, due = events.filter(([day]) => day === from);
    if (to > from) {
      const middle = (from + to) / 2;
      active = courses.filter(([, , begin, duration]) => begin <= middle && middle < begin + duration);
    } else if (!due.length) break;
    if (due.length && i === 0) pieces.push({ from, to: from, active, steps: [[from, 1, still()]] });
    for (const [, event] of due) {
      const next = Float64Array.from(y);
      event.apply(y, p, next);
      if (!next.every((value) => value >= 0 && value < Infinity)) return null;
      y.set(next);
    }
    const steps = to > from ? integrate(flow, y, from, to, budget) : [[from, 1, still()]];
    if (!steps || !settle(y, tolerance.absolute)) return null;
    pieces.push({ from, to, active, steps });
  }

  const state = new Float64Array(n), seen = new Float64Array(names.length);
  const look = (piece, [begin, h, c], day) => {
    const x = Math.min(1, Math.max(0, (day - begin) / h)), u = 1 - x;
    for (let i = 0; i < n; i++) {
      state[i] = c[i] + x * (c[n + i] + u * (c[2 * n + i] + x * (c[3 * n + i] + u * c[4 * n + i])));
    }
    if (!settle(state, tolerance.absolute)) return false;
    active = piece.active;
    drive(day);
    model.observe(day, state, p, input, seen.subarray(n));
    seen.set(state);
    return seen.every(Number.isFinite);
  };
  const t = [], piece = [], values = Object.fromEntries(names.map((name) => [name, []]));
  for (const [index, part] of pieces.entries()) {
    const { from, to, steps } = part, wanted = [from];
    for (let j = Math.floor(from / until * (points - 1)); j < points; j++) {
      const day = j * until / (points - 1);
      if (day > from && day < to) wanted.push(day);
      if (day >= to) break;
    }
    if (to > from) wanted.push(to);
    let step = 0;
    for (const day of wanted) {
      while (step < steps.length - 1 && day > steps[step + 1][0]) step++;
      if (!look(part, steps[step], day)) return null;
      t.push(day);
      piece.push(index);
      names.forEach((name, j) => values[name].push(seen[j]));
    }
  }
  const at = (name, day, index) => {
    const { steps } = pieces[index];
    let low = 0, high = steps.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (steps[middle][0] <= day) low = middle; else high = middle - 1;
    }
    look(pieces[index], steps[low], day);
    return seen[names.indexOf(name)];
  };
  return { t, piece, values, at };
}
