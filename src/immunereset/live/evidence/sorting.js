// Statements that a reader sorts onto cards (sorting.py). `figure`, beside what base.js and shell.js read:
//   cards     their names
//   tiles     [words, the card where it belongs, why]

KINDS.sorting = (shell) => {
  const { root, figure, svg, tell, timed } = shell, { cards, tiles } = figure, chosen = tiles.map(() => null);
  const boxes = [...root.querySelectorAll(".ir-tile")], lists = [...root.querySelectorAll(".ir-card ul")];
  const draw = () => void strips(svg, [["placed", chosen.map((card, i) => (card === null ? null : Number(card === tiles[i][1])))]], 1);

  function put(i, card) {
    if (chosen[i] !== null) return;
    const [words, right, why] = tiles[i], fine = card === right;
    chosen[i] = card;
    boxes[i].querySelectorAll("button").forEach((button, k) => {
      button.disabled = true;
      button.setAttribute("aria-pressed", String(k === card));
      if (k === right) button.classList.add("ir-belongs");
    });
    write(boxes[i].querySelector(".ir-why"), `${fine ? "✓ Right." : `✗ Not right: ${cards[right]}.`} ${why}`);
    lists[right].append(Object.assign(document.createElement("li"), { textContent: words }));
  }
  function update() {
    root.irSorted = chosen;
    timed(draw);
    tell();
  }
  asked(shell, () => {});
  boxes.forEach((box, i) => box.querySelectorAll("button").forEach((button, k) => button.addEventListener("click", () => { put(i, k); update(); })));
  return {
    lay: draw,
    draw,
    told() {
      const placed = chosen.filter((card) => card !== null).length, right = chosen.filter((card, i) => card === tiles[i][1]).length;
      return { said: placed ? `${right} of ${placed} placed right; ${tiles.length - placed} to go.` : `${tiles.length} statements.\nPut each on the card where it belongs.` };
    },
    go(asked_) {
      if (asked_.get("show") !== "all") return;
      tiles.forEach(([, right], i) => put(i, right));
      update();
    },
  };
};
