// Twins: the same people in two lives, a clock of years, and the mark of break-even on the main slider (twins.py).
//
// `figure`, beside what every view has (base.js) and what lives.js reads: main, looks, year, step and stepWords (values and
// words of the main slider), every (years between the rows of the table).

const PACE = 3, SLOW = 1;

// As verdict() in twins.py.
function livesInWords({ arms, stages }, year, [one, other], quality) {
  const last = stages.length - 1, lost = [one, other].map((life) => life.reduce((sum, stage) => sum + (stage === last), 0));
  let better = 0, worse = 0;
  one.forEach((stage, i) => { better += other[i] < stage; worse += other[i] > stage; });
  const [first, second] = arms.map(({ words }) => words);
  return `Year ${year}: ${lost[0]} ${stages[last]} ${first}, ${lost[1]} ${second}.\n`
    + `By shared luck ${better} are better off ${second} than ${first}, ${worse} worse, ${one.length - better - worse} alike. `
    + `Quality-years a person can expect: ${fixed(quality[0], 2)} ${first}, ${fixed(quality[1], 2)} ${second}.`;
}

KINDS.twins = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell, play, pause, playing, rest } = shell;
  const { arms, stages, looks, people, years, main, step, stepWords, every, most, predict } = figure;
  const clock = find("time"), output = find("years output"), run = find("run"), even = find("even"), mark = find("mark");
  const now = asked(shell, () => { timed(draw); tell(); });
  const seen = (root.irLives = { year: figure.year, luck: null, seed: null, courses: null, quality: null, even: 0 });
  let parts = [];

  function lay() {
    const [wide, tall] = sized(svg), beside = wide >= 560, gap = 24;
    const width = beside ? (wide - gap) / 2 : wide, height = beside ? tall : (tall - 10) / 2;
    parts = arms.map(({ words }, k) => {
      const left = beside ? k * (width + gap) : 0, top = beside ? 0 : k * (height + 10);
      const room = fieldOf(people, left, top + 22, width, height - 62), below = top + 22 + Math.ceil(people / room.columns) * room.step;
      add(svg, "text", { x: left, y: top + 14, class: "ir-title" }, words[0].toUpperCase() + words.slice(1));
      const counts = add(svg, "text", { x: left, y: below + 18, class: width < 360 ? "ir-slim" : "ir-title" });
      const track = { x: left, y: below + 27, height: 7, rx: 3.5 };
      add(svg, "rect", { ...track, width, class: "ir-bars" });
      const bar = add(svg, "rect", { ...track, class: "ir-bar" });
      const number = add(svg, "text", { x: left + width, y: top + 14, "text-anchor": "end", class: "ir-quiet" });
      return { counts, bar, number, width, paint: crowd(add(svg, "g"), room, looks) };
    });
  }
  function simulate() {
    if (seen.seed !== seed.value) Object.assign(seen, { seed: seed.value, luck: luckOf(figure, seed.value) });
    seen.courses = livesOf(figure, p, seen.luck);
    seen.quality = qualityOf(figure, p);
    seen.even = breakEven(figure, p, step[0], step.at(-1));
    clock.max = Math.round(p[years]);
    seen.year = Math.min(seen.year, Math.round(p[years]));
  }
  function draw() {
    simulate();
    paint();
    const share = (value) => (value - step[0]) / (step.at(-1) - step[0]), wide = mark.clientWidth;
    const there = Number.isFinite(seen.even) && seen.even > step[0], word = there ? stepWords[Math.round(share(seen.even) * (step.length - 1))] : "";
    mark.replaceChildren();
    set(mark, { viewBox: `0 0 ${wide} 22` });
    if (there) {
      const x = 12 + (wide - 24) * share(seen.even);
      add(mark, "path", { d: `M${x} 1l6 10h-12z` });
      add(mark, "text", { x: Math.min(Math.max(x, 36), wide - 36), y: 22, "text-anchor": "middle", class: "ir-quiet" }, "break-even");
    }
    const words = { low: `No break-even: even if nobody dies of it, no more is counted than ${arms[0].words}.`, none: "After it more is counted at every place of this slider." };
    write(even, seen.even === step[0] ? words.low : !there ? words.none : `Break-even at ${word} (${fixed(100 * seen.even, 1)} %): there both lives count the same, by the values below.`);
  }
  function paint() {
    const { year, courses, quality } = seen, top = Math.round(p[years]), shown = now.hidden ? 0 : year;
    parts.forEach(({ counts, bar, number, width, paint: dots }, k) => {
      const kinds = courses[k][shown], many = stages.map((_, stage) => kinds.reduce((sum, one) => sum + (one === stage), 0));
      dots(kinds);
      write(counts, stages.map((stage, i) => `${SIGNS[looks[i][0]]} ${stage} ${many[i]}`).join("   "));
      set(bar, { width: now.hidden ? 0 : Math.max(0, width * quality[k] / top) });
      write(number, now.hidden ? "" : `${fixed(quality[k], 2)} quality-years${width < 360 ? "" : ` of ${top}`}`);
    });
    root.irState = { ...p, year };
    clock.value = year;
    clock.setAttribute("aria-valuetext", `year ${year}`);
    write(output, `year ${year}`);
  }
  function turn(year) {
    seen.year = Math.max(0, Math.min(Number(clock.max), year));
    timed(paint);
  }
  function stop() {
    pause();
    tell();
  }
  run.addEventListener("click", () => {
    if (playing()) return stop();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches, pace = calm ? SLOW : PACE;
    if (seen.year >= Number(clock.max)) turn(0);
    const from = seen.year;
    play((seconds) => {
      const year = from + Math.floor(seconds * pace);
      if (year > seen.year) { turn(year); tell(); }
      if (seen.year >= Number(clock.max)) stop();
    });
  });
  clock.addEventListener("input", () => {
    if (playing()) pause();
    turn(Number(clock.value));
    rest();
  });
  return {
    lay,
    draw,
    told() {
      find("data").hidden = now.hidden;
      const { year, courses, quality } = seen;
      const said = now.hidden ? predict.wait : livesInWords(figure, year, courses.map((course) => course[year]), quality);
      return { said, cells: cells(), hidden: now.hidden };
    },
    state: () => ({ year: seen.year }),
    go(link) {
      now.open();
      if (link.has("year")) turn(Number(link.get("year")));
      rest(); // sliders that it moved are drawn first
    },
  };

  function cells() {
    const expected = sharesOf(figure, p), all = [];
    for (let year = 0; year <= most; year += every) {
      seen.courses.forEach((course, k) => {
        for (const count of [(stage) => course[year]?.reduce((sum, one) => sum + (one === stage), 0) ?? NaN, (stage) => (course[year] ? Number(fixed(people * expected[k][year][stage], 0)) : NaN)]) {
          stages.forEach((_, stage) => all.push(count(stage)));
        }
      });
    }
    return all;
  }
};

const SIGNS = { open: "○", half: "◐", full: "●", cross: "×" };
