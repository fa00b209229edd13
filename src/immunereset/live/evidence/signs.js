// A page with signs (signs.py). `figure`, beside what base.js and shell.js read:
//   names    what each sign is called
//   parts    [sign (an index) or null, why] for each part of the page

KINDS.signs = (shell) => {
  const { root, figure, find, svg, timed, tell } = shell, { names, parts } = figure;
  const boxes = [...root.querySelectorAll(".ir-page > .ir-part")], picked = new Set();
  let last = null;

  const found = () => [...picked].filter((i) => parts[i][0] !== null), wrong = () => picked.size - found().length;
  function draw() {
    const there = new Set(found().map((i) => parts[i][0]));
    strips(svg, [["found", names.map((_, k) => (there.has(k) ? 1 : null))]], 1);
  }
  function mark(i) {
    picked.add(i);
    const [sign, why] = parts[i], box = boxes[i];
    box.classList.add(sign === null ? "ir-harmless" : "ir-sign");
    box.querySelector(".ir-why").textContent = sign === null ? `○ No sign. ${why}` : `● Sign ${sign + 1}. ${names[sign]}. ${why}`;
  }
  function told() {
    const many = found().length;
    root.irState = picked.size === parts.length ? { show: "all" } : {};
    root.irErrors = [names.length - many, wrong()];
    find("data").hidden = many < names.length;
    if (!picked.size) return { said: "Some of these parts are signs, others are harmless.\nClick on each that you take for a sign." };
    const said = last === null ? "" : boxes[last].querySelector(".ir-why").textContent;
    return { said: `Found ${many} of ${names.length}, and ${wrong()} harmless taken for a sign.\n${said}` };
  }
  boxes.forEach((box, i) => box.querySelector("button").addEventListener("click", () => {
    mark(i);
    last = i;
    timed(draw);
    tell();
  }));
  asked(shell, () => {});
  return {
    lay: draw,
    draw,
    told,
    state: () => (picked.size === parts.length ? { show: "all" } : {}),
    go(wanted) {
      if (wanted.get("show") !== "all") return;
      parts.forEach((_, i) => mark(i));
      last = null;
      timed(draw);
      tell();
    },
  };
};
