// Solves a model in the page. No DOM here, so the same text runs in a bare JavaScript engine.
//
// A model is an object that Python generated (emit.py):
//   states, observables              names
//   limits                           [[name, lowest, highest], ...] of the inputs
//   flow(t, y, p, input, d)          writes the derivative of every state into d
//   observe(t, y, p, input, out)     writes every observable into out
//   courses(p)                       [[input, level, start, duration, halfLife], ...]
//   events                           [{day(p), apply(y, p, out)}, ...]

const TOLERANCE = { relative: 1e-9, absolute: 1e-12, steps: 30000 };

// Runs the model from day 0 to `until`, cut at every day on which a course starts or stops or an event happens: no
// step reaches across. Returns null if it could not finish, else
//   t          the reported days: `points` evenly spaced ones, and every cut twice (just before and just after)
//   values     {name: one number for each reported day}, for states and observables
//   at(name, day, piece)   the value between reported days; `piece[i]` is the stretch between two cuts of t[i]
function solve(model, p, start, until, points, tolerance = TOLERANCE) {
  const n = model.states.length, names = [...model.states, ...model.observables];
  const { courses, events, days } = timetable(model.courses(p), model.events, p, until);
  const { carry, curve, interpolated } = stepper(n), input = {};
  let active = [];
  const flow = (t, state, d) => {
    drive(input, model.limits, active, t);
    model.flow(t, state, p, input, d);
  };

  // Of each stretch between two cuts: its days, its courses, and its steps as [day, length, coefficients of the curve].
  const budget = { ...tolerance, left: tolerance.steps }, pieces = [], y = Float64Array.from(start);
  const next = new Float64Array(n), still = () => Float64Array.from({ length: 5 * n }, (_, i) => y[i] ?? 0);
  for (let i = 0; i < days.length; i++) {
    const from = days[i], to = days[i + 1] ?? until, due = events.some(([day]) => day === from);
    if (to > from) active = running(courses, from, to);
    else if (!due) break;
    if (due && i === 0) pieces.push({ from, to: from, active, steps: [[from, 1, still()]] });
    if (!applyEvents(events, from, p, y, next)) return null;
    const steps = to > from ? [] : [[from, 1, still()]];
    const done = to === from || carry(flow, y, from, to, budget, (t, h) => {
      const c = new Float64Array(5 * n);
      curve(y, h, c);
      steps.push([t, h, c]);
    });
    if (!done || !settle(y, tolerance.absolute)) return null;
    pieces.push({ from, to, active, steps });
  }

  const state = new Float64Array(n), seen = new Float64Array(names.length);
  const look = (piece, [begin, h, c], day) => {
    interpolated(c, Math.min(1, Math.max(0, (day - begin) / h)), state);
    if (!settle(state, tolerance.absolute)) return false;
    drive(input, model.limits, piece.active, day);
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
