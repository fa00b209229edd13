// The field of two states of a model, all others held: where they stand still, where they rest, and the borders between
// what leads to one rest and to another. No DOM here. All places are logarithms to the base 10.

// `at(a, b)` of the field of states x and y: how fast both change, relative to themselves (1/d); the rest of the model stands
// at `held` (by name). What it returns is overwritten by the next call.
function fieldOf(model, x, y, p, input, held, day = 0) {
  const vector = Float64Array.from(model.states, (name) => held[name]), d = new Float64Array(vector.length);
  const [i, j] = [x, y].map((state) => model.states.indexOf(state)), rate = new Float64Array(2);
  return (a, b) => {
    vector[i] = 10 ** a;
    vector[j] = 10 ** b;
    model.flow(day, vector, p, input, d);
    rate[0] = d[i] / vector[i];
    rate[1] = d[j] / vector[j];
    return rate;
  };
}

// Short pieces [x1, y1, x2, y2] of both nullclines within [[x0, x1], [y0, y1]], on a grid of n by n; of each the first is
// that of x.
function nullclines(at, [[x0, x1], [y0, y1]], n = 40) {
  const xs = Array.from({ length: n + 1 }, (_, c) => x0 + (x1 - x0) * c / n), ys = Array.from({ length: n + 1 }, (_, r) => y0 + (y1 - y0) * r / n);
  const column = (a) => ys.map((b) => [...at(a, b)]), pieces = [[], []];
  let before = column(xs[0]);
  for (let c = 1; c <= n; c++) {
    const now = column(xs[c]);
    for (let r = 1; r <= n; r++) {
      for (const k of [0, 1]) {
        const [a, b, e, f] = [before[r - 1][k], before[r][k], now[r][k], now[r - 1][k]];
        if (a > 0 === b > 0 && b > 0 === e > 0 && e > 0 === f > 0) continue;
        const ends = [], cut = (u, v, place) => { if (u > 0 !== v > 0) ends.push(...place(u / (u - v))); };
        cut(a, b, (s) => [xs[c - 1], ys[r - 1] + s * (ys[r] - ys[r - 1])]);
        cut(b, e, (s) => [xs[c - 1] + s * (xs[c] - xs[c - 1]), ys[r]]);
        cut(f, e, (s) => [xs[c], ys[r - 1] + s * (ys[r] - ys[r - 1])]);
        cut(a, f, (s) => [xs[c - 1] + s * (xs[c] - xs[c - 1]), ys[r - 1]]);
        pieces[k].push(ends.slice(0, 4));
        if (ends.length > 4) pieces[k].push(ends.slice(4));
      }
    }
    before = now;
  }
  return pieces;
}

// The derivatives of a field at (a, b): [[by a of x, by b of x], [of y]].
function slopes(at, a, b, h = 1e-5) {
  const [[xa, ya], [xb, yb]] = [[h, 0], [0, h]].map(([u, v]) => {
    const [x1, y1] = at(a + u, b + v), [x0, y0] = at(a - u, b - v);
    return [(x1 - x0) / (2 * h), (y1 - y0) / (2 * h)];
  });
  return [[xa, xb], [ya, yb]];
}

// The steady states [{ a, b, stable, saddle }] of a field: where the rate of y changes its sign along the nullcline of x,
// finished by Newton's method.
function rests(at, box, [along]) {
  const found = [];
  for (const [x1, y1, x2, y2] of along) {
    const parts = [0, 0.5, 1].map((s) => {
      let [a, b] = [x1 + s * (x2 - x1), y1 + s * (y2 - y1)];
      for (let i = 0; i < 2; i++) { // onto the nullcline itself
        const [[u, v]] = slopes(at, a, b), size = u * u + v * v, off = at(a, b)[0];
        a -= off * u / size;
        b -= off * v / size;
      }
      return [a, b, at(a, b)[1]];
    });
    for (const k of [0, 1]) {
      if (parts[k][2] > 0 === parts[k + 1][2] > 0) continue;
      let [a, b] = [(parts[k][0] + parts[k + 1][0]) / 2, (parts[k][1] + parts[k + 1][1]) / 2], step = 1, matrix;
      for (let i = 0; i < 12 && step > 1e-11; i++) {
        matrix = slopes(at, a, b);
        const [[u, v], [w, z]] = matrix, det = u * z - v * w, [f, g] = at(a, b);
        const [da, db] = [(f * z - g * v) / det, (g * u - f * w) / det];
        a -= da;
        b -= db;
        step = Math.abs(da) + Math.abs(db);
      }
      const inside = [a, b].every((n, i) => n >= box[i][0] && n <= box[i][1]);
      if (step > 1e-8 || !inside || found.some((one) => Math.abs(one.a - a) + Math.abs(one.b - b) < 1e-6)) continue;
      const [[u, v], [w, z]] = matrix, det = u * z - v * w;
      found.push({ a, b, saddle: det < 0, stable: det > 0 && u + z < 0, matrix });
    }
  }
  return found.sort((one, other) => one.b - other.b);
}

// The curve of states that lead to a saddle, followed from it back in time, both ways, until it leaves the box: [[a, b]].
function separatrix(at, box, { a, b, matrix: [[u, v], [w, z]] }) {
  const half = (u + z) / 2, inward = half - Math.sqrt(half * half - (u * z - v * w));
  const size = Math.hypot(v, inward - u) > 1e-12 ? [v, inward - u] : [inward - z, w], long = Math.hypot(...size);
  const back = (n, m) => { // at one pace, so that a step is a length
    const [x, y] = at(n, m), pace = Math.max(Math.hypot(x, y), 1e-12);
    return [-x / pace, -y / pace];
  };
  const way = (side) => {
    let [n, m] = [a + side * 1e-4 * size[0] / long, b + side * 1e-4 * size[1] / long];
    const points = [[n, m]], h = 0.01;
    while (points.length < 1500 && n >= box[0][0] && n <= box[0][1] && m >= box[1][0] && m <= box[1][1]) {
      const [k1, l1] = back(n, m), [k2, l2] = back(n + h * k1 / 2, m + h * l1 / 2), [k3, l3] = back(n + h * k2 / 2, m + h * l2 / 2), [k4, l4] = back(n + h * k3, m + h * l3);
      n += h * (k1 + 2 * k2 + 2 * k3 + k4) / 6;
      m += h * (l1 + 2 * l2 + 2 * l3 + l4) / 6;
      points.push([n, m]);
    }
    return points;
  };
  return [...way(-1).reverse(), [a, b], ...way(1)];
}
