// One explicit step of many: Dormand-Prince 5(4), for single runs and for the patients of a cohort. No DOM here, and
// each function stands for itself, so that worker threads can be given their text.

// After Hairer, Norsett & Wanner: nodes, stages, error weights and dense output weights. Python's: dormand_prince.py.
function tableau() {
  return {
    nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
    stages: [
      [],
      [1 / 5],
      [3 / 40, 9 / 40],
      [44 / 45, -56 / 15, 32 / 9],
      [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
      [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
      [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ],
    error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
    dense: [
      -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072,
      701980252875 / 199316789632, -1453857185 / 822651844, 69997945 / 29380423,
    ],
  };
}

// Integrates n states. `flow(t, y, d)` writes their derivatives into d.
//
// carry(flow, y, from, to, budget, taken) carries y from one day to another, in place; nothing may start, stop or happen
// between them. `budget` is { relative, absolute, left }: the tolerance, and how many steps are left. After each step
// taken(t, h, end) is called, while y is still the state at its beginning; if it returns true, the rest is left out.
// Returns false if it cannot get there.
//
// curve(y, h, c) may be called then: it writes five coefficients for each state into c, from which interpolated(c, x,
// out) makes the state at the share x of the step.
//
// The sums are written out: a thousand patients take some ten million of them.
function stepper(n) {
  const { nodes, stages, error: weights, dense } = tableau(), vector = () => new Float64Array(n);
  const [, [a21], [a31, a32], [a41, a42, a43], [a51, a52, a53, a54], [a61, a62, a63, a64, a65], sum] = stages;
  const [a71, , a73, a74, a75, a76] = sum, [, c2, c3, c4, c5] = nodes;
  const [e1, , e3, e4, e5, e6, e7] = weights, [d1, , d3, d4, d5, d6, d7] = dense;
  const z = vector(), k1 = vector(), k2 = vector(), k3 = vector(), k4 = vector(), k5 = vector(), k6 = vector();
  const k7 = vector();

  function carry(flow, y, from, to, budget, taken) {
    const { relative, absolute } = budget;
    flow(from, y, k1);
    let t = from, last = false, old = 1e-4, size = 0, speed = 0;
    for (let i = 0; i < n; i++) {
      const scale = absolute + relative * Math.abs(y[i]);
      size += (y[i] / scale) ** 2;
      speed += (k1[i] / scale) ** 2;
    }
    let h = Math.min(to - from, speed > 0 && size > 0 ? 0.1 * Math.sqrt(size / speed) : 1e-6 * (to - from));
    while (!last) {
      last = t + h >= to - 1e-12 * (to - from);
      if (last) h = to - t;
      if (--budget.left < 0 || !(t + h > t)) return false;
      for (let i = 0; i < n; i++) z[i] = y[i] + h * a21 * k1[i];
      flow(t + c2 * h, z, k2);
      for (let i = 0; i < n; i++) z[i] = y[i] + h * (a31 * k1[i] + a32 * k2[i]);
      flow(t + c3 * h, z, k3);
      for (let i = 0; i < n; i++) z[i] = y[i] + h * (a41 * k1[i] + a42 * k2[i] + a43 * k3[i]);
      flow(t + c4 * h, z, k4);
      for (let i = 0; i < n; i++) z[i] = y[i] + h * (a51 * k1[i] + a52 * k2[i] + a53 * k3[i] + a54 * k4[i]);
      flow(t + c5 * h, z, k5);
      for (let i = 0; i < n; i++) {
        z[i] = y[i] + h * (a61 * k1[i] + a62 * k2[i] + a63 * k3[i] + a64 * k4[i] + a65 * k5[i]);
      }
      flow(t + h, z, k6);
      for (let i = 0; i < n; i++) {
        z[i] = y[i] + h * (a71 * k1[i] + a73 * k3[i] + a74 * k4[i] + a75 * k5[i] + a76 * k6[i]);
      }
      flow(t + h, z, k7);
      let error = 0;
      for (let i = 0; i < n; i++) {
        const off = e1 * k1[i] + e3 * k3[i] + e4 * k4[i] + e5 * k5[i] + e6 * k6[i] + e7 * k7[i];
        const scale = absolute + relative * Math.max(Math.abs(y[i]), Math.abs(z[i]));
        error += (h * off / scale) ** 2;
      }
      error = Math.sqrt(error / n);
      if (!(error <= 1)) {
        last = false;
        h *= Number.isFinite(error) ? Math.max(0.2, 0.9 * error ** -0.2) : 0.1;
        continue;
      }
      const end = last ? to : t + h, enough = taken(t, h, end);
      t = end;
      for (let i = 0; i < n; i++) {
        y[i] = z[i];
        k1[i] = k7[i];
      }
      if (enough) return true;
      error = Math.max(error, 1e-4);
      h *= Math.min(5, Math.max(0.2, 0.9 * error ** -0.17 * old ** 0.04));
      old = error;
    }
    return true;
  }

  function curve(y, h, c) {
    for (let i = 0; i < n; i++) {
      const rise = z[i] - y[i], bend = h * k1[i] - rise;
      c[i] = y[i];
      c[n + i] = rise;
      c[2 * n + i] = bend;
      c[3 * n + i] = rise - h * k7[i] - bend;
      c[4 * n + i] = h * (d1 * k1[i] + d3 * k3[i] + d4 * k4[i] + d5 * k5[i] + d6 * k6[i] + d7 * k7[i]);
    }
  }

  function interpolated(c, x, out) {
    const u = 1 - x;
    for (let i = 0; i < n; i++) {
      out[i] = c[i] + x * (c[n + i] + u * (c[2 * n + i] + x * (c[3 * n + i] + u * c[4 * n + i])));
    }
  }

  return { carry, curve, interpolated };
}

// Rounding below zero becomes zero. Returns false for a value that is truly negative or not finite.
function settle(y, absolute) {
  let most = 0;
  for (let i = 0; i < y.length; i++) most = Math.max(most, Math.abs(y[i]));
  for (let i = 0; i < y.length; i++) {
    if (!(y[i] >= -1e3 * absolute - 1e-6 * most)) return false;
    if (y[i] < 0) y[i] = 0;
  }
  return most < Infinity;
}
