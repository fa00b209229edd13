// A dot for each patient, in a place that never changes. While a patient is simulated anew, the dot stays as it was:
// `last` holds each one's latest known day of the endpoint. `told`: x ([0, columns]), rows, words.

function dots({ x: [, columns], rows }, at, ends, last, until) {
  const paths = ["", ""], counts = [0, 0];
  for (let i = 0; i < ends.length; i++) {
    if (ends[i] !== UNKNOWN) last[i] = ends[i];
    if (last[i] === UNKNOWN) continue;
    const free = last[i] > until ? 1 : 0;
    paths[free] += `M${at(i % columns + 0.5, rows - Math.floor(i / columns) - 0.5)}h.01`;
    counts[free]++;
  }
  return { reached: paths[0], free: paths[1], counts };
}

VIEWS.dots = (told, { figure, part, set, ends, last }) => ({
  draw(at) {
    const { reached, free, counts } = dots(told, at, ends, last, figure.settings.until);
    set("reached", reached);
    for (const key of ["free", "hole"]) set(key, free);
    ["reached-words", "free-words"].forEach((key, i) => {
      write(part(key).querySelector("text"), `${told.words[i]}: ${counts[i]}`);
    });
  },
});
