// A share of patients with its exact interval.

// ln of the beta function.
const logBeta = (a, b) => logGamma(a) + logGamma(b) - logGamma(a + b);

// The part of a beta distribution below x: continued fraction by Lentz's method.
function betaBelow(a, b, x) {
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(b, a, 1 - x);
  const least = 1e-300, away = (value) => (Math.abs(value) < least ? least : value);
  let c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), sum = d;
  for (let m = 1; m < 1000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    sum *= c * d;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    sum *= c * d;
    if (Math.abs(c * d - 1) < 1e-13) break;
  }
  return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) * sum / a;
}

// The x below which `part` of a beta distribution lies: Newton's method within a bracket.
function betaQuantile(part, a, b) {
  const scale = logBeta(a, b);
  let low = 0, high = 1, x = a / (a + b);
  for (let i = 0; i < 100; i++) {
    const excess = betaBelow(a, b, x) - part;
    if (excess < 0) low = x; else high = x;
    const newton = x - excess * Math.exp(scale - (a - 1) * Math.log(x) - (b - 1) * Math.log1p(-x));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) < 1e-12) return next;
    x = next;
  }
  return x;
}

// The exact 95 % interval of `count` out of `patients` (Clopper and Pearson), as two fractions.
function interval(count, patients) {
  return [
    count > 0 ? betaQuantile(0.025, count, patients - count + 1) : 0,
    count < patients ? betaQuantile(0.975, count + 1, patients - count) : 1,
  ];
}
