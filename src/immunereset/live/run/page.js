// One run, or several with noise: the lines of the still picture move when a slider moves.
//
// `figure`, beside what every figure has (shell.js):
//   model                   see solver.js
//   ask(run, p), say(m)     the measures and the sentence of result
//   start, until, points
//   places                  frames of the panels and movable words, in SVG units (picture.py)
//   lines                   [[panel, name, 1 if it is the run without noise], ...]
//   noise                   if there is any, see noise/run.js; each of its patients is drawn in the same path
//   columns, rows           names and days of the data table

// A row for each word along the top: the lowest in which it overlaps no other. See picture.py.
function stack(words) {
  const done = [];
  for (const word of words.filter((w) => w.shown).sort((a, b) => a.place - b.place)) {
    const taken = done.filter((w) => w.place + w.wide + 6 > word.place).map((w) => w.row);
    word.row = 0;
    while (taken.includes(word.row)) word.row++;
    done.push(word);
  }
}

KINDS.run = ({ root, figure, p, seed, part }) => {
  const { model, places } = figure;
  const lines = figure.lines.map(([panel, name, quiet], i) => (
    { panel: places.panels[panel], name, quiet, path: part(`line-${i}`).querySelector("path") }
  ));
  const compared = !figure.noise || lines.some((line) => line.quiet);
  const everywhere = (key) => places.panels.map((panel, j) => [panel, part(`${key}-${j}`).querySelector("path")]);
  const shades = model.courses(p).map((_, i) => everywhere(`course-${i}`));
  const stems = model.events.map((_, i) => everywhere(`event-${i}`));
  const tops = Object.entries(places.tops).map(([key, [wide, place, row]]) => (
    { key, wide, words: part(`${key}-words`), home: [place, row] }
  ));

  const across = ({ frame: [left, , right] }, t) => left + (right - left) * t / figure.until;
  const upward = ({ frame: [, top, , bottom], y: [low, high], log }) => {
    const f = log ? Math.log : (v) => v, base = f(low), scale = (bottom - top) / (f(high) - base);
    // Far outside the frame is as good as further: the path is clipped there, and long numbers cost time.
    return (v) => Math.min(2 * bottom, Math.max(-bottom, bottom - scale * ((v > 0 || !log ? f(v) : -Infinity) - base)));
  };

  // What a line shows: the run without noise, or those of all patients.
  const shown = (line) => (line.quiet ? [quiet] : runs);

  function words() {
    places.panels.forEach((panel, i) => {
      const [, top, , bottom] = panel.frame, up = upward(panel);
      const ends = lines.filter((line) => line.panel === panel).map((line) => {
        const last = shown(line).map((run) => run.values[line.name].at(-1));
        return up(last.reduce((sum, value) => sum + value, 0) / last.length);
      });
      const wished = [...ends.map((y) => Math.min(bottom, Math.max(top, y))), ...panel.marks];
      apart(wished, places.gap, top + 4, bottom - 4).forEach((y, k) => {
        part(`end-${i}-${k}`).setAttribute("transform", `translate(0 ${(y - panel.ends[k]).toFixed(2)})`);
      });
    });
  }

  function spans() {
    const [left, , right] = places.panels[0].frame, seen = {};
    model.courses(p).forEach(([, level, start, duration], i) => {
      const stop = Math.min(start + duration, figure.until), shown = level !== 0 && stop > start;
      for (const [panel, path] of shades[i]) {
        const [, top, , bottom] = panel.frame;
        const a = across(panel, shown ? start : 0), b = across(panel, shown ? stop : 0);
        path.setAttribute("d", `M${a} ${bottom}V${top}H${b}V${bottom}Z`);
      }
      seen[`course-${i}`] = shown ? start : Infinity;
    });
    model.events.forEach((event, i) => {
      const day = event.day(p), shown = day <= figure.until;
      for (const [panel, path] of stems[i]) {
        const [, top, , bottom] = panel.frame, x = across(panel, shown ? day : -figure.until);
        path.setAttribute("d", `M${x} ${bottom}V${top}`);
      }
      seen[`event-${i}`] = shown ? day : Infinity;
    });
    for (const word of tops) {
      word.shown = seen[word.key] < Infinity;
      const wished = (right - left) * seen[word.key] / figure.until;
      if (word.shown) word.place = Math.max(0, Math.min(wished, right - left - word.wide));
    }
    stack(tops);
    for (const { words, shown, place, row, home } of tops) {
      words.setAttribute("display", shown ? "inline" : "none");
      if (!shown) continue;
      const aside = (place - home[0]).toFixed(2), up = (places.gap * (home[1] - row)).toFixed(2);
      words.setAttribute("transform", `translate(${aside} ${up})`);
    }
  }

  let runs = null, quiet = null;
  function cells() {
    const kinds = figure.noise?.patients > 1 ? ["lowest", "median", "highest"] : [""];
    return figure.rows.flatMap((day) => figure.columns.flatMap((name) => {
      const found = runs?.map((run) => measures.value_on(run, name, day));
      return kinds.map((kind) => (!runs ? NaN : kind ? over[kind](found) : found[0]));
    }));
  }
  return {
    draw() {
      quiet = compared ? solve(model, p, figure.start, figure.until, figure.points) : null;
      runs = figure.noise ? noisyRuns(figure, p, seed.value) : [quiet];
      if (compared && !quiet) runs = null;
      root.classList.toggle("ir-failed", !runs);
      spans();
      if (!runs) return;
      for (const line of lines) {
        const { panel, name, path } = line, up = upward(panel), all = shown(line);
        // Many lines are thin and lie apart: a tenth of a unit is fine enough, and quicker to write.
        const fine = all.length > 1 ? 10 : 100, round = (v) => Math.round(fine * v) / fine;
        const x = all[0].t.map((t) => `${round(across(panel, t))} `);
        const courses = all.map(({ values }) => "M" + values[name].map((y, i) => x[i] + round(up(y))).join("L"));
        path.setAttribute("d", courses.join(""));
      }
      words();
    },
    told: () => ({ said: runs ? figure.say({ ...p, seed: seed.value, ...figure.ask(runs[0], p, runs) }) : UNFINISHED, cells: cells() }),
  };
};
