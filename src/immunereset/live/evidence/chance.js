// What chance makes of clinics and trials: the same random numbers as in Python (trials/). No DOM here.

// People numbered from `first` on, who come with at least `least` relapses: { pace, before, after }.
function peopleOf(first, count, { least, shape, mean, seed }) {
  return Array.from({ length: count }, (_, i) => {
    const source = random(seed, first + i);
    let pace = 0, before = -1;
    while (before < least) {
      pace = 0;
      for (let k = 0; k < Math.floor(shape); k++) pace += source.exponential();
      if (shape % 1) pace += source.normal() ** 2 / 2;
      pace *= mean / shape;
      before = source.poisson(pace);
    }
    return { pace, before, after: source.poisson(pace) };
  });
}

const totalOf = (people, year) => people.reduce((sum, one) => sum + one[year], 0);

// Event days of `people` drawn from an arm { events, patients, death, deathDays }.
function sampleOf({ events, patients, death, deathDays }, people, stream, seed) {
  const source = random(seed, stream);
  return Array.from({ length: people }, () => {
    const place = Math.floor(source.uniform() * patients), fate = source.uniform();
    return fate < death ? Math.floor(deathDays * fate / death) : events[place] ?? Infinity;
  });
}

// One of many trials: hazard ratio and P.
function chanceTrial(stream, { people, ratio, median, followed, seed }) {
  const source = random(seed, stream), days = [[], []];
  for (let i = 0; i < 2 * people; i++) {
    const day = source.exponential() * median / Math.LN2;
    days[i % 2].push(i % 2 ? day : day / ratio);
  }
  const groups = days.map((one) => watched(one, followed));
  return { ratio: hazardRatio(...groups).value, p: logRank(...groups).p };
}

function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// Changes (outcome, reading) and traits of the people of a trial in which nothing works, the treated first.
function changesOf(trial, { people, outcomes, readings, traits, between, within, seed }) {
  return Array.from({ length: 2 * people }, (_, i) => {
    const source = random(seed, 2 * people * trial + i), person = Math.sqrt(between) * source.normal();
    const change = Array.from({ length: outcomes }, () => {
      const own = person + Math.sqrt(within - between) * source.normal();
      return Array.from({ length: readings }, () => own + Math.sqrt(1 - within) * source.normal());
    });
    return { change, traits: Array.from({ length: traits }, () => source.uniform() < 0.5) };
  });
}

// Whether a person is in a group: 0 is all, then those with and without each trait.
const isIn = ({ traits }, group) => !group || traits[(group - 1) >> 1] === (group % 2 === 1);

// z of one look: the difference of the means over its standard error; 0 where one side has nobody.
function lookAt(persons, group, outcome, reading) {
  const sides = [0, 1].map((side) => persons.filter((one, i) => i < persons.length / 2 === !side && isIn(one, group)));
  const [a, b] = sides.map((side) => side.map((one) => one.change[outcome][reading]));
  if (!a.length || !b.length) return 0;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return (mean(a) - mean(b)) / Math.sqrt(1 / a.length + 1 / b.length);
}

// z of every look: [group][outcome][reading].
function allLooks(persons, { outcomes, readings, traits }) {
  const upTo = (n) => Array.from({ length: n }, (_, i) => i);
  return upTo(1 + 2 * traits).map((g) => upTo(outcomes).map((o) => upTo(readings).map((r) => lookAt(persons, g, o, r))));
}
