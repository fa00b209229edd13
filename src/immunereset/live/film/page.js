// Plays a picture that evolves: a grid whose cells change from frame to frame, forward, back, and by a slider.
//
// `figure`, beside what every figure has (shell.js):
//   columns, rows, side           a cell is `side` units wide
//   kinds                         how many kinds of cells there are; kind 0 is the ground and is not drawn
//   frames                        all frames, see `unpack`
//   says, steps                   for each frame the sentence, and what the slider says
//   pace                          frames in a second

const CALM = 1;

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

KINDS.film = ({ root, figure, find, part, play, pause, playing, timed, tell }) => {
  const { columns, side, kinds, says, steps } = figure, last = says.length - 1, run = find("run");
  const frames = unpack(figure.frames, columns * figure.rows, kinds);
  const paths = Array.from({ length: kinds - 1 }, (_, k) => part(`kind-${k + 1}`));
  const slider = find("time"), output = find("play output");
  let shown = Number(slider.defaultValue);

  function draw() {
    paths.forEach((path, k) => path.setAttribute("d", outline(frames[shown], k + 1, columns, side)));
    slider.value = shown;
    slider.setAttribute("aria-valuetext", steps[shown]);
    write(output, steps[shown]);
    root.irFrame = shown;
  }
  function show(frame) {
    shown = Math.max(0, Math.min(last, frame));
    timed(draw);
    tell();
  }
  function start() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches, pace = calm ? Math.min(CALM, figure.pace) : figure.pace;
    if (shown === last) show(0);
    const from = shown;
    play((seconds) => {
      const frame = from + Math.floor(seconds * pace);
      if (frame > shown) show(frame);
      if (shown === last) stop();
    });
  }
  function stop() {
    pause();
    tell();
  }
  const go = (frame) => {
    pause();
    show(frame());
  };
  find("begin").addEventListener("click", () => go(() => 0));
  find("back").addEventListener("click", () => go(() => shown - 1));
  find("forward").addEventListener("click", () => go(() => shown + 1));
  slider.addEventListener("input", () => go(() => Number(slider.value)));
  run.addEventListener("click", () => (playing() ? stop() : start()));
  return {
    draw,
    told: () => ({ said: says[shown] }),
    state: () => ({ frame: shown }),
    go: (asked) => go(() => Number(asked.get("frame") ?? shown)),
  };
};
