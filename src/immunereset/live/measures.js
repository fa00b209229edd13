// Measures of a run, and numbers as words. The same measures, in Python: measures.py.

// The day in (a, b], inside one piece, on which `holds(day)` becomes true; it holds at b.
function turning(holds, a, b) {
  for (let i = 0; i < 60 && b - a > 1e-9; i++) {
    const middle = (a + b) / 2;
    if (holds(middle)) b = middle; else a = middle;
  }
  return b;
}

// The highest value of sign * series, and its day.
function extreme({ t, piece, values, at }, name, sign) {
  const x = values[name];
  let i = 0;
  for (let j = 1; j < x.length; j++) if (sign * x[j] > sign * x[i]) i = j;
  let best = [x[i], t[i]];
  for (const j of [i, i + 1]) {
    if (!(j > 0 && j < t.length) || piece[j] !== piece[j - 1]) continue;
    let a = t[j - 1], b = t[j];
    while (b - a > 1e-7 * Math.max(1, b)) {
      const c = a + (b - a) / 3, d = b - (b - a) / 3;
      if (sign * at(name, c, piece[j]) < sign * at(name, d, piece[j])) a = c; else b = d;
    }
    const value = at(name, (a + b) / 2, piece[j]);
    if (sign * value > sign * best[0]) best = [value, (a + b) / 2];
  }
  return best;
}

// The index of the last reported day at or before `day`: what is true just after whatever happens on that day.
function reached(t, day) {
  let i = t.length - 1;
  while (i > 0 && t[i] > day) i--;
  return i;
}

// The first day from `after` on with sign * series > sign * level; Infinity if there is none.
function first({ t, piece, values, at }, name, sign, level, after) {
  const over = (value) => sign * value > sign * level;
  let i = reached(t, after);
  if (after > t[t.length - 1]) return Infinity;
  if (over(at(name, after, piece[i]))) return after;
  while (++i < t.length) {
    if (!over(values[name][i])) continue;
    if (piece[i] !== piece[i - 1]) return t[i];
    return turning((day) => over(at(name, day, piece[i])), Math.max(after, t[i - 1]), t[i]);
  }
  return Infinity;
}

function daysAbove({ t, piece, values, at }, name, level) {
  const x = values[name];
  let days = 0;
  for (let i = 1; i < t.length; i++) {
    const before = x[i - 1] > level, now = x[i] > level;
    if (before && now) days += t[i] - t[i - 1];
    if (before === now || piece[i] !== piece[i - 1]) continue;
    const day = turning((s) => (at(name, s, piece[i]) > level) === now, t[i - 1], t[i]);
    days += now ? t[i] - day : day - t[i - 1];
  }
  return days;
}

function rises({ values }, name, level) {
  return values[name].filter((value, i, all) => i > 0 && value > level && !(all[i - 1] > level)).length;
}

// The first day on which it is above the level again after having been below; Infinity if it never is.
function backAbove({ t, piece, values, at }, name, level) {
  const x = values[name];
  let i = 0;
  while (i < x.length && !(x[i] < level)) i++;
  while (i < x.length && !(x[i] > level)) i++;
  if (i >= x.length) return Infinity;
  if (piece[i] !== piece[i - 1]) return t[i];
  return turning((day) => at(name, day, piece[i]) > level, t[i - 1], t[i]);
}

const measures = {
  final: ({ values }, name) => values[name].at(-1),
  peak: (run, name) => extreme(run, name, 1)[0],
  peak_day: (run, name) => extreme(run, name, 1)[1],
  lowest: (run, name) => extreme(run, name, -1)[0],
  lowest_day: (run, name) => extreme(run, name, -1)[1],
  first_above: (run, name, level, after) => first(run, name, 1, level, after),
  first_below: (run, name, level, after) => first(run, name, -1, level, after),
  days_above: daysAbove,
  days_below: (run, name, level) => run.t.at(-1) - daysAbove(run, name, level),
  back_above: backAbove,
  times_above: rises,
  value_on: (run, name, day) => run.at(name, day, run.piece[reached(run.t, day)]),
};

// Decimal digits of |x|, rounded to `count` significant ones, a tie to even as Python does: [digits, exponent].
function digits(x, count) {
  const [mantissa, exponent] = Math.abs(x).toExponential(60).split("e");
  const all = mantissa.replace(".", ""), rest = all.slice(count);
  let kept = Number(all.slice(0, count));
  if (rest > "5" + "0".repeat(rest.length - 1) || (/^50*$/.test(rest) && kept % 2)) kept += 1;
  return [kept, Number(exponent)];
}

// A number as words: 3 significant digits, whole numbers in full. Equal to `words.show` in Python.
function show(x) {
  const minus = x < 0 ? "−" : "", short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "–" : minus + "∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return minus + Math.abs(x);
  let [kept, exponent] = digits(x, 3);
  if (exponent >= -4 && exponent < 6) {
    const places = Math.max(0, 2 - exponent);
    return minus + short((kept * 10 ** (exponent - 2 + places) / 10 ** places).toFixed(places));
  }
  if (kept === 1000) [kept, exponent] = [100, exponent + 1];
  const raised = [...String(exponent)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  return `${minus}${short((kept / 100).toFixed(2))} × 10${raised}`;
}

// A number with `places` decimals, a tie to even as Python does.
function fixed(x, places) {
  if (!Number.isFinite(x)) return show(x);
  const [whole, exact] = Math.abs(x).toFixed(100).split("."), rest = exact.slice(places);
  let text = Math.abs(x).toFixed(places);
  if (/^50*$/.test(rest) && Number((whole + exact.slice(0, places)).at(-1)) % 2 === 0) {
    text = places ? `${whole}.${exact.slice(0, places)}` : whole;
  }
  return (x < 0 && Number(text) ? "−" : "") + text;
}
