// One microlitre of blood of one person, or of two beside each other, a dot for each cell. With `whole` the cells are rings
// of one kind until the prediction was made: nothing tells them apart, neither to the eye nor to who listens.
// `told`: whole, kinds [{ name, role, word, room: dots that there is room for }].

VIEWS.drops = (root, told) => {
  const { kinds, whole } = told, all = kinds.reduce((sum, kind) => sum + kind.room, kinds.length), wide = 125 / Math.sqrt(all);
  const chance = random(1), seats = Array.from({ length: all }, (_, i) => {
    const r = 95 * Math.sqrt((i + 0.5) / all), angle = i * 2.399963;
    return `M${(100 + r * Math.cos(angle)).toFixed(1)} ${(100 + r * Math.sin(angle)).toFixed(1)}h.01`;
  });
  for (let i = all - 1; i > 0; i--) {
    const j = Math.floor(chance.uniform() * (i + 1));
    [seats[i], seats[j]] = [seats[j], seats[i]];
  }
  let from = 0, names = ["", ""];
  const homes = kinds.map(({ room }) => seats.slice(from, from += room)), spare = seats.slice(from);
  const drops = [...root.querySelectorAll(".ir-one-drop")].map((drop) => ({
    svg: drop.querySelector("svg"), title: drop.querySelector("p"), list: drop.querySelector("ul"), counts: drop.querySelectorAll("b"),
  }));
  function fill({ svg, title, list, counts, rings, holes, paths }, y, covered, name) {
    const seen = kinds.map((kind) => Math.floor(y[kind.name] + 0.5)), dots = seen.map((many, i) => homes[i].slice(0, many).join(""));
    const sum = Math.floor(kinds.reduce((all, kind) => all + y[kind.name], 0) + 0.5), together = covered ? homes.flatMap((home, i) => home.slice(0, seen[i])).concat(spare).slice(0, sum).join("") : "";
    for (const path of [rings, holes]) set(path, { d: together });
    set(rings, { "data-cells": covered ? sum : 0 });
    paths.forEach((path, i) => set(path, { d: covered ? "" : dots[i], "data-cells": covered ? 0 : seen[i] }));
    counts.forEach((count, i) => { write(count, covered ? "" : cellsInWords(y[kinds[i].name])); });
    list.hidden = covered;
    write(title, [name, covered && `${sum} ${whole}`].filter(Boolean).join(": "));
    const each = covered ? `${sum} ${whole}` : kinds.map(({ word }, i) => `${seen[i]} ${word}`).join(", ");
    svg.setAttribute("aria-label", name ? `${name}: ${each}` : each);
    return covered ? [sum] : seen;
  }
  return {
    lay() {
      for (const drop of drops) {
        drop.svg.replaceChildren();
        set(drop.svg, { viewBox: "0 0 200 200" });
        add(drop.svg, "circle", { cx: 100, cy: 100, r: 99, class: "ir-blood" });
        [drop.rings, drop.holes] = [[wide, "ir-ring"], [0.55 * wide, "ir-hole"]].map(([size, name]) => add(drop.svg, "path", { class: name, "stroke-width": size }));
        drop.paths = kinds.map(({ role }) => add(drop.svg, "path", { class: `ir-cell ir-${role}`, "stroke-width": wide }));
      }
    },
    draw({ twin, words }) { names = twin ? words : ["", ""]; },
    frame({ y, twin, from: hidden }) {
      const covered = Boolean(whole) && hidden < Infinity;
      root.classList.toggle("ir-two", Boolean(twin));
      return [y, twin?.y].map((one, i) => one && fill(drops[i], one, covered, names[i]));
    },
  };
};
