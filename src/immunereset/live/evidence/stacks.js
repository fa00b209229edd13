// What the views of chance draw with (chance.py): marks in stacks, rings, P in words, and a slider that plays.

const pInWords = (p) => (p < 0.001 ? "P\u00a0<\u00a00.001" : `P\u00a0=\u00a0${fixed(p, p < 0.1 ? 3 : 2)}`);

// For each value [its bin, how many stand below it there]; those beyond are in the last.
function stacked(values, low, high, bins) {
  const counts = Array(bins).fill(0);
  return values.map((value) => {
    const at = Math.min(bins - 1, Math.max(0, Math.trunc((value - low) / (high - low) * bins)));
    return [at, counts[at]++];
  });
}

// Marks in stacks on an axis from `left` to `right` with its foot at `foot`; `look(i)` is the class of the i-th.
function marks(svg, at, { left, right, foot, room, bins }, look) {
  const wide = (right - left) / bins, most = 1 + Math.max(0, ...at.map(([, height]) => height));
  const step = Math.min(wide, room / most);
  at.forEach(([bin, height], i) => {
    add(svg, "circle", { cx: left + (bin + 0.5) * wide, cy: foot - (height + 0.5) * step, r: 0.42 * step, class: look(i) });
  });
}

// A dot for a person: a ring while free, filled after an event.
const ring = (svg, x, y, r, look) => add(svg, "circle", { cx: x, cy: y, r, class: look });

// Lets a slider run to its end within so many seconds; the button pauses and starts again.
function runs({ find, play, pause, playing, tell }, input, seconds) {
  const stop = () => { pause(); tell(); };
  find("run").addEventListener("click", () => {
    if (playing()) { stop(); return; }
    const last = Number(input.max), from = Number(input.value) >= last ? 0 : Number(input.value);
    play((passed) => {
      const place = Math.min(last, from + Math.floor(passed / seconds * last));
      if (String(place) !== input.value) {
        input.value = place;
        input.dispatchEvent(new Event("input"));
      }
      if (place === last) stop();
    });
  });
  input.addEventListener("pointerdown", pause);
  input.addEventListener("keydown", pause);
}
