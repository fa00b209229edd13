// Simulates many patients, one after another. No DOM here: the same text runs in worker threads and on the page.
//
// `model` is an object that Python generated (emit.py):
//   states                              how many
//   limits                              [lowest, highest] of every input
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
  const y = vector(), z = vector(), k1 = vector(), k2 = vector(), k3 = vector(), k4 = vector(), k5 = vector();
  const k6 = vector(), k7 = vector(), now = vector(), rise = vector(), bend = vector(), fold = vector();
  const twist = vector();
  const fixed = new Float64Array(model.fixed), input = new Float64Array(model.limits.length);
  const out = new Float64Array(watched), drawn = new Float64Array(model.draws.length);
  // Kept in an array, because a closure would wrap up a number anew at each change.
  const mark = new Float64Array(4);
  const ABOVE = 0, SINCE = 1, BEFORE = 2, REACHED = 3;
  let active = [], fading = false, left = 0, next = 0, path = null;

  function drive(t) {
    input.fill(0);
    for (const [name, level, begin, , half] of active) {
      input[name] += half === Infinity ? level : level * 2 ** (-(t - begin) / half);
    }
    model.limits.forEach(([low, high], i) => { input[i] = Math.min(high, Math.max(low, input[i])); });
  }
  function flow(t, state, d) {
    if (fading) drive(t);
    model.flow(t, state, fixed, input, d);
  }

  // Looks at the state `now` on the next of the days: is the endpoint reached?
  function look(t) {
    if (fading) drive(t);
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

  // The interpolant of a step, for the days within it.
  function between(h) {
    for (let i = 0; i < n; i++) {
      rise[i] = z[i] - y[i];
      bend[i] = h * k1[i] - rise[i];
      fold[i] = rise[i] - h * k7[i] - bend[i];
      twist[i] = h * (-12715105075 / 11282082432 * k1[i] + 87487479700 / 32700410799 * k3[i]
        - 10690763975 / 1880347072 * k4[i] + 701980252875 / 199316789632 * k5[i]
        - 1453857185 / 822651844 * k6[i] + 69997945 / 29380423 * k7[i]);
    }
  }

  // Carries y from one day to another, between which nothing starts, stops or happens. False if it cannot.
  // Dormand-Prince 5(4), as in run/solver.js, with the sums written out: a thousand patients take some ten million of them.
  function carry(from, to) {
    flow(from, y, k1);
    let t = from, last = false, old = 1e-4, big = 0, fast = 0;
    for (let i = 0; i < n; i++) {
      const scale = absolute + relative * Math.abs(y[i]);
      big += (y[i] / scale) ** 2;
      fast += (k1[i] / scale) ** 2;
    }
    let h = Math.min(to - from, fast > 0 && big > 0 ? 0.1 * Math.sqrt(big / fast) : 1e-6 * (to - from));
    while (!last) {
      last = t + h >= to - 1e-12 * (to - from);
      if (last) h = to - t;
      if (--left < 0 || !(t + h > t)) return false;
      for (let i = 0; i < n; i++) z[i] = y[i] + h * (1 / 5) * k1[i];
      flow(t + h / 5, z, k2);
      for (let i = 0; i < n; i++) z[i] = y[i] + h * (3 / 40 * k1[i] + 9 / 40 * k2[i]);
      flow(t + 3 / 10 * h, z, k3);
      for (let i = 0; i < n; i++) z[i] = y[i] + h * (44 / 45 * k1[i] - 56 / 15 * k2[i] + 32 / 9 * k3[i]);
      flow(t + 4 / 5 * h, z, k4);
      for (let i = 0; i < n; i++) {
        z[i] = y[i] + h * (19372 / 6561 * k1[i] - 25360 / 2187 * k2[i] + 64448 / 6561 * k3[i] - 212 / 729 * k4[i]);
      }
      flow(t + 8 / 9 * h, z, k5);
      for (let i = 0; i < n; i++) {
        z[i] = y[i] + h * (9017 / 3168 * k1[i] - 355 / 33 * k2[i] + 46732 / 5247 * k3[i] + 49 / 176 * k4[i]
          - 5103 / 18656 * k5[i]);
      }
      flow(t + h, z, k6);
      for (let i = 0; i < n; i++) {
        z[i] = y[i] + h * (35 / 384 * k1[i] + 500 / 1113 * k3[i] + 125 / 192 * k4[i] - 2187 / 6784 * k5[i]
          + 11 / 84 * k6[i]);
      }
      flow(t + h, z, k7);
      let error = 0;
      for (let i = 0; i < n; i++) {
        const off = 71 / 57600 * k1[i] - 71 / 16695 * k3[i] + 71 / 1920 * k4[i] - 17253 / 339200 * k5[i]
          + 22 / 525 * k6[i] - 1 / 40 * k7[i];
        const scale = absolute + relative * Math.max(Math.abs(y[i]), Math.abs(z[i]));
        error += (h * off / scale) ** 2;
      }
      error = Math.sqrt(error / n);
      if (!(error <= 1)) {
        last = false;
        h *= Number.isFinite(error) ? Math.max(0.2, 0.9 * error ** -0.2) : 0.1;
        continue;
      }
      const end = last ? to : t + h;
      if (days[next] < end) between(h);
      while (days[next] < end) {
        const x = (days[next] - t) / h, u = 1 - x;
        for (let i = 0; i < n; i++) now[i] = y[i] + x * (rise[i] + u * (bend[i] + x * (fold[i] + u * twist[i])));
        look(days[next]);
      }
      t = end;
      for (let i = 0; i < n; i++) {
        y[i] = z[i];
        k1[i] = k7[i];
      }
      if (mark[REACHED] < Infinity && !path) return true;
      error = Math.max(error, 1e-4);
      h *= Math.min(5, Math.max(0.2, 0.9 * error ** -0.17 * old ** 0.04));
      old = error;
    }
    return true;
  }

  // Rounding below zero becomes zero. False for a state that is truly negative or not finite.
  function settle() {
    let most = 0;
    for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(y[i]));
    for (let i = 0; i < n; i++) {
      if (!(y[i] >= -1e3 * absolute - 1e-6 * most)) return false;
      if (y[i] < 0) y[i] = 0;
    }
    return most < Infinity;
  }

  // The day on which the patient with parameters p reaches the endpoint; NaN if the run cannot be finished.
  function follow(p) {
    model.fix(p, fixed);
    const exact = (day) => Math.round(day * 1e9) / 1e9, cuts = [0, until];
    const courses = model.courses(p).filter(([, level, begin]) => begin < until && level !== 0);
    for (const course of courses) {
      const [, , begin, duration] = course;
      course[2] = exact(begin);
      course[3] = exact(begin + duration);
      cuts.push(course[2], Math.min(course[3], until));
    }
    const events = model.events.map((event) => [exact(event.day(p)), event]).filter(([day]) => day <= until);
    for (const [day] of events) cuts.push(day);
    cuts.sort((a, b) => a - b);
    y.set(start);
    left = settings.steps;
    next = 0;
    mark[ABOVE] = -1;
    mark[BEFORE] = NaN;
    mark[REACHED] = Infinity;
    for (let i = 0; i < cuts.length; i++) {
      const from = cuts[i], to = cuts[i + 1] ?? until;
      if (to === from && i + 1 < cuts.length) continue;
      for (const [day, event] of events) {
        if (day !== from) continue;
        now.set(y);
        event.apply(y, p, now);
        y.set(now);
        if (!settle()) return NaN;
      }
      const middle = (from + to) / 2;
      active = courses.filter(([, , begin, end]) => begin <= middle && middle < end);
      fading = active.some(([, , , , half]) => half < Infinity);
      drive(from);
      if (to > from && !(carry(from, to) && settle())) return NaN;
      if (mark[REACHED] < Infinity && !path) return mark[REACHED];
    }
    while (next < days.length) {
      now.set(y);
      look(days[next]);
    }
    return mark[REACHED];
  }

  // Patients number `from` to `to` - 1: { ends: day of the endpoint of each, paths: one array for each kept }.
  return function run({ p, seed, from, to }) {
    const ends = new Float64Array(to - from), paths = [];
    for (let i = from; i < to; i++) {
      const source = random(seed, i), own = { ...p };
      model.draws.forEach((kind, j) => { drawn[j] = kind === "place" ? i : source[kind](); });
      model.vary(p, drawn, own);
      path = i < settings.paths ? new Float64Array(watched * days.length) : null;
      ends[i - from] = follow(own);
      if (path) paths.push(path);
    }
    return { ends, paths };
  };
}
