// Random numbers from a seed: the same seed and stream give the same numbers here and in engine/noise/random.py.
//
// xoshiro128** (Blackman & Vigna 2021), seeded as NumPy seeds a stream: SeedSequence(seed, spawn_key=(stream,)).

// Four words of 32 bits from a seed and a stream, both whole numbers below 2^32 (O'Neill's seed sequence).
function seeds(seed, stream) {
  let salt = 0x43b0d7e5;
  const stir = (value, factor) => {
    value ^= salt;
    salt = Math.imul(salt, factor);
    value = Math.imul(value, salt);
    return value ^ (value >>> 16);
  };
  const mix = (x, y) => {
    const z = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
    return z ^ (z >>> 16);
  };
  const pool = [seed, 0, 0, 0].map((word) => stir(word, 0x931e8875));
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) if (i !== j) pool[j] = mix(pool[j], stir(pool[i], 0x931e8875));
  }
  for (let j = 0; j < 4; j++) pool[j] = mix(pool[j], stir(stream, 0x931e8875));
  salt = 0x8b51f9dd;
  return pool.map((word) => stir(word, 0x58f38ded));
}

// ln Γ(x) for x > 0: Stirling's series, after shifting x above 7.
function logGamma(x) {
  let shift = 0;
  for (; x < 7; x++) shift += Math.log(x);
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * 691 / 360360))))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

// A source of random numbers. Streams of one seed are independent of each other.
function random(seed, stream = 0) {
  let [a, b, c, d] = seeds(seed, stream);
  const turn = (x, k) => (x << k) | (x >>> (32 - k));

  function word() {
    const out = Math.imul(turn(Math.imul(b, 5), 7), 9), t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = turn(d, 11);
    return out >>> 0;
  }

  // Above 0 and below 1, never either.
  const uniform = () => ((word() >>> 6) * 67108864 + (word() >>> 6) + 0.5) / 4503599627370496;
  const exponential = () => -Math.log(uniform());

  // Marsaglia's polar method.
  function normal() {
    for (;;) {
      const x = 2 * uniform() - 1, y = 2 * uniform() - 1, s = x * x + y * y;
      if (s < 1 && s > 0) return x * Math.sqrt(-2 * Math.log(s) / s);
    }
  }

  // By inversion below a mean of 10, above it by transformed rejection (Hörmann 1993, PTRS).
  function poisson(mean) {
    if (!(mean > 0)) return 0;
    if (mean < 10) {
      let k = 0, share = Math.exp(-mean);
      for (let u = uniform(); u > share && share > 0; u -= share, share *= mean / k) k++;
      return k;
    }
    const b = 0.931 + 2.53 * Math.sqrt(mean), a = -0.059 + 0.02483 * b;
    const scale = 1.1239 + 1.1328 / (b - 3.4), sure = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = uniform() - 0.5, v = uniform(), rest = 0.5 - Math.abs(u);
      const k = Math.floor((2 * a / rest + b) * u + mean + 0.43);
      if (rest >= 0.07 && v <= sure) return k;
      if (k < 0 || (rest < 0.013 && v > rest)) continue;
      if (Math.log(v * scale / (a / (rest * rest) + b)) <= k * Math.log(mean) - mean - logGamma(k + 1)) return k;
    }
  }

  // By inversion below a mean of 10, above it by transformed rejection (Hörmann 1993, BTRS).
  function binomial(n, p) {
    if (p > 0.5) return n - binomial(n, 1 - p);
    if (!(p > 0)) return 0;
    const odds = p / (1 - p);
    if (n * p < 10) {
      let k = 0, share = Math.exp(n * Math.log1p(-p));
      for (let u = uniform(); u > share && share > 0; u -= share, share *= odds * (n - k + 1) / k) k++;
      return k;
    }
    const spread = Math.sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
    const scale = (2.83 + 5.1 / b) * spread, sure = 0.92 - 4.2 / b, mode = Math.floor((n + 1) * p);
    const height = logGamma(mode + 1) + logGamma(n - mode + 1);
    for (;;) {
      const u = uniform() - 0.5, v = uniform(), rest = 0.5 - Math.abs(u);
      const k = Math.floor((2 * a / rest + b) * u + n * p + 0.5);
      if (rest >= 0.07 && v <= sure) return k;
      if (k < 0 || k > n) continue;
      const level = height - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * Math.log(odds);
      if (Math.log(v * scale / (a / (rest * rest) + b)) <= level) return k;
    }
  }

  return { word, uniform, exponential, normal, poisson, binomial };
}
