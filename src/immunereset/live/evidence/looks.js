// Makes a trial in which nothing works live: switches choose what is looked at, and the headline writes itself.
//
// `figure`, beside what every view of published results has (base.js):
//   law              people, outcomes, readings, traits, between, within (chance.js)
//   words            product, outcomes, readings, groups
//   count, rows      how many such trials are counted, and what counts as a success in each row

const sidesOf = (persons, group) => [0, 1].map((side) => persons.filter((one, i) => i < persons.length / 2 === !side && isIn(one, group)).length);

// See Looks.say in looks.py.
function headline({ words, law }, persons, { group, outcome, reading }, seen) {
  const z = lookAt(persons, group, outcome, reading), p = pInWords(erfc(Math.abs(z) / Math.SQRT2)), [a, b] = sidesOf(persons, group);
  const where = `in ${words.groups[group]}, after ${words.readings[reading]}`;
  const head = z > Z95
    ? `● “${words.product} improves ${words.outcomes[outcome]}” ${where} (${p}).`
    : `○ ${z < -Z95 ? "Worse" : "No difference"}: ${words.outcomes[outcome]} ${where} (${p}).`;
  return `${head}\nLook ${seen} of ${law.outcomes * law.readings * (1 + 2 * law.traits)}: ${a} treated, ${b} not. Nothing works here.`;
}

// Which of the trials hold a success as planned, with any outcome and reading, and with any group, too.
function successesOf({ law, count }, seed) {
  return Array.from({ length: count }, (_, trial) => {
    const z = allLooks(changesOf(trial, { ...law, seed }), law), good = (values) => values.flat(3).some((one) => one > Z95);
    return [z[0][0].at(-1) > Z95, good(z[0]), good(z)];
  });
}

KINDS.looks = (shell) => {
  const { root, figure, find, seed, svg, timed, tell } = shell, { law, words, count, rows } = figure;
  const inputs = [...root.querySelectorAll(".ir-switches input")], begin = { group: 0, outcome: 0, reading: law.readings - 1 };
  const keyOf = ({ group, outcome, reading }) => `${group} ${outcome} ${reading}`;
  let now = { ...begin }, seen = new Set([keyOf(begin)]), persons = null, of = null, hundred = null, moved = false;
  const view = asked(shell, () => { timed(draw); tell(); });

  function take(place) {
    now = { ...now, ...place };
    seen.add(keyOf(now));
    moved = true;
    for (const input of inputs) input.checked = now[input.dataset.key] === Number(input.value);
    timed(draw);
    tell();
  }
  inputs.forEach((input) => input.addEventListener("change", () => take({ [input.dataset.key]: Number(input.value) })));
  find("best").addEventListener("click", () => {
    let best = null, most = -Infinity;
    allLooks(persons, law).forEach((one, group) => one.forEach((two, outcome) => two.forEach((z, reading) => {
      seen.add(keyOf({ group, outcome, reading }));
      if (z > most) [most, best] = [z, { group, outcome, reading }];
    })));
    take(best);
  });

  function draw() {
    root.irState = now;
    if (of !== seed.value) {
      if (of !== null) [seen, moved] = [new Set([keyOf(now)]), true];
      persons = changesOf(0, { ...law, seed: seed.value });
      [of, hundred] = [seed.value, null];
    }
    const [wide, tall] = sized(svg), strip = view.hidden ? 0 : Math.min(126, 0.45 * tall), low = tall - strip - 26, slim = wide < 520;
    const x = (value) => wide / 2 + Math.max(-3.4, Math.min(3.4, value)) / 3.5 * (wide / 2 - 8);
    add(svg, "line", { x1: x(0), x2: x(0), y1: 20, y2: low, class: "ir-grid" });
    ["treated", "not treated"].forEach((name, side) => {
      const some = persons.slice(side * law.people, (side + 1) * law.people), y = 20 + (side + 0.55) * (low - 20) / 2;
      const inside = some.filter((one) => isIn(one, now.group)), value = (one) => one.change[now.outcome][now.reading];
      some.forEach((one, i) => ring(svg, x(value(one)), y + (i % 3 - 1) * 9, 5, isIn(one, now.group) ? "ir-hit" : "ir-miss ir-faint"));
      const mean = inside.reduce((sum, one) => sum + value(one), 0) / inside.length;
      if (inside.length) add(svg, "line", { x1: x(mean), x2: x(mean), y1: y - 22, y2: y + 22, class: "ir-middle" });
      add(svg, "text", { x: 0, y: y - 20, class: "ir-title" }, name);
    });
    add(svg, "text", { x: 0, y: low + 16, class: "ir-quiet" }, "← worse");
    add(svg, "text", { x: wide / 2, y: low + 16, "text-anchor": "middle", class: "ir-quiet" }, slim ? "change" : `change of ${words.outcomes[now.outcome]}; line: mean`);
    add(svg, "text", { x: wide, y: low + 16, "text-anchor": "end", class: "ir-quiet" }, "better →");
    if (view.hidden) return;
    hundred ??= successesOf(figure, seed.value);
    root.irHundred = rows.map((_, k) => hundred.filter((one) => one[k]).length);
    const side = wide / count, step = (strip - 8) / rows.length;
    rows.forEach((told, k) => {
      const y = tall - strip + 20 + k * step;
      add(svg, "text", { x: 0, y, class: "ir-title" }, `${told}: ${root.irHundred[k]} of ${count}`);
      hundred.forEach((one, i) => add(svg, "rect", { x: (i + 0.1) * side, y: y + 4, width: 0.8 * side, height: Math.max(5, step - 24), class: one[k] ? "ir-own" : "ir-miss" }));
    });
  }
  function told() {
    const hidden = view.hidden, said = hidden && !moved ? figure.predict.wait : headline(figure, persons, now, seen.size);
    return { said, hidden, cells: hidden ? rows.map(() => 0) : root.irHundred };
  }
  return {
    lay() {},
    draw,
    told,
    state: () => now,
    go(asked_) {
      const place = Object.fromEntries(Object.keys(begin).filter((key) => asked_.has(key)).map((key) => [key, Number(asked_.get(key))]));
      if (Object.keys(place).length) take(place); else view.open();
    },
  };
};
