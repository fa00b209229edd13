// Makes a trial of two arms live: dots that turn when the event comes, and Kaplan-Meier curves as far as people were watched.
//
// `figure`, beside what every view of published results has (base.js):
//   first        an arm: words, steps (from one event's day to the next), patients, death, deathDays
//   second       [place of the slider, arm]
//   people       how many are drawn from each
//   month        its days
//   longest      months that the axis shows

const plainRatio = (value) => (value > 0 && value < Infinity ? fixed(value, value < 10 ? 2 : 1) : "none");

// See ratio_in_words in arms.py.
function ratioInWords({ value, low, high }, p, events, names) {
  if (Number.isNaN(value)) return "No event yet that can be compared.";
  if (value === 0 || value === Infinity) {
    const [none, some] = value === 0 ? [0, 1] : [1, 0];
    return `No hazard ratio: ${events[none]} events ${names[none]}, ${events[some]} ${names[some]} (${pInWords(p)}).`;
  }
  return `Hazard ratio ${plainRatio(value)} (${plainRatio(low)} to ${plainRatio(high)}), ${pInWords(p)}.`;
}

function trialOf({ first, second, people, month }, place, months, seed) {
  const arms = [first, second.find(([key]) => key === place)[1]];
  for (const arm of arms) {
    let day = 0;
    arm.events ??= arm.steps.map((step) => (day += step));
    arm.all ??= [...arm.events, ...Array(arm.patients - arm.events.length).fill(Infinity)];
  }
  const days = arms.map((arm, k) => sampleOf(arm, people, k, seed)), groups = days.map((one) => watched(one, months * month));
  const had = groups.map(({ seen }) => seen.filter(Boolean).length), names = arms.map(({ words }) => words);
  const whole = hazardRatio(...arms.map(({ all }) => watched(all, months * month)));
  const free = had.map((k, i) => `${people - k} of ${people} ${names[i]}`).join(" and ");
  const said = `${ratioInWords(hazardRatio(...groups), logRank(...groups).p, had, names)}\nFree of an event: ${free}. ` +
    `With all ${arms[0].patients} and ${arms[1].patients}: ${plainRatio(whole.value)}.`;
  return { arms, days, groups, had, said };
}

KINDS.arms = (shell) => {
  const { root, figure, p, seed, svg, timed, tell } = shell, { people, month, longest } = figure;
  const view = asked(shell, () => { timed(draw); tell(); });
  let made = null;
  runs(shell, root.querySelector('[data-symbol="months"]'), 8);

  function draw() {
    made = root.irTrial = trialOf(figure, p.second, p.months, seed.value);
    const [wide, tall] = sized(svg), slim = wide < 520, columns = 11, rows = Math.ceil(people / columns), until = p.months * month;
    const half = wide / 2, side = Math.min(26, (half - 16) / columns, 0.36 * tall / (rows + 1.2)), top = 20;
    made.days.forEach((days, k) => {
      const left = k * half + 4, free = people - made.had[k], name = made.arms[k].words;
      add(svg, "text", { x: left, y: 13, class: k ? "ir-two-words" : "ir-one-words" }, slim ? `${name}: ${free}` : `${name}: ${free} of ${people} free`);
      days.forEach((day, i) => {
        const x = left + (i % columns + 0.5) * side, y = top + (Math.floor(i / columns) + 0.5) * side, r = 0.4 * side;
        if (day > until) { ring(svg, x, y, r, "ir-free"); return; }
        if (made.arms[k].death && day < made.arms[k].deathDays && !made.arms[k].events.includes(day)) {
          add(svg, "path", { d: `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`, class: "ir-died" });
        } else ring(svg, x, y, r, "ir-event");
      });
    });
    const left = 40, right = wide - 10, head = top + rows * side + 32, foot = tall - 34;
    const x = (day) => left + day / (longest * month) * (right - left), y = (share) => foot - share * (foot - head);
    add(svg, "text", { x: 0, y: head - 14, class: "ir-quiet" }, "free of an event, of 100");
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      add(svg, "line", { x1: left, x2: right, y1: y(share), y2: y(share), class: "ir-grid" });
      add(svg, "text", { x: left - 6, y: y(share) + 4, "text-anchor": "end", class: "ir-quiet" }, 100 * share);
    }
    for (let year = 0; year <= longest / 12; year++) {
      add(svg, "text", { x: x(year * 12 * month), y: foot + 17, "text-anchor": "middle", class: "ir-quiet" }, year);
    }
    add(svg, "text", { x: right, y: tall - 2, "text-anchor": "end", class: "ir-quiet" }, "years");
    add(svg, "line", { x1: x(until), x2: x(until), y1: head, y2: foot, class: "ir-hair" });
    const ends = made.groups.map((group, k) => {
      let path = `M${x(0)} ${y(1)}`, last = 1;
      for (const [day, share] of kaplanMeier(group)) {
        path += `H${x(day)}V${y(share)}`;
        last = share;
      }
      add(svg, "path", { d: `${path}H${x(until)}`, class: `ir-curve ${k ? "ir-two" : "ir-one"}` });
      return last;
    });
    const upper = ends[0] >= ends[1] ? 0 : 1, sides = ends.map((share, k) => y(share) + (k === upper ? -8 : 17));
    const heights = apart(sides, 16, head + 8, foot - 4), near = p.months > longest / 2;
    heights.forEach((at, k) => {
      add(svg, "text", { x: x(until) + (near ? -6 : 6), y: at, "text-anchor": near ? "end" : "start", class: k ? "ir-two-words" : "ir-one-words" }, made.arms[k].words);
    });
  }
  return { lay() {}, draw, told: () => ({ said: view.hidden ? figure.predict.wait : made.said, hidden: view.hidden }), go: view.open };
};
