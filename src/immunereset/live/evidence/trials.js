// Makes a hundred trials live: each a mark on the axis of hazard ratios, filled with P < 0.05; below, those in the news.
//
// `figure`, beside what every view of published results has (base.js):
//   count, median, followed    how many trials; days after which half of the controls had the event, and that each is watched
//   low, high, bins            the axis

function hundredOf({ count, median, followed }, people, ratio, seed) {
  const trials = Array.from({ length: count }, (_, i) => chanceTrial(i, { people, ratio, median, followed, seed }));
  const found = trials.filter(({ p }) => p < 0.05), shelf = found.filter((one) => one.ratio < 1), middle = medianOf(shelf.map((one) => one.ratio));
  const told = shelf.length ? `their median hazard ratio is ${fixed(middle, 2)}; the truth is ${ratio}` : "none";
  const said = `${found.length} of ${count} trials have P < 0.05.\nIn the news, those in favour, ${shelf.length}: ${told}.`;
  return { trials, found, shelf, middle, said };
}

KINDS.trials = (shell) => {
  const { root, figure, p, seed, svg, timed, tell } = shell, { low, high, bins } = figure;
  const view = asked(shell, () => { timed(draw); tell(); });
  let made = null, key = "";

  function draw() {
    const now = `${p.people} ${p.ratio} ${seed.value}`;
    if (now !== key) [key, made] = [now, hundredOf(figure, p.people, p.ratio, seed.value)];
    root.irHundred = made;
    const [wide, tall] = sized(svg), left = 10, right = wide - 10, foot = tall - 36, middle = 0.55 * foot;
    const x = (value) => left + Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low) * (right - left);
    for (const tick of [0.1, 0.2, 0.5, 1, 2, 5]) {
      add(svg, "line", { x1: x(tick), x2: x(tick), y1: foot, y2: foot + 5, class: "ir-tick" });
      add(svg, "text", { x: x(tick), y: foot + 18, "text-anchor": tick === high ? "end" : "middle", class: "ir-quiet" }, tick);
    }
    add(svg, "text", { x: left, y: tall - 2, class: "ir-quiet" }, wide < 520 ? "← fewer events" : "← fewer events with the treatment");
    add(svg, "text", { x: right, y: tall - 2, "text-anchor": "end", class: "ir-quiet" }, wide < 520 ? "hazard ratio" : "hazard ratio (pace, as a multiple of the controls')");
    add(svg, "text", { x: 0, y: 13, class: "ir-title" }, wide < 520 ? "all 100; filled: P < 0.05" : "all trials; filled: P < 0.05");
    add(svg, "text", { x: 0, y: middle + 20, class: "ir-title" }, "what reaches the news");
    if (view.hidden) {
      add(svg, "text", { x: (left + right) / 2, y: middle - 20, "text-anchor": "middle", class: "ir-ask" }, "How many will be filled?");
      return;
    }
    [[made.trials, middle, middle - 44], [made.shelf, foot, foot - middle - 42]].forEach(([some, base, room]) => {
      add(svg, "line", { x1: left, x2: right, y1: base, y2: base, class: "ir-tick" });
      const logs = some.map(({ ratio }) => Math.log(Math.min(Math.max(ratio, low), high)));
      marks(svg, stacked(logs, Math.log(low), Math.log(high), bins), { left, right, foot: base, room, bins }, (i) => (some[i].p < 0.05 ? "ir-hit" : "ir-miss"));
    });
    add(svg, "line", { x1: x(p.ratio), x2: x(p.ratio), y1: 36, y2: foot, class: "ir-truth" });
    add(svg, "text", { x: x(p.ratio) + 5, y: 34, class: "ir-truth-words" }, "the truth");
    if (!made.shelf.length) return;
    add(svg, "line", { x1: x(made.middle), x2: x(made.middle), y1: middle + 28, y2: foot, class: "ir-middle" });
    add(svg, "text", { x: x(made.middle) - 5, y: middle + 38, "text-anchor": "end", class: "ir-middle-words" }, `median ${fixed(made.middle, 2)}`);
  }
  return {
    lay() {},
    draw,
    told: () => ({
      said: view.hidden ? figure.predict.wait : made.said, hidden: view.hidden,
      cells: [p.ratio, p.people, made.found.length, made.shelf.length],
    }),
    go: view.open,
  };
};
