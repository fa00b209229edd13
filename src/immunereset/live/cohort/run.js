// Simulates many patients, one after another. No DOM here: the same text runs in worker threads and on the page.
//
// `model` is an object that Python generated (emit.py):
//   states                              how many
//   limits                              [[number, lowest, highest], ...] of the inputs
//   draws                               kinds of random numbers of a patient (noise/random.js), or "place", its own number
//   vary(p, drawn, out)                 writes the parameters that are the patient's own into out
//   fixed, fix(p, fixed)                how many numbers a patient's parameters decide, and what computes them
//   flow(t, y, fixed, input, d)         writes the derivative of every state into d
//   watch(t, y, fixed, input, out)      writes what is watched into out: first what the endpoint asks for
//   courses(p)                          [[input, level, start, duration, halfLife], ...]
//   events                              [{day(p), apply(y, p, out)}, ...]
// `settings`:
//   start, until, days                  start values; the last day; the days that are looked at, in order
//   endpoint                            { level, lasting, after }: above the level for so many days
//   watched, paths                      how much is watched, and of how many patients all of it is kept
//   relative, absolute, steps           tolerance, and the most steps of a patient

function cohort(model, settings) {
  const { start, until, days, endpoint, watched, relative, absolute } = settings, n = model.states;
  const vector = () => new Float64Array(n);
  const { carry, curve, interpolated } = stepper(n), y = vector(), now = vector(), c = new Float64Array(5 * n);
  const fixed = new Float64Array(model.fixed), input = new Float64Array(model.limits.length);
  const out = new Float64Array(watched), drawn = new Float64Array(model.draws.length);
  // Kept in an array, because a closure would wrap up a number anew at each change.
  const mark = new Float64Array(4), budget = { relative, absolute, left: 0 };
  const ABOVE = 0, SINCE = 1, BEFORE = 2, REACHED = 3;
  let active = [], fading = false, next = 0, path = null;

  function flow(t, state, d) {
    if (fading) drive(input, model.limits, active, t);
    model.flow(t, state, fixed, input, d);
  }

  // Looks at the state `now` on the next of the days: is the endpoint reached?
  function look(t) {
    if (fading) drive(input, model.limits, active, t);
    model.watch(t, now, fixed, input, out);
    if (path) for (let i = 0; i < watched; i++) path[i * days.length + next] = out[i];
    next++;
    if (mark[REACHED] < Infinity || t < endpoint.after) return;
    const excess = out[0] - endpoint.level;
    if (!(excess > 0)) {
      mark[ABOVE] = -1;
    } else {
      if (mark[ABOVE] < 0) {
        mark[ABOVE] = t;
        mark[SINCE] = excess > mark[BEFORE] ? t - (t - days[next - 2]) * excess / (excess - mark[BEFORE]) : t;
      }
      if (t - mark[ABOVE] >= endpoint.lasting) mark[REACHED] = mark[SINCE];
    }
    mark[BEFORE] = excess;
  }

  // Looks at the days within a step; returns whether enough was seen of the patient.
  function taken(t, h, end) {
    if (days[next] < end) curve(y, h, c);
    while (days[next] < end) {
      interpolated(c, (days[next] - t) / h, now);
      look(days[next]);
    }
    return mark[REACHED] < Infinity && !path;
  }

  // The day on which the patient with parameters p reaches the endpoint; NaN if the run cannot be finished.
  function follow(p) {
    model.fix(p, fixed);
    const given = model.courses(p).filter(([, level, begin]) => begin < until && level !== 0);
    const { courses, events, days: cuts } = timetable(given, model.events, p, until);
    y.set(start);
    budget.left = settings.steps;
    next = 0;
    mark[ABOVE] = -1;
    mark[BEFORE] = NaN;
    mark[REACHED] = Infinity;
    for (let i = 0; i < cuts.length; i++) {
      const from = cuts[i], to = cuts[i + 1] ?? until;
      if (!applyEvents(events, from, p, y, now)) return NaN;
      active = running(courses, from, to);
      fading = active.some(([, , , , half]) => half < Infinity);
      drive(input, model.limits, active, from);
      if (to > from && !(carry(flow, y, from, to, budget, taken) && settle(y, absolute))) return NaN;
      if (mark[REACHED] < Infinity && !path) return mark[REACHED];
    }
    while (next < days.length) {
      now.set(y);
      look(days[next]);
    }
    return mark[REACHED];
  }

  // Patients number `from` to `to` - 1: { ends: day of the endpoint of each, paths: one array for each kept, met: the courses
  // of each kept }.
  return function run({ p, seed, from, to }) {
    const ends = new Float64Array(to - from), paths = [], met = [];
    for (let i = from; i < to; i++) {
      const source = random(seed, i), own = { ...p };
      model.draws.forEach((kind, j) => { drawn[j] = kind === "place" ? i : source[kind](); });
      model.vary(p, drawn, own);
      path = i < settings.paths ? new Float64Array(watched * days.length) : null;
      ends[i - from] = follow(own);
      if (!path) continue;
      paths.push(path);
      met.push(model.courses(own));
    }
    return { ends, paths, met };
  };
}
