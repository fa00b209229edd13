// Two yearly chains, person by person and on average: the same as trials/lives.py.
//
// `figure` has people, most (years), start (shares of the states), stageOf, stages, arms [{ entry, year: pairs of
// [from, to] }], and the functions entry0, entry1, year0, year1 (chances of the pairs) and worth (of the stages).

// The numbers that each person draws once: for the start, for the treatment, for each year.
function luckOf({ people, most }, seed) {
  const wide = most + 2, luck = new Float64Array(people * wide);
  for (let i = 0; i < people; i++) {
    const { uniform } = random(seed, i);
    for (let k = 0; k < wide; k++) luck[i * wide + k] = uniform();
  }
  return luck;
}

// For each state where a person may be after a step, the best first, and the chances up to each.
function stepsOf(figure, pairs, chances, p) {
  const out = [], states = figure.stageOf.length;
  chances.call(figure, p, out);
  return Array.from({ length: states }, (_, state) => {
    const to = new Map();
    pairs.forEach(([from, other], k) => { if (from === state) to.set(other, out[k]); });
    to.set(state, 1 - [...to.values()].reduce((sum, chance) => sum + chance, 0));
    const targets = [...to.keys()].sort((a, b) => a - b), upTo = [];
    targets.forEach((target, k) => upTo.push((k ? upTo[k - 1] : 0) + to.get(target)));
    return { targets, upTo };
  });
}
const armsOf = (figure, p) => figure.arms.map(({ entry, year }, k) => ({
  entry: stepsOf(figure, entry, figure[`entry${k}`], p), year: stepsOf(figure, year, figure[`year${k}`], p),
}));

function stepOf({ targets, upTo }, draw) {
  let k = 0;
  while (k < targets.length - 1 && draw >= upTo[k]) k++;
  return targets[k];
}

// The stage of each person at each year: [arm][year][person].
function livesOf(figure, p, luck) {
  const { people, most, stageOf, start, years } = figure, wide = most + 2, until = Math.round(p[years]);
  let sum = 0;
  const born = { targets: start.map((_, state) => state), upTo: start.map((share) => (sum += share)) };
  return armsOf(figure, p).map(({ entry, year }) => {
    const now = Uint8Array.from({ length: people }, (_, i) => stepOf(entry[stepOf(born, luck[i * wide])], luck[i * wide + 1]));
    const course = [now.map((state) => stageOf[state])];
    for (let k = 0; k < until; k++) {
      for (let i = 0; i < people; i++) now[i] = stepOf(year[now[i]], luck[i * wide + k + 2]);
      course.push(now.map((state) => stageOf[state]));
    }
    return course;
  });
}

// The share of each stage that is expected at each year: [arm][year][stage].
function sharesOf(figure, p) {
  const { start, stageOf, stages, years } = figure, until = Math.round(p[years]);
  const move = (shares, steps) => {
    const after = new Float64Array(shares.length);
    shares.forEach((share, state) => steps[state].targets.forEach((target, k) => {
      after[target] += share * (steps[state].upTo[k] - (k ? steps[state].upTo[k - 1] : 0));
    }));
    return after;
  };
  const shown = (shares) => stages.map((_, stage) => shares.reduce((sum, share, state) => sum + (stageOf[state] === stage ? share : 0), 0));
  return armsOf(figure, p).map(({ entry, year }) => {
    let shares = move(Float64Array.from(start), entry);
    const course = [shown(shares)];
    for (let k = 0; k < until; k++) course.push(shown(shares = move(shares, year)));
    return course;
  });
}

// The quality-years that a person can expect in each life.
function qualityOf(figure, p) {
  const worth = [];
  figure.worth(p, worth);
  return sharesOf(figure, p).map((course) => course.slice(0, -1).reduce((sum, shares, k) => (
    sum + shares.reduce((all, share, stage) => all + share * worth[stage], 0) / (1 + p[figure.discount]) ** k
  ), 0));
}

// Where on the parameter `main` both lives count the same, the second being better below: its lowest value if it never is,
// Infinity if it always is.
function breakEven(figure, p, low, high) {
  const behind = (value) => {
    const [first, second] = qualityOf(figure, { ...p, [figure.main]: value });
    return second <= first + 1e-12;
  };
  if (behind(low)) return low;
  if (!behind(high)) return Infinity;
  let [a, b] = [low, high];
  while (b - a > 1e-9) {
    const middle = (a + b) / 2;
    if (behind(middle)) b = middle; else a = middle;
  }
  return b;
}
