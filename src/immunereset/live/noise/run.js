// Runs a model with the noise of single cells and of groups that arrive at random, one patient at a time, as
// simulate_noisy does; draws the same random numbers. No DOM here.
//
// `noise` is an object that Python generated (noise.py):
//   method, step                  as in simulate_noisy; the method is "exact", "tau" or "euler"
//   patients                      how many, each with a stream of its own
//   counted, scale                for each state whether it is made of cells, and the count for a concentration of 1
//   random, often                 for each flow whether it happens at random times, and how often for a rate of 1
//   moves                         for each flow what it adds to counts: [[state, amount], ...]
//   rates(t, y, p, input, out)    writes the rate of every flow into out

const MOST_EVENTS = 2e6;

// Returns what `solve` returns, or null if it could not finish. Between reported days the last reported value stands.
function noisyRun({ model, noise, start, until, points }, p, seed, stream) {
  const n = model.states.length, names = [...model.states, ...model.observables], source = random(seed, stream);
  const { courses, events, days } = timetable(model.courses(p), model.events, p, until), input = {};
  const m = noise.moves.length, rate = new Float64Array(m), first = new Float64Array(m), times = new Float64Array(m);
  const x = new Float64Array(n), y = new Float64Array(n), after = new Float64Array(n), { scale } = noise;
  // The moves of all flows one after the other: which flow, which state, by how much.
  const all = noise.moves.flatMap((moves, k) => moves.map(([i, amount]) => [k, i, amount]));
  const flows = Int32Array.from(all, ([k]) => k), changed = Int32Array.from(all, ([, i]) => i);
  const amounts = Float64Array.from(all, ([, , amount]) => amount);
  const longest = noise.random.every(Boolean) ? Infinity : noise.step;
  let active = [], left = MOST_EVENTS;

  const look = (day) => {
    for (let i = 0; i < n; i++) y[i] = x[i] / scale[i];
    drive(input, model.limits, active, day);
  };
  const rates = (day) => {
    look(day);
    noise.rates(day, y, p, input, rate);
    let fine = true;
    for (let k = 0; k < m; k++) {
      rate[k] *= noise.often[k];
      fine &&= rate[k] >= 0 && rate[k] < Infinity;
    }
    return fine;
  };

  // Every flow happens `times`; where that would take more than there is, one flow after the other.
  function happen() {
    let enough = true;
    after.set(x);
    for (let j = 0; j < amounts.length; j++) after[changed[j]] += amounts[j] * times[flows[j]];
    for (let i = 0; i < n; i++) enough &&= after[i] >= 0;
    if (enough) {
      x.set(after);
      return;
    }
    for (let k = 0; k < m; k++) {
      let most = times[k];
      for (const [i, amount] of noise.moves[k]) if (amount < 0) most = Math.min(most, x[i] / -amount);
      for (const [i, amount] of noise.moves[k]) x[i] = Math.max(0, x[i] + amount * most);
    }
  }

  // Steps in two halves: at the rates of the beginning, then at rates that make up for what the first left out. With
  // "euler" a step is the first of them only, and as long as both.
  function leap(from, to) {
    const parts = noise.method === "euler" ? 1 : 2;
    const steps = Math.max(1, Math.ceil((to - from) / noise.step - 1e-9)), days = (to - from) / steps / parts;
    for (let part = 0; part < parts * steps; part++) {
      if (!rates(from + part * days)) return false;
      for (let k = 0; k < m; k++) {
        const mean = (part % parts ? Math.max(0, 2 * rate[k] - first[k]) : rate[k]) * days;
        times[k] = noise.random[k] ? source.poisson(mean) : mean;
      }
      first.set(rate);
      happen();
    }
    return true;
  }

  // Every single event. Flows that are not random hold their rates for a step at most.
  function follow(from, to) {
    for (let t = from; ;) {
      if (--left < 0 || !rates(t)) return false;
      const total = rate.reduce((sum, value, k) => (noise.random[k] ? sum + value : sum), 0);
      const wait = total > 0 ? source.exponential() / total : Infinity, next = t + Math.min(wait, longest);
      const days = Math.min(next, to) - t;
      for (let k = 0; k < m; k++) times[k] = noise.random[k] ? 0 : rate[k] * days;
      if (longest < Infinity) happen();
      if (next >= to) return true;
      t = next;
      if (wait > longest) continue;
      const share = source.uniform() * total;
      let upto = 0, chosen = 0;
      for (let k = 0; k < m && !(share < upto); k++) if (noise.random[k]) [upto, chosen] = [upto + rate[k], k];
      times.fill(0);
      times[chosen] = 1;
      happen();
    }
  }

  // Cells survive an event, or arrive by it, one by one.
  function act(day) {
    look(day);
    const before = Float64Array.from(y);
    if (!applyEvents(events, day, p, y, after)) return false;
    for (let i = 0; i < n; i++) {
      if (y[i] === before[i]) continue;
      if (!noise.counted[i]) x[i] = y[i];
      else if (y[i] < before[i]) x[i] = source.binomial(x[i], y[i] / before[i]);
      else x[i] += source.poisson((y[i] - before[i]) * scale[i]);
    }
    return true;
  }

  const t = [], piece = [], firsts = [], values = Object.fromEntries(names.map((name) => [name, []]));
  const seen = new Float64Array(names.length);
  const report = (day) => {
    look(day);
    model.observe(day, y, p, input, seen.subarray(n));
    seen.set(y);
    t.push(day);
    piece.push(firsts.length - 1);
    names.forEach((name, j) => values[name].push(seen[j]));
    return seen.every(Number.isFinite);
  };
  start.forEach((value, i) => {
    const cells = value * scale[i], low = Math.floor(cells);
    x[i] = noise.counted[i] ? low + (source.uniform() < cells - low ? 1 : 0) : cells;
  });
  for (let i = 0; i < days.length; i++) {
    const from = days[i], to = days[i + 1] ?? until, due = events.some(([day]) => day === from);
    if (to > from) active = running(courses, from, to);
    else if (!due) break;
    firsts.push(t.length);
    if (due && i === 0) {
      if (!report(from)) return null;
      firsts.push(t.length);
    }
    if (!act(from) || !report(from)) return null;
    for (let j = Math.floor(from / until * (points - 1)), at = from; at < to; j++) {
      const day = Math.min(to, j * until / (points - 1));
      if (day <= at) continue;
      if (!(noise.method === "exact" ? follow : leap)(at, day) || !report(day)) return null;
      at = day;
    }
  }
  const at = (name, day, index) => {
    let low = firsts[index], high = (firsts[index + 1] ?? t.length) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (t[middle] <= day) low = middle; else high = middle - 1;
    }
    return values[name][low];
  };
  return { t, piece, values, at };
}

// All patients of a figure at these parameter values and this seed; null if one of them could not be finished.
function noisyRuns(figure, p, seed) {
  const runs = [];
  for (let stream = 0; stream < figure.noise.patients; stream++) {
    const run = noisyRun(figure, p, seed, stream);
    if (!run) return null;
    runs.push(run);
  }
  return runs;
}

// The answers of many patients put together. The same in Python: measures.py.
const over = {
  count: (found, low, high) => found.filter((value) => value > low && value < high).length,
  share: (found, low, high) => over.count(found, low, high) / found.length,
  mean: (found) => found.reduce((sum, value) => sum + value, 0) / found.length,
  median(found) {
    const sorted = [...found].sort((a, b) => a - b), half = found.length >> 1;
    return found.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  },
  lowest: (found) => Math.min(...found),
  highest: (found) => Math.max(...found),
};
