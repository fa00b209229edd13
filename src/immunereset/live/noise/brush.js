// Makes years of one noisy person live: an overview to brush over, a month of it enlarged, the reader's marks (brush.py).
//
// `figure`, beside what every view of published results has (base.js) and what run.js reads:
//   attack, brake, level           two states, and the cells of the first above which it is a relapse
//   second                         the seed of the person who is shown after the prediction; null without one
//   month, every, quarters         days enlarged, days between places of the slider, rows of the table
//   low, high                      the axis of cells

const NEAR = [10, 20];

// As rises() and verdict() in brush.py.
function risesOf({ t, values }, state, level) {
  return t.flatMap((day, i) => (i && values[state][i] > level && !(values[state][i - 1] > level) ? [Math.round(day)] : []));
}
function countInWords(days, until) {
  const years = `in ${(until / 365).toFixed(0)} years`;
  if (!days.length) return `○ No relapse ${years}.`;
  return days.length === 1 ? `● One relapse ${years}.\nIt began on day ${days[0]}.` : `● ${days.length} relapses ${years}.\nThey began on days ${days.join(", ")}.`;
}
// How many relapses have a mark near their first day.
const foundBy = (marks, starts) => starts.filter((day) => marks.some((mark) => mark > day - NEAR[0] && mark < day + NEAR[1])).length;

KINDS.brush = (shell) => {
  const { root, figure, find, p, seed, svg, timed, tell, rest } = shell, { attack, brake, level, until, month, every, low, high, quarters } = figure;
  const clock = find("time"), output = find("month output"), last = Number(clock.max);
  const seen = new Uint8Array(Math.ceil(until / every)), marks = [], part = {};
  let run = null, key = "", starts = [], from = 0, counted = !figure.predict, linked = false, mine = "";
  const view = asked(shell, () => {
    counted = true;
    if (!linked) seed.take(figure.second);
    timed(draw);
    tell();
  }, () => counted);

  function simulate() {
    const now = `${JSON.stringify(p)} ${seed.value}`;
    if (now === key) return;
    key = now;
    [run] = noisyRuns(figure, p, seed.value) ?? [null];
    starts = run ? risesOf(run, attack, level) : [];
  }
  function draw() {
    simulate();
    root.classList.toggle("ir-counted", counted);
    root.irState = { ...p, from, seed: seed.value };
    root.irBrush = { starts, marks, counted, hidden: view.hidden };
    for (let day = from; day <= from + month; day += every) seen[Math.floor(day / every)] = 1;
    clock.value = from;
    const words = `days ${from} to ${from + month}`;
    clock.setAttribute("aria-valuetext", words);
    write(output, words);
    if (!run) return;
    const [wide, tall] = sized(svg), slim = wide < 520, left = slim ? 50 : 62, right = wide - 8;
    const boxes = [{ top: 22, foot: 0.4 * tall, ends: [0, until] }, { top: 0.4 * tall + 46, foot: tall - 22, ends: [from, from + month] }];
    Object.assign(part, { boxes, left, right });
    boxes.forEach((box, k) => {
      const [begin, end] = box.ends, x = (day) => left + (day - begin) / (end - begin) * (right - left);
      const y = (cells) => box.foot - Math.log(Math.min(high, Math.max(low, cells)) / low) / Math.log(high / low) * (box.foot - box.top);
      Object.assign(box, { x, y });
      for (const [cells, told] of [[100, "100"], [1e4, ""], [1e6, "1 million"]]) {
        add(svg, "line", { x1: left, x2: right, y1: y(cells), y2: y(cells), class: "ir-grid" });
        if (told) add(svg, "text", { x: left - 5, y: y(cells) + 4, "text-anchor": "end", class: "ir-small" }, slim && cells > 100 ? "1 mio" : told);
      }
      add(svg, "line", { x1: left, x2: right, y1: y(level), y2: y(level), class: "ir-mark" });
      add(svg, "text", { x: left - 5, y: y(level) + 4, "text-anchor": "end", class: "ir-small ir-mark-words" }, "relapse");
      const days = k ? [0, 10, 20, 30].map((day) => [from + day, `day ${from + day}`]) : [0, 1, 2, 3].map((year) => [year * 365, `year ${year}`]);
      for (const [day, told] of days) {
        if (day > end) continue;
        add(svg, "line", { x1: x(day), x2: x(day), y1: box.foot, y2: box.foot + 5, class: "ir-tick" });
        const anchor = day === end ? "end" : day === begin ? "start" : "middle";
        add(svg, "text", { x: x(day), y: box.foot + 18, "text-anchor": anchor, class: "ir-small" }, told);
      }
      if (k) path(box, brake, "ir-regulatory");
      path(box, attack, "ir-effector");
      if (!k) cover(box);
      const near = k ? 6 : 4;
      for (const day of seed.value === seed.first ? marks : []) {
        if (day >= begin && day <= end) add(svg, "circle", { cx: x(day), cy: box.top + near, r: near, class: "ir-own-mark" });
      }
      if (counted) {
        for (const day of starts) {
          if (day >= begin && day <= end) add(svg, "circle", { cx: x(day), cy: y(level), r: near + 1, class: "ir-try ir-back" });
        }
      }
    });
    const [all, near] = boxes, x1 = all.x(from), x2 = all.x(from + month);
    add(svg, "rect", { x: x1, width: x2 - x1, y: all.top - 3, height: all.foot - all.top + 6, class: "ir-window" });
    add(svg, "text", { x: left, y: 13, class: "ir-quiet" }, counted || slim ? "three years: effectors" : "three years: effectors. Brush over them.");
    const legend = near.top - 7;
    add(svg, "text", { x: left, y: legend, class: "ir-words ir-effector" }, "— effectors");
    add(svg, "text", { x: slim ? left + 96 : left + 116, y: legend, class: "ir-words ir-regulatory" }, slim ? "-·- regulatory cells" : "–·– regulatory cells");
  }
  function path({ x, y, ends: [begin, end] }, state, role) {
    let d = "", pen = "M";
    for (let day = Math.floor(begin); day <= Math.min(end, until); day++) {
      if (!counted && !seen[Math.min(seen.length - 1, Math.floor(day / every))]) { pen = "M"; continue; }
      d += `${pen}${x(day).toFixed(1)} ${y(run.values[state][day]).toFixed(1)}`;
      pen = "L";
    }
    add(svg, "path", { d, class: `ir-line ${role}` });
  }
  // What was not brushed over is covered.
  function cover({ x, top, foot }) {
    if (counted) return;
    let d = "", hatch = "";
    for (let i = 0; i < seen.length; i++) {
      if (seen[i]) continue;
      const begin = i;
      while (i + 1 < seen.length && !seen[i + 1]) i++;
      const x1 = x(begin * every), x2 = x(Math.min(until, (i + 1) * every));
      d += `M${x1} ${top}H${x2}V${foot}H${x1}z`;
      for (let at = Math.ceil(x1 / 9) * 9; at < x2; at += 9) hatch += `M${at} ${foot}L${Math.min(x2, at + 6)} ${top}`;
    }
    add(svg, "path", { d, class: "ir-cover" });
    add(svg, "path", { d: hatch, class: "ir-hatch" });
  }
  function turn(day) {
    from = Math.max(0, Math.min(last, Math.round(day / every) * every));
    timed(draw);
    rest();
  }
  function mark(day) {
    if (counted) return;
    const near = marks.findIndex((one) => Math.abs(one - day) < 6);
    if (near < 0) marks.push(day); else marks.splice(near, 1);
    marks.sort((a, b) => a - b);
    timed(draw);
    tell();
  }
  // A drag over the three years brushes; a tap into the month marks.
  svg.addEventListener("pointerdown", (event) => point(event, true));
  svg.addEventListener("pointermove", (event) => { if (event.buttons && part.brushing) point(event, false); });
  addEventListener("pointerup", () => { part.brushing = false; });
  function point({ clientX, clientY }, begins) {
    const box = svg.getBoundingClientRect(), { left, right, boxes: [all, near] } = part;
    const share = (clientX - box.left - left) / (right - left), y = clientY - box.top;
    if (begins) part.brushing = y < all.foot + 20;
    if (part.brushing) turn(share * until - month / 2);
    else if (begins && y > near.top - 5 && share >= 0 && share <= 1) mark(Math.round(from + share * month));
  }
  clock.addEventListener("input", () => turn(Number(clock.value)));
  find("mark-here")?.addEventListener("click", () => {
    const days = Array.from({ length: month + 1 }, (_, i) => from + i);
    mark(days.reduce((best, day) => (run.values[attack][day] > run.values[attack][best] ? day : best)));
  });
  find("count")?.addEventListener("click", () => {
    counted = true;
    mine = `Your marks found ${foundBy(marks, starts)} of them.`;
    timed(draw);
    tell();
    root.querySelector(".ir-predict input")?.focus({ preventScroll: true });
  });
  return {
    lay() {},
    draw,
    told() {
      if (!run) return { said: UNFINISHED };
      const ends = Array.from({ length: quarters + 1 }, (_, k) => Math.round(until * k / quarters));
      const cells = ends.slice(1).flatMap((end, k) => {
        const piece = (state) => run.values[state].slice(ends[k], end + 1);
        return [Math.max(...piece(attack)), Math.min(...piece(brake))];
      });
      const waits = marks.length ? `${figure.predict?.wait.split("\n")[0]}\nMarked: ${marks.map((day) => `day ${day}`).join(", ")}.` : figure.predict?.wait;
      const said = !counted ? waits : countInWords(starts, until) + (view.hidden && mine ? ` ${mine}` : "");
      return { said, cells, hidden: view.hidden };
    },
    state: () => ({ from }),
    go(link) {
      counted = linked = true;
      view.open();
      if (link.has("from")) turn(Number(link.get("from")));
      timed(draw);
      tell();
    },
  };
};
