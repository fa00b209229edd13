// Makes a film of drift live: the places of one person's pool year by year, and below a bar of families for each person.
//
// `figure`, beside what every view has (base.js):
//   persons, years, clones   how many are followed, for how long, and the families at first
//   pace                     how often a place gets a new cell, a year
//   looks, favoured          shape and side of each family (field.js), and of the first if it divides more often

// See pools in moran.py: the cells of each family, [year][person][family], and the first person's places, [year].
function poolsOf({ persons, years, clones, pace }, { cells, advantage }, seed) {
  const sizes = Array.from({ length: years + 1 }, () => []), film = [], keep = 1 / (1 + advantage);
  for (let person = 0; person < persons; person++) {
    const source = random(seed, person), pool = Uint8Array.from({ length: cells }, (_, i) => Math.floor(i * clones / cells));
    const count = new Int32Array(clones).fill(cells / clones);
    for (let year = 0; year <= years; year++) {
      for (let left = year && source.poisson(cells * pace * (1 + advantage)); left > 0; left--) {
        const both = source.uniform() * cells, parent = Math.floor(both), place = Math.floor((both - parent) * cells), family = pool[parent];
        if (advantage && family && source.uniform() >= keep) continue;
        count[pool[place]]--;
        count[family]++;
        pool[place] = family;
      }
      sizes[year].push([...count]);
      if (!person) film.push(pool.slice());
    }
  }
  return { sizes, film };
}

const middleOf = (values) => {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

// See DriftFilm.say in drift.py; `left` and `largest` are those of every person.
function driftInWords({ persons, clones }, { sizes }, { cells, advantage, year }, seed) {
  const now = sizes[year], left = now.map((one) => one.filter(Boolean).length), largest = now.map((one) => one.indexOf(Math.max(...one)));
  const share = fixed(100 * middleOf(now.map((one) => Math.max(...one) / cells)), 0), different = new Set(largest).size;
  const favoured = advantage ? ` The favoured family is the largest in ${largest.filter((k) => !k).length} persons and gone in ${now.filter((one) => !one[0]).length}.` : "";
  const said = `Year ${year}: ${left[0]} of ${clones} families are left in this person.\nIn ${persons} persons, at the median: ${middleOf(left)} left, `
    + `the largest holds ${share} %. ${different} different families are the largest.${favoured} Seed ${seed}.`;
  return { said, left, largest, different };
}

KINDS.drift = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell, verdict, playing, later } = shell, { persons, looks, favoured } = figure;
  const view = asked(shell, reveal), year = () => (view.hidden ? 0 : p.year);
  let made = null, key = "", linked = false, waiting = 0, paint = null, bars = null, size = [0, 0], told = null;
  runs(shell, root.querySelector('[data-symbol="year"]'), 20);

  const asks = () => `${p.cells} ${p.advantage} ${seed.value}`, look = (k) => (p.advantage && !k ? favoured : looks[k]);
  function reveal() {
    const calm = linked || matchMedia("(prefers-reduced-motion: reduce)").matches;
    timed(draw);
    tell();
    if (!calm) find("run").click();
  }
  function lay() {
    size = sized(svg);
    const [wide, tall] = size, low = 0.42 * tall;
    paint = crowd(svg, fieldOf(p.cells, 0, 0, wide, tall - low - 14), looks.map((_, k) => look(k)));
    bars = add(svg, "g");
    key = asks();
  }
  function draw() {
    root.irState = { ...p, seed: seed.value };
    if (key !== asks() || !made) {
      made = poolsOf(figure, p, seed.value);
      lay();
    }
    told = root.irDrift = driftInWords(figure, made, { ...p, year: year() }, seed.value);
    paint(made.film[year()]);
    const [wide, tall] = size, low = 0.42 * tall, side = wide / persons, slim = side < 15, head = tall - low + 18, high = low - (slim ? 18 : 33), paths = {};
    made.sizes[year()].forEach((person, i) => {
      let y = head;
      person.forEach((cells, k) => {
        if (!cells) return;
        const part = high * cells / p.cells, name = look(k)[1];
        paths[name] = `${paths[name] ?? ""}M${(i * side).toFixed(1)} ${y.toFixed(1)}h${(0.86 * side).toFixed(1)}v${part.toFixed(1)}h${(-0.86 * side).toFixed(1)}z`;
        y += part;
      });
    });
    bars.replaceChildren();
    add(bars, "text", { x: 0, y: head - 7, class: "ir-quiet" }, slim ? `${persons} persons, a bar each` : `${persons} persons, a bar each, the first is the one above; below: which family is the largest`);
    for (const [name, d] of Object.entries(paths)) add(bars, "path", { d, class: `ir-share ir-of-${name}` });
    if (!slim && year()) told.largest.forEach((k, i) => add(bars, "text", { x: (i + 0.43) * side, y: tall - 2, "text-anchor": "middle", class: "ir-which" }, k + 1));
    if (playing()) verdict(told.said);
  }
  return {
    lay() { if (made) lay(); },
    draw,
    told: () => ({ said: view.hidden ? figure.predict.wait : told.said, hidden: view.hidden, cells: [told.left[0], middleOf(told.left), told.different] }),
    // Large pools take a moment: it waits until the hand rests.
    moved() {
      clearTimeout(waiting);
      if (asks() === key) later(); else waiting = setTimeout(later, 80);
    },
    go() {
      linked = true;
      view.open();
    },
  };
};
