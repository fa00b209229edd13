// Kaplan-Meier curves, the log-rank test and the hazard ratio: the same as trials/survival.py, where their sources
// and edge cases stand. A group is { days, seen }: the last day on which each person was watched, and whether the event was
// seen on that day. No DOM here.

const Z95 = 1.959963984540054;

// The complementary error function of x >= 0: a series below 2, a continued fraction above.
function erfc(x) {
  if (x < 2) {
    let term = x, sum = x;
    for (let n = 1; term > 1e-17 * sum; n++) sum += term *= 2 * x * x / (2 * n + 1);
    return 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
  let below = 0;
  for (let n = 120; n > 0; n--) below = n / 2 / (x + below);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + below);
}

// Who had an event by `until`; infinity is never.
const watched = (days, until) => ({ days: days.map((day) => Math.min(day, until)), seen: days.map((day) => day <= until) });

// For each day of an event [day, at risk in each group, events in each group].
function riskTable(groups) {
  const all = groups.flatMap(({ days, seen }, k) => days.map((day, i) => [day, seen[i], k])).sort((a, b) => a[0] - b[0]);
  const left = groups.map(({ days }) => days.length), rows = [];
  for (let i = 0; i < all.length;) {
    const day = all[i][0], risk = [...left], events = left.map(() => 0);
    for (; i < all.length && all[i][0] === day; i++) {
      left[all[i][2]]--;
      if (all[i][1]) events[all[i][2]]++;
    }
    if (events.some(Boolean)) rows.push([day, risk, events]);
  }
  return rows;
}

// The days of events, and behind each the share that is free of one.
function kaplanMeier(group) {
  let share = 1;
  return riskTable([group]).map(([day, [n], [d]]) => [day, (share *= 1 - d / n)]);
}

function logRank(first, second) {
  let excess = 0, variance = 0;
  for (const [, [n1, n2], [d1, d2]] of riskTable([first, second])) {
    const n = n1 + n2, d = d1 + d2, share = n1 / n;
    excess += d1 - d * share;
    variance += d * share * (1 - share) * (n - d) / Math.max(n - 1, 1);
  }
  if (!(variance > 0)) return { chi2: 0, p: 1 };
  const chi2 = excess * excess / variance;
  return { chi2, p: erfc(Math.sqrt(chi2 / 2)) };
}

function hazardRatio(first, second) {
  const left = [];
  let seen = 0;
  for (const [, [n1, n2], [d1, d2]] of riskTable([first, second])) {
    if (!n1 || !n2) continue;
    seen += d1;
    for (let i = 0; i < d1 + d2; i++) left.push([n1 - i / (d1 + d2) * d1, n2 - i / (d1 + d2) * d2]);
  }
  if (!left.length) return { value: NaN, low: NaN, high: NaN };
  if (!seen || seen === left.length) return { value: seen ? Infinity : 0, low: NaN, high: NaN };
  let log = 0, information = 0;
  for (let k = 0; k < 100; k++) {
    let score = seen;
    information = 0;
    for (const [a, b] of left) {
      const share = a * Math.exp(log) / (a * Math.exp(log) + b);
      score -= share;
      information += share * (1 - share);
    }
    const step = score / information;
    log += Math.min(Math.max(step, -1), 1);
    if (Math.abs(step) < 1e-12) break;
  }
  const error = Z95 / Math.sqrt(information);
  return { value: Math.exp(log), low: Math.exp(log - error), high: Math.exp(log + error) };
}
