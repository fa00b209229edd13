// A crowd of dots (dots.py): each patient has a place, which never changes. While a patient is simulated anew, the dot
// stays as it was. `at` places in the picture, `last` holds each patient's latest known day of the endpoint.
function crowd({ x: [, columns], rows }, at, ends, last, until) {
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
