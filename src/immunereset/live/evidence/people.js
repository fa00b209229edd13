// A people view: what events among n patients say of their risk (people.py).
//
// `figure`, beside what every view has (base.js): of, how many people; event, the end of "0 of 55 …"; side.

// As digits() in people.py.
const threeDigits = (people) => (people === 0 ? "0" : people >= 999.5 ? people.toFixed(0) : people.toPrecision(3));

// As verdict() in people.py.
function chanceInWords({ of, event }, events, n, [low, high]) {
  const whole = [low, high].map((end) => Number(fixed(end, 0))), exact = [low, high].map(threeDigits);
  return `${events} of ${n} ${event}: the risk may be ${whole[0]} to ${whole[1]} in ${of}.\n`
    + `Exact 95 % interval: ${exact[0]} to ${exact[1]} in ${of}. Filled: below it. Half filled: within it. Open: above it.`;
}

KINDS.people = (shell) => {
  const { root, figure, find, p, svg, timed, tell } = shell, { of, side, predict } = figure, kinds = new Uint8Array(of);
  const now = asked(shell, () => { timed(draw); tell(); });
  let paint = null;
  const few = () => Math.min(p.events, p.n);

  function lay() {
    const [wide, tall] = sized(svg);
    paint = crowd(svg, fieldOf(of, 0, 0, wide, tall), [["full", side], ["half", side], ["open", "quiet"]]);
  }
  function draw() {
    root.irEnds = interval(few(), p.n).map((share) => of * share);
    const [low, high] = now.hidden ? [0, 0] : root.irEnds.map((end) => Number(fixed(end, 0)));
    kinds.fill(0, 0, low).fill(1, low, high).fill(2, high);
    paint(kinds);
  }
  return {
    lay,
    draw,
    told() {
      find("data").hidden = now.hidden;
      const said = now.hidden ? predict.wait : chanceInWords(figure, few(), p.n, root.irEnds);
      return { said, cells: [few(), p.n, ...root.irEnds], hidden: now.hidden };
    },
    go: now.open,
  };
};
