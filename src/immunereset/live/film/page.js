// Plays a picture that evolves: a grid whose cells change from frame to frame, forward, back, and by a slider.
//
// `figure` is the object that Python generated (film.py):
//   name, alt, columns, side      a cell is `side` units wide
//   kinds                         how many kinds of cells there are; kind 0 is the ground and is not drawn
//   frames                        all frames, see `unpack`
//   says, steps                   for each frame the sentence, and what the slider says
//   pace                          frames in a second

const CALM = 1000;

// The frames, each an array of one kind for each cell. Packed, a frame is a list of changes against the one before, and
// the first against the ground: their number, then for each change, as one number, how many cells it skips times the
// number of kinds, plus the new kind. A number is bytes of seven bits, the lowest first; the last is below 128.
function unpack(text, cells, kinds) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), frames = [];
  let at = 0, now = new Uint8Array(cells);
  const number = () => {
    let value = 0;
    for (let worth = 1; ; worth *= 128) {
      value += (bytes[at] & 127) * worth;
      if (bytes[at++] < 128) return value;
    }
  };
  while (at < bytes.length) {
    now = now.slice();
    for (let left = number(), place = -1; left > 0; left--) {
      const change = number();
      place += 1 + Math.floor(change / kinds);
      now[place] = change % kinds;
    }
    frames.push(now);
  }
  return frames;
}

// The outline of all cells of a kind, neighbours in a row as one. The same in Python: film.py.
function outline(cells, kind, columns, side) {
  const d = [];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== kind) continue;
    const column = i % columns, begin = i;
    while ((i + 1) % columns && cells[i + 1] === kind) i++;
    const wide = (i + 1 - begin) * side;
    d.push(`M${column * side} ${(begin - column) / columns * side}h${wide}v${side}h-${wide}z`);
  }
  return d.join("");
}

function mount(root, figure) {
  if (!root || root.classList.contains("ir-on")) return;
  root.classList.add("ir-on");
  const { columns, side, kinds, says, steps } = figure, last = says.length - 1, svg = unfreeze(root);
  const frames = unpack(figure.frames, columns * figure.rows, kinds);
  const paths = [...svg.querySelectorAll("path")], find = (name) => root.querySelector(`.ir-${name}`);
  const slider = find("time"), output = find("play output"), result = find("result"), run = find("run");
  let shown = -1, timer = 0;

  function show(frame) {
    shown = Math.max(0, Math.min(last, frame));
    paths.forEach((path, k) => path.setAttribute("d", outline(frames[shown], k + 1, columns, side)));
    slider.value = shown;
    slider.setAttribute("aria-valuetext", steps[shown]);
    output.textContent = steps[shown];
    result.textContent = says[shown];
    svg.setAttribute("aria-label", `${figure.alt} ${says[shown]}`);
    root.irFrame = shown;
  }
  // While it plays nothing is announced; when it stops, the present frame is.
  function stop() {
    clearInterval(timer);
    timer = 0;
    run.textContent = "Play";
    result.setAttribute("aria-live", "polite");
  }
  function play() {
    result.setAttribute("aria-live", "off");
    run.textContent = "Pause";
    if (shown === last) show(0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    timer = setInterval(() => {
      if (shown + 1 === last) stop();
      show(shown + 1);
    }, calm ? Math.max(CALM, 1000 / figure.pace) : 1000 / figure.pace);
  }
  const go = (frame) => {
    stop();
    show(frame());
  };
  find("first").addEventListener("click", () => go(() => 0));
  find("back").addEventListener("click", () => go(() => shown - 1));
  find("forward").addEventListener("click", () => go(() => shown + 1));
  slider.addEventListener("input", () => go(() => Number(slider.value)));
  run.addEventListener("click", () => (timer ? go(() => shown) : play()));
  show(Number(slider.defaultValue));
  ready(root, figure);
}
