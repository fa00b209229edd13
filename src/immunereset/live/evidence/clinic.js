// Makes a clinic live: people with a dot for each relapse, above for last year, below for this year, and other clinics.
//
// `figure`, beside what every view of published results has (base.js):
//   size, least, seed, shape, mean   people a group, and what they are like (chance.js)
//   many, clinics, goal              whether usual paces and so many clinics are shown, and the fall that is counted
//   opening                          what is said before the first button; "" if there is none

const PARTS = ["infused", "not infused"];

const groupsOf = (figure, told, clinic = 0) => PARTS.map((_, i) => peopleOf((2 * clinic + i) * figure.size, figure.size, told));
const fewer = (before, after) => 1 - after / before;
function fallsOf([infused, others]) {
  const after = totalOf(infused, "after");
  return [fewer(totalOf(infused, "before"), after), fewer(Math.max(totalOf(others, "after"), 1), after)];
}
function courseOf(people) {
  const before = totalOf(people, "before"), after = totalOf(people, "after"), change = 100 * (1 - after / before);
  return `${before} relapses, then ${after} (${fixed(Math.abs(change), 0)} % ${change >= 0 ? "fewer" : "more"})`;
}
function clinicOf(figure, least, seed) {
  const told = { least, seed, shape: figure.shape, mean: figure.mean }, groups = groupsOf(figure, told), [infused, others] = groups.map(courseOf);
  if (!figure.many) return { groups, said: `○ It did nothing: the bag held salt water.\nInfused: ${infused}. Not infused: ${others}.` };
  const falls = Array.from({ length: figure.clinics }, (_, i) => fallsOf(groupsOf(figure, told, i)));
  const [reports, fair] = [0, 1].map((k) => falls.filter((one) => one[k] >= figure.goal).length);
  const said = `${reports} of ${figure.clinics} clinics report a fall of ${100 * figure.goal} % or more.\nCompared with others ` +
    `who were not infused, ${fair} do. This one: ${infused}.`;
  return { groups, falls, said };
}

KINDS.clinic = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell } = shell, { size, many } = figure;
  const view = asked(shell, () => show_());
  let made = null, key = "", given = !figure.opening;
  root.classList.toggle("ir-waiting", !given);
  const show_ = () => { given = true; root.classList.remove("ir-waiting"); timed(draw); tell(); };
  find("first")?.addEventListener("click", () => { show_(); root.querySelector(".ir-predict input")?.focus(); });

  function year(people, x, y, step, side, name) {
    people.forEach((one, i) => {
      for (let k = 0; k < one[name]; k++) ring(svg, x(i), y + side * (k + 0.75) * step, 0.42 * step, "ir-relapse");
    });
  }
  function draw() {
    const now = `${p.least ?? figure.least} ${seed.value}`;
    if (now !== key) [key, made] = [now, clinicOf(figure, p.least ?? figure.least, seed.value)];
    root.irClinic = made;
    const [wide, tall] = sized(svg), slim = wide < 520, both = !view.hidden, strips = many && both ? Math.min(220, 0.54 * tall) : 0;
    const low = tall - strips - (strips ? 14 : 0), middle = low / 2, places = both ? 2 * size + 2 : size, side = wide / places;
    const most = Math.max(...made.groups.flat().map((one) => Math.max(one.before, one.after))), step = Math.min(0.95 * side, (middle - 24) / (most + 0.5)), shown = both ? made.groups : made.groups.slice(0, 1);
    shown.forEach((people, g) => {
      const from = g * (size + 2) * side, x = (i) => from + (i + 0.5) * side, end = from + size * side;
      if (many) {
        people.forEach(({ pace }, i) => {
          add(svg, "rect", { x: x(i) - 0.46 * side, width: 0.92 * side, y: middle - pace * step, height: 2 * pace * step, class: "ir-pace" });
        });
      }
      add(svg, "line", { x1: from, x2: end, y1: middle, y2: middle, class: "ir-zero" });
      year(people, x, middle, step, -1, "before");
      const who = slim ? ["infused", "others"][g] : PARTS[g];
      add(svg, "text", { x: from, y: 13, class: "ir-title" }, `${who}, last year: ${totalOf(people, "before")}`);
      if (given) year(people, x, middle, step, 1, "after");
      add(svg, "text", { x: from, y: low - 3, class: given ? "ir-title" : "ir-ask" }, `this year: ${given ? totalOf(people, "after") : "?"}`);
    });
    if (strips) strip(wide, tall, strips, slim);
  }
  function strip(wide, tall, high, slim) {
    const words = ["against their own year before", "against people not infused"];
    words.forEach((told, k) => {
      const foot = tall - 23 - (1 - k) * (high - 18) / 2, box = { left: 8, right: wide - 8, foot, room: high / 2 - 32, bins: 80 };
      const x = (value) => box.left + (value + 1) / 2 * (box.right - box.left);
      add(svg, "text", { x: 0, y: foot - high / 2 + 24, class: "ir-quiet" }, told);
      add(svg, "line", { x1: x(figure.goal), x2: x(figure.goal), y1: foot - box.room, y2: foot, class: "ir-goal" });
      add(svg, "line", { x1: box.left, x2: box.right, y1: foot, y2: foot, class: "ir-tick" });
      marks(svg, stacked(made.falls.map((one) => one[k]), -1, 1, 80), box, () => "ir-hit");
      const own = x(Math.max(-1, made.falls[0][k]));
      add(svg, "path", { d: `M${own} ${foot + 1}l5 8h-10z`, class: "ir-own" });
      if (!k) return;
      for (const [at, words_] of [[-1, "twice as many"], [0, "as many"], [figure.goal, `${100 * figure.goal} % fewer`], [1, "none"]]) {
        const anchor = at === -1 ? "start" : at === 1 ? "end" : "middle";
        if (!slim || at !== 0) add(svg, "text", { x: x(at), y: foot + 20, "text-anchor": anchor, class: "ir-quiet" }, words_);
      }
    });
  }
  return {
    lay() {},
    draw,
    told() {
      const hidden = view.hidden, said = !given ? figure.opening : hidden ? figure.predict.wait : made.said;
      return { said, hidden, cells: made.groups.flatMap((one) => [totalOf(one, "before"), totalOf(one, "after")]) };
    },
    go() { given = true; root.classList.remove("ir-waiting"); view.open(); },
  };
};
