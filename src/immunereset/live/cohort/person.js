// One of a crowd, looked at: what happened to it, as a line over time with a tick for each course that was given to it.
// A click on a dot chooses it, or its number in the field. The same one is simulated again, and kept in full, on this thread.
//
// `told` (figure.person): word (of what is watched), role, level, unit (of time, its days), given (what a course is called)

// What is said of one: `end` is the day of the endpoint, `met` the courses [{ day, strength }] before it or before `until`.
function lookedAt({ number, end, met, until, words, unit: [unit, days], given }) {
  const ill = end <= until, when = ill ? ` after ${fixed(end / days, 1)} ${unit}` : "";
  const count = `${met.length || "No"} ${given}${met.length === 1 ? "" : "s"}`, most = Math.max(...met.map(({ strength }) => strength));
  const last = met.at(-1), late = last && `the last ${fixed(last.strength, 1)}`;
  const strongest = last ? `, the strongest ${fixed(most, 1)}${ill ? `, ${late}` : ""}` : "";
  const [mark, what] = words[ill ? 0 : 1].split(/ (.*)/);
  return `${mark} Number ${number}: ${what}${when}. ${count}${ill ? " by then" : ""}${strongest}.`;
}

VIEWS.person = ({ figure, find, svg, cohort }) => {
  const { person: told, patients, settings } = figure, field = find("who"), chart = find("one svg"), says = find("one p");
  const { frame: [left, top, right, bottom], rows, x: [, columns], words } = figure.views.find(([name]) => name === "dots")[1];
  const one = cohort(figure.model(), { ...settings, paths: patients }), wide = (right - left) / columns, high = (bottom - top) / rows;
  const ring = add(svg, "circle", { r: 0.62 * wide, class: "ir-ring", display: "none" });

  function draw(p, seed) {
    const i = Number(field.value) - 1;
    if (!Number.isInteger(i) || i < 0 || i >= patients) return;
    const { ends: [end], paths: [path], met: [courses] } = one({ p, seed, from: i, to: i + 1 });
    if (Number.isNaN(end)) return;
    const given = courses.map(([, strength, day]) => ({ day, strength })).filter(({ day, strength }) => day < settings.until && strength);
    const until = settings.until, met = given.filter(({ day }) => day <= end).sort((a, b) => a.day - b.day);
    const said = lookedAt({ number: i + 1, end, met, until, words, ...told });
    write(says, said).className = end <= until ? "ir-back" : "ir-away";
    set(ring, { cx: left + (i % columns + 0.5) * wide, cy: top + (Math.floor(i / columns) + 0.5) * high, display: "inline" });
    drawn(path, given, said);
  }
  function drawn(path, given, said) {
    const { days, until } = settings, { level } = told;
    chart.removeAttribute("hidden");
    const [w, h] = sized(chart), x0 = 44, x1 = w - 10, y0 = 18, y1 = h - 34;
    const low = Math.log10(Math.min(level / 10, ...path)), up = Math.log10(Math.max(10 * level, ...path));
    const x = (day) => x0 + day / until * (x1 - x0), y = (n) => y1 - (Math.log10(n) - low) / (up - low) * (y1 - y0);
    set(chart, { role: "img", "aria-label": said });
    add(chart, "text", { x: 0, y: 12, class: "ir-quiet" }, told.word);
    for (let n = Math.ceil(low); n <= up; n++) {
      add(chart, "text", { x: x0 - 6, y: y(10 ** n) + 4, "text-anchor": "end", class: "ir-quiet" }, show(10 ** n));
    }
    const [unit, length] = told.unit, last = Math.round(until / length), step = last > 8 ? 5 : 1;
    add(chart, "text", { x: x1, y: h - 6, "text-anchor": "end", class: "ir-quiet" }, `${last} ${unit}`);
    for (let n = 0; n < last && x(n * length) < x1 - 70; n += step) {
      add(chart, "text", { x: x(n * length), y: h - 6, "text-anchor": "middle", class: "ir-quiet" }, n);
    }
    add(chart, "line", { x1: x0, x2: x1, y1: y(level), y2: y(level), class: "ir-mark" });
    const most = Math.max(1, ...given.map(({ strength }) => strength));
    for (const { day, strength } of given) {
      add(chart, "line", { x1: x(day), x2: x(day), y1: y1 + 10, y2: y1 + 10 - 4 - 18 * strength / most, class: "ir-tick" });
    }
    add(chart, "path", { d: `M${Array.from(path, (n, k) => `${x(days[k]).toFixed(1)} ${y(n).toFixed(1)}`).join("L")}`, class: `ir-line ir-${told.role}` });
  }
  // The number of the dot at a point of the window; 0 if there is none.
  function at({ clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    const column = Math.floor((x - left) / wide), row = Math.floor((y - top) / high), i = row * columns + column;
    return column >= 0 && column < columns && row >= 0 && i < patients ? i + 1 : 0;
  }
  return { draw, at, field };
};
