// Two samples as a hundred dots each: clones that were read before, and reads after; filled is what both share.
//
// `figure`, beside what every view of published results has (base.js):
//   persons     one for each depth: overlap, often (of the clones read before, how many have 0, 1, 2, … reads later), left
//   clones      how many there were in the body

// The same in samples.py.
const sharedAt = ({ overlap }, share) => (1 - share) * overlap;
const foundAt = ({ often }, share) => often.reduce((sum, many, i) => sum + many * (1 - share ** i), 0) / often.reduce((a, b) => a + b, 0);
const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const samplesInWords = ({ persons, clones }, { depth, new: share }) => {
  const one = persons[depth];
  return `Overlap ${fixed(100 * sharedAt(one, share), 0)} %.\n${thousands(one.left)} of ${thousands(clones)} clones are left in the body; `
    + `${fixed(100 * foundAt(one, share), 0)} of 100 that were read before are found again.`;
};

KINDS.samples = (shell) => {
  const { root, figure, find, p, svg, timed, tell } = shell, { persons, predict } = figure;
  const now = asked(shell, () => { timed(draw); tell(); }), inputs = [...root.querySelectorAll(".ir-sliders input")];
  const chance = random(1), order = Array.from({ length: 100 }, (_, i) => i);
  for (let j = 99; j > 0; j--) {
    const k = Math.floor(chance.uniform() * (j + 1));
    [order[j], order[k]] = [order[k], order[j]];
  }
  let sides = [];
  function lay() {
    const [wide, tall] = sized(svg), slim = wide < 520, step = Math.min((wide / 2 - 14) / 10, (tall - 66) / 10);
    sides = [["100 clones read before", "found again"], ["100 reads after", "of a clone read before"]].map(([title, words], side) => {
      const x = wide * (1 + 2 * side) / 4, left = x - 4.5 * step, at = (i) => [left + (i % 10) * step, 24 + (Math.floor(i / 10) + 0.5) * step];
      add(svg, "text", { x, y: 13, "text-anchor": "middle", class: "ir-title" }, title);
      const dots = order.map((i) => {
        const [cx, cy] = at(i);
        return add(svg, "circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: (0.36 * step).toFixed(1) });
      });
      const told = [0, 1].map((line) => add(svg, "text", { x, y: 24 + 10 * step + 18 + 16 * line, "text-anchor": "middle", class: line ? "ir-quiet" : "ir-read" }));
      return { dots, told, words: slim && side ? "read before" : words };
    });
  }
  function draw() {
    root.irState = { ...p };
    const one = persons[p.depth], parts = [[foundAt(one, p.new), 0], [sharedAt(one, p.new), p.new]];
    root.irShown = parts.map(([share, fresh], side) => {
      const known = now.hidden ? 0 : Number(fixed(100 * share, 0)), made = now.hidden ? 0 : Number(fixed(100 * fresh, 0));
      const { dots, told, words } = sides[side];
      dots.forEach((dot, i) => set(dot, { class: i < known ? "ir-known" : i < known + made ? "ir-fresh ir-infection" : "ir-missed" }));
      write(told[0], now.hidden ? "?" : `${known} ${words}`);
      write(told[1], made ? `${made} are new` : "");
      return [known, made];
    });
  }
  return {
    lay,
    draw,
    told() {
      const hidden = now.hidden, cells = persons.flatMap((one) => [100 * one.overlap, one.left, 100 * foundAt(one, 0)]);
      find("data").hidden = hidden;
      return { said: hidden ? predict.wait : samplesInWords(figure, p), hidden, cells: hidden ? cells : undefined };
    },
    go() { now.open(); },
  };
};
