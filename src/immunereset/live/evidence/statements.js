// Statements by year and kind, and a table to filter (statements.py). `figure`, beside what base.js and shell.js read:
//   rows      { kind, year, named } in the order of the table
//   kinds     words by kind; named: the head of the last column; answer: what is said of all

KINDS.statements = (shell) => {
  const { root, figure, find, svg, timed, tell } = shell, { rows, kinds, named, answer } = figure, lanes = Object.keys(kinds);
  const fold = find("all"), lines = [...fold.querySelectorAll("tbody tr")], field = find("kind"), only = find("only"), part = {};
  let kind = "";

  const shown = () => rows.flatMap((one, i) => ((!kind || one.kind === kind) && (!only.checked || one.named) ? [i] : []));
  function lay() {
    const [wide, tall] = sized(svg), years = rows.map(({ year }) => year), first = Math.min(...years), last = Math.max(...years);
    const left = now.hidden ? 14 : 92, ground = tall - 24, taken = {}, x = (year) => left + (year - first) / (last - first) * (wide - left - 20);
    const lane = (i) => (now.hidden ? ground / 2 : ground * (i + 0.5) / lanes.length);
    add(svg, "line", { x1: left - 8, x2: wide, y1: ground, y2: ground, class: "ir-tick" });
    const every = Math.ceil(40 * (last - first) / (wide - left - 20));
    for (let year = first; year <= last; year += every) add(svg, "text", { x: x(year), y: ground + 18, "text-anchor": "middle", class: "ir-quiet" }, year);
    if (!now.hidden) lanes.forEach((name, i) => add(svg, "text", { x: 0, y: lane(i) + 5, class: "ir-title" }, kinds[name]));
    part.dots = rows.map((one) => {
      const i = lanes.indexOf(one.kind), key = now.hidden ? one.year : `${one.kind} ${one.year}`, before = taken[key] ?? 0;
      taken[key] = before + 1;
      const up = (before % 2 ? 1 : -1) * Math.ceil(before / 2) * 12;
      return add(svg, "circle", { cx: x(one.year), cy: lane(i) + up, r: 5, class: `ir-said${one.named && !now.hidden ? " ir-named" : ""}` });
    });
  }
  function draw() {
    const found = shown();
    part.dots.forEach((dot, i) => dot.classList.toggle("ir-aside", !found.includes(i)));
    lines.forEach((line, i) => { line.hidden = !found.includes(i); });
  }
  const update = () => { timed(draw); tell(); };
  const now = asked(shell, open);
  function open() {
    fold.hidden = find("data").hidden = false;
    fold.open = true;
    timed(() => { lay(); draw(); });
    tell();
  }
  function told() {
    const found = shown().length;
    root.irState = { ...(kind ? { kind } : {}), ...(only.checked ? { named: "yes" } : {}) };
    root.irFound = found;
    if (now.hidden) return { said: figure.predict.wait, hidden: true };
    const who = [kind && kinds[kind], only.checked && named].filter(Boolean).join(", ");
    return { said: who ? `${found} of ${rows.length} statements.\n${who}` : answer };
  }
  field.addEventListener("change", () => { kind = field.value; update(); });
  only.addEventListener("change", update);
  if (now.hidden) fold.hidden = find("data").hidden = true; else fold.open = true;
  return {
    lay,
    draw,
    told,
    state: () => root.irState,
    go(wanted) {
      now.open();
      field.value = kind = wanted.get("kind") in kinds ? wanted.get("kind") : "";
      only.checked = wanted.get("named") === "yes";
      update();
    },
  };
};
