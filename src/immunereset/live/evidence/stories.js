// Stories to pick (stories.py). `figure`, beside what base.js and shell.js read:
//   items     { title, lines, year or null, people, level, mark, tags, points [{ words, told, at, from, to, unit }], source }
//   answer    what is said of all of them; tags: words by tag; most, signs: the highest level, and the signs of the marks

// Between two stories of one year, in dots.
const GAP = 1.8;

KINDS.stories = (shell) => {
  const { root, figure, find, all, svg, timed, tell } = shell, { items, answer, tags, most, signs } = figure;
  const picks = all("pick"), panel = find("story"), field = find("tag"), dated = items[0].year !== null, part = {};
  let picked = null, tag = "";

  const caught = () => items.flatMap((one, i) => (!tag || one.tags.includes(tag) ? [i] : []));
  const over = (pick, x, y, wide, high) => {
    const w = Math.max(wide, 24), h = Math.max(high, 24);
    Object.assign(pick.style, { left: `${x + wide / 2 - w / 2}px`, top: `${y + high / 2 - h / 2}px`, width: `${w}px`, height: `${h}px` });
  };
  function lay() {
    part.boxes = [];
    if (!dated) {
      const { left, step, middles: [middle], side } = strips(svg, [["", items.map(({ level }) => (now.hidden ? null : level))]], most);
      items.forEach((_, i) => part.boxes.push([left + (i + 0.5) * step - side / 2, middle - side / 2, side, side]));
      part.groups = [...svg.querySelectorAll("[data-level]")].map((square) => [square, square.nextSibling?.classList.contains("ir-full") ? square.nextSibling : square]);
    } else {
      const [wide, tall] = sized(svg), first = items[0].year - 1, years = items.at(-1).year + 1 - first, step = (wide - 20) / years;
      const ground = tall - 24, columns = Math.max(1, Math.min(5, Math.floor((step - 2) / 8))), rowsOf = ({ people }) => Math.ceil(people / columns);
      const heights = {}, stacked = {};
      for (const one of items) stacked[one.year] = (stacked[one.year] ?? -GAP) + rowsOf(one) + GAP;
      const pitch = Math.min(10, (step - 1) / columns, (ground - 8) / Math.max(...Object.values(stacked)));
      add(svg, "line", { x1: 0, x2: wide, y1: ground, y2: ground, class: "ir-tick" });
      for (let year = first + 1; year < first + years + 1; year++) {
        const every = Math.ceil(38 / step);
        if ((year - first - 1) % every === 0) add(svg, "text", { x: 10 + (year - first) * step, y: ground + 18, "text-anchor": "middle", class: "ir-quiet" }, year);
      }
      part.groups = items.map((one, i) => {
        const base = heights[one.year] ?? 0, across = Math.min(columns, one.people), rows = rowsOf(one);
        const x = 10 + (one.year - first) * step - across * pitch / 2, y = ground - 4 - base - rows * pitch;
        heights[one.year] = base + (rows + GAP) * pitch;
        part.boxes.push([x, y, across * pitch, rows * pitch]);
        return Array.from({ length: one.people }, (_, k) =>
          add(svg, "circle", { cx: x + (k % columns + 0.5) * pitch, cy: y + (rows - 0.5 - Math.floor(k / columns)) * pitch, r: 0.44 * pitch, class: "ir-person" }));
      });
    }
    part.ring = add(svg, "rect", { class: "ir-picked", rx: 4 });
    part.boxes.forEach((box, i) => over(picks[i], ...box));
  }
  function draw() {
    const found = caught();
    part.groups.forEach((group, i) => group.forEach((one) => one.classList.toggle("ir-aside", !found.includes(i))));
    set(part.ring, { display: picked === null ? "none" : "inline" });
    if (picked === null) return;
    const [x, y, wide, high] = part.boxes[picked];
    set(part.ring, { x: x - 3, y: y - 3, width: wide + 6, height: high + 6 });
  }
  function pointsOf(points) {
    const box = Object.assign(document.createElement("div"), { className: "ir-points" });
    for (const { words, told, at, from, to, unit } of points) {
      const axis = Object.assign(document.createElement("div"), { className: "ir-axis", ariaHidden: "true" });
      const [bar, dot] = ["i", "b"].map((name) => axis.appendChild(document.createElement(name)));
      Object.assign(bar.style, { left: `${from}%`, width: `${to - from}%` });
      dot.style.left = `${at}%`;
      if (unit === "ratio") axis.append(document.createElement("u"));
      const [name, value] = [words, told].map((text) => Object.assign(document.createElement("span"), { textContent: text }));
      box.append(name, axis, value);
    }
    const ends = Object.assign(document.createElement("div"), { className: "ir-ends", ariaHidden: "true" });
    for (const end of points[0].unit === "%" ? ["0 %", "100 %"] : ["0.05", "5"]) ends.append(Object.assign(document.createElement("span"), { textContent: end }));
    if (points[0].unit === "ratio") ends.lastChild.textContent = "dashed: 1, no difference · 5";
    box.append(document.createElement("span"), ends, document.createElement("span"));
    return box;
  }
  function pick(i) {
    picked = i;
    if (i === null) return void panel.replaceChildren();
    const { title, lines, points, source, mark, level } = items[i];
    const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });
    const head = document.createElement("p"), from = Object.assign(document.createElement("p"), { className: "ir-told-source", innerHTML: source });
    head.append(Object.assign(document.createElement("strong"), { textContent: title }), mark ? ` ${signs[level]} ${mark}` : "");
    panel.replaceChildren(head, paragraph(lines[0]), ...(points.length ? [pointsOf(points)] : []), ...lines.slice(1).map(paragraph), from);
    picks[i].checked = true;
  }
  const now = asked(shell, () => { find("data").hidden = false; timed(() => { lay(); draw(); }); tell(); });
  function told() {
    const found = caught();
    root.irState = { ...(tag ? { tag } : {}), ...(picked === null ? {} : { story: String(picked + 1) }) };
    root.irCaught = found.map((i) => i + 1);
    if (now.hidden) return { said: figure.predict.wait, hidden: true };
    return { said: tag ? `“${tags[tag]}” ${found.length} of ${items.length}.\n${found.map((i) => i + 1).join(", ") || "none"}` : answer };
  }
  const update = () => { timed(draw); tell(); };
  picks.forEach((input, i) => input.addEventListener("change", () => { pick(i); update(); }));
  field?.addEventListener("change", () => { tag = field.value; update(); });
  root.classList.toggle("ir-dated", dated);
  if (now.hidden) find("data").hidden = true;
  return {
    lay,
    draw,
    told,
    state: () => ({ ...(tag ? { tag } : {}), ...(picked === null ? {} : { story: picked + 1 }) }),
    go(wanted) {
      if (wanted.has("tag")) {
        now.open();
        field.value = tag = wanted.get("tag") in tags ? wanted.get("tag") : "";
      }
      const story = Number(wanted.get("story"));
      if (story >= 1 && story <= items.length) pick(story - 1);
      update();
    },
  };
};
