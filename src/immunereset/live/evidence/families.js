// Makes families live: dots in rings, day by day, drawn anew for every seed; below them a mark for each draw of the reader.
//
// `figure`, beside what every view has (base.js) and noisyRuns needs (run.js):
//   cells, others     the state that rings show, and the one that gives a ring its ground ("" for none)
//   alive, several    words: what is said of rings with cells; what they are called
//   chance            an observable in per cent that the verdict tells ("" for none)
//   years             whether days are told in years

// The cells of every ring on a day, and whether it has a ground: see Families.counts in families.py.
function familiesAt({ cells, others }, made, day) {
  const counts = [], shaded = [];
  for (const { t, values } of made) {
    let i = t.length - 1;
    while (i && t[i] > day + 1e-9) i--;
    counts.push(values[cells][i]);
    shaded.push(Boolean(others) && values[others][i] > 0.5);
  }
  return { counts, shaded };
}

// See Families.say in families.py.
function familiesInWords({ alive, several, others, chance, years }, made, { counts, shaded }, day, seed) {
  const some = counts.filter(Boolean).length, sum = counts.reduce((all, one) => all + one, 0);
  const second = others ? `${shaded.filter(Boolean).length} have working cells (shaded).`
    : `The largest has ${Math.max(...counts)} cells; the average of all, empty ones too, is ${fixed(sum / counts.length, 1)}.`;
  const lost = chance ? ` In the end, says the formula, ${fixed(made[0].values[chance].at(-1), 1)} % are lost.` : "";
  const when = years ? `Year ${fixed(day / 365, 1)}` : `Day ${fixed(day, 0)}`;
  return `${when}: ${some} of ${counts.length} ${several} ${alive}.\n${second}${lost} Seed ${seed}.`;
}

KINDS.families = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell, verdict, playing, later } = shell, { others, until, several } = figure;
  const slider = root.querySelector('[data-symbol="day"]'), view = asked(shell, reveal);
  let made = null, key = "", of = "", linked = false, waiting = 0, paint = null, seen = null, drawn = [];
  runs(shell, slider, 9);

  const chances = () => JSON.stringify({ ...p, day: 0 }), now = () => (view.hidden ? 0 : p.day);
  // Runs anew if another seed or other chances are asked for, and keeps how many live at the end.
  function run() {
    const asks = `${chances()} ${seed.value}`;
    if (asks === key) return;
    [key, made] = [asks, noisyRuns(figure, p, seed.value)];
    if (chances() !== of) [of, drawn] = [chances(), []];
    drawn.push(familiesAt(figure, made, until).counts.filter(Boolean).length);
    root.irDrawn = drawn;
  }
  function reveal() {
    const calm = linked || matchMedia("(prefers-reduced-motion: reduce)").matches;
    timed(fresh);
    tell();
    if (!calm) find("run").click();
  }
  function fresh() {
    lay();
    draw();
  }
  let rows = null, wide = 0, tall = 0, count = 0;
  function lay() {
    run();
    [wide, tall] = sized(svg);
    count = familiesAt(figure, made, 0).counts.length;
    const strip = view.hidden ? 0 : 62;
    rows = rowsOf(count, wide, tall - strip);
    paint = rings(svg, count, rows);
    seen = strip ? add(svg, "g") : null;
  }
  // How many lived at the end of each draw so far, on a line from none to all.
  function strip() {
    seen.replaceChildren();
    const left = 8, right = wide - 8, foot = tall - 18, x = (alive) => left + alive / count * (right - left);
    add(seen, "line", { x1: left, x2: right, y1: foot, y2: foot, class: "ir-tick" });
    add(seen, "text", { x: left, y: tall - 46, class: "ir-quiet" }, `Left at the end, of ${count}, in ${drawn.length === 1 ? "this draw" : `your ${drawn.length} draws`}`);
    for (let k = 0; k <= 4; k++) add(seen, "text", { x: x(k * count / 4), y: tall - 3, "text-anchor": ["start", "middle", "middle", "middle", "end"][k], class: "ir-quiet" }, k * count / 4);
    const below = drawn.map((alive, i) => drawn.slice(0, i).filter((one) => one === alive).length), step = Math.min(7, 24 / (1 + Math.max(...below)));
    drawn.forEach((alive, i) => {
      add(seen, "circle", { cx: x(alive), cy: foot - 4.5 - below[i] * step, r: 3.5, class: i === drawn.length - 1 ? "ir-own" : "ir-hit" });
    });
  }
  function draw() {
    root.irState = { ...p, seed: seed.value };
    run();
    const { counts, shaded } = root.irFamilies = familiesAt(figure, made, now());
    paint(counts, shaded);
    if (seen) strip();
    if (playing()) verdict(familiesInWords(figure, made, root.irFamilies, now(), seed.value));
  }
  function told() {
    const { counts, shaded } = root.irFamilies, hidden = view.hidden, live = counts.filter(Boolean).length;
    const said = hidden ? figure.predict.wait : familiesInWords(figure, made, root.irFamilies, now(), seed.value);
    const cells = [live, count - live, Math.max(...counts), counts.reduce((all, one) => all + one, 0), shaded.filter(Boolean).length];
    return { said, hidden, cells: others ? cells : cells.slice(0, 4) };
  }
  return {
    lay,
    draw,
    told,
    // Many cells take a moment: it waits until the hand rests.
    moved() {
      clearTimeout(waiting);
      if (`${chances()} ${seed.value}` === key) later(); else waiting = setTimeout(later, 80);
    },
    go() {
      linked = true;
      view.open();
    },
  };
};
