// Makes pairs with a patient live: patients beyond the border, their twins in stacks on the axis of liability (pairs.py).
//
// `figure`, beside what every view of published results has (base.js):
//   K, T, many, tries      the share of people that is ill and the border beyond which they lie; pairs, and how many are drawn
//   left, right, bins      the axis

// As pairs_with_a_patient() in models/liability.py: [patients, twins].
function pairsOf({ T, many, tries }, h2, shared, seed) {
  const rho = shared * h2, rest = Math.sqrt(1 - rho * rho), patients = [], twins = [];
  for (let i = 0; i < tries && twins.length < many; i++) {
    const source = random(seed, i);
    let far = 0;
    do far = Math.sqrt(T * T - 2 * Math.log(source.uniform())); while (source.uniform() * far >= T);
    const twin = rho * far + rest * source.normal();
    if (source.uniform() < 0.5 || twin <= T) { patients.push(far); twins.push(twin); }
  }
  return [patients, twins];
}
// As pairwise(concordance()) there: Simpson's rule for the integral.
function bothOf({ K, T }, rho) {
  const end = Math.asin(rho), n = 400, f = (angle) => Math.exp(-T * T / (1 + Math.sin(angle)));
  let sum = f(0) + f(end);
  for (let i = 1; i < n; i++) sum += (i % 2 ? 4 : 2) * f(end * i / n);
  const one = K + sum * end / n / 3 / (2 * Math.PI * K);
  return one / (2 - one);
}
// As verdict() in pairs.py.
const pairsInWords = (both, many, share) => `Both are ill in ${both} of ${many} pairs.\nIn the long run: ${fixed(100 * share, 1)} % of such pairs.`;

KINDS.pairs = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell } = shell, { T, many, left, right, bins } = figure;
  const view = asked(shell, () => { timed(draw); tell(); });
  let made = [[], []], key = "";
  const ill = () => made[1].filter((twin) => twin > T).length;

  function draw() {
    const now = `${p.h2} ${p.shared} ${seed.value}`;
    if (now !== key) [key, made] = [now, pairsOf(figure, p.h2, p.shared, seed.value)];
    root.irState = { ...p, seed: seed.value };
    root.irPairs = { both: ill(), many: made[1].length };
    const [wide, tall] = sized(svg), slim = wide < 520, foot = tall - 40, strip = 0.26 * foot;
    const x = (value) => 6 + (Math.min(right, Math.max(left, value)) - left) / (right - left) * (wide - 12), top = strip + 44, bell = foot - top;
    const curve = Array.from({ length: 101 }, (_, i) => left + (right - left) * i / 100);
    add(svg, "path", { d: `M${x(left)} ${foot}L${curve.map((one) => `${x(one).toFixed(1)} ${(foot - bell * Math.exp(-one * one / 2)).toFixed(1)}`).join("L")}L${x(right)} ${foot}z`, class: "ir-bell" });
    add(svg, "line", { x1: x(left), x2: x(right), y1: foot, y2: foot, class: "ir-tick" });
    add(svg, "line", { x1: x(T), x2: x(T), y1: 22, y2: foot, class: "ir-zero" });
    made[0].forEach((patient, i) => add(svg, "circle", { cx: x(patient), cy: 26 + strip * (i * 0.618034 % 1), r: slim ? 2 : 2.6, class: "ir-relapse" }));
    add(svg, "text", { x: 0, y: 13, class: "ir-title" }, slim ? "a patient of each pair" : "one of each pair: a patient");
    add(svg, "text", { x: 0, y: strip + 40, class: "ir-title" }, slim ? "the twin" : "the twin of each: ● ill, ○ well");
    add(svg, "text", { x: x(T) - 6, y: tall - 22, "text-anchor": "end", class: "ir-quiet" }, "well");
    add(svg, "text", { x: x(T) + 6, y: tall - 22, class: "ir-quiet" }, "ill");
    add(svg, "text", { x: x(T), y: 13, "text-anchor": slim ? "start" : "middle", class: "ir-quiet" }, "border");
    add(svg, "text", { x: 0, y: tall - 4, class: "ir-quiet" }, slim ? "liability; grey: all people" : "liability: genes and all else, added up. Grey: all people");
    if (view.hidden) {
      add(svg, "text", { x: x(0.2), y: foot - bell / 3, "text-anchor": "middle", class: "ir-ask" }, "Where are the twins?");
      return;
    }
    marks(svg, stacked(made[1], left, right, bins), { left: 6, right: wide - 6, foot, room: bell, bins }, (i) => (made[1][i] > T ? "ir-relapse" : "ir-free"));
  }
  return {
    lay() {},
    draw,
    told() {
      find("data").hidden = view.hidden;
      return { said: view.hidden ? figure.predict.wait : pairsInWords(ill(), many, bothOf(figure, p.shared * p.h2)), hidden: view.hidden };
    },
    go: view.open,
  };
};
