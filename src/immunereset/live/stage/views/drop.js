// One sample of blood, a dot for each cell; below half a cell there is no dot, and words say in how many drops there is one.
// `told`: volume, kinds [{ name, role, room: dots that there is room for }].

// How many drops hold one cell, above a hundred with two digits, thousands apart.
const drops = (n) => Math.round(n < 100 ? n : Number(n.toPrecision(2))).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");

VIEWS.drop = (root, told) => {
  const { kinds, volume } = told, svg = root.querySelector("svg"), all = kinds.reduce((sum, kind) => sum + kind.room, 0);
  const chance = random(1), seats = Array.from({ length: all }, (_, i) => {
    const r = 96 * Math.sqrt((i + 0.5) / all), angle = i * 2.399963;
    return [100 + r * Math.cos(angle) + chance.uniform() - 0.5, 100 + r * Math.sin(angle) + chance.uniform() - 0.5];
  });
  for (let i = all - 1; i > 0; i--) {
    const j = Math.floor(chance.uniform() * (i + 1));
    [seats[i], seats[j]] = [seats[j], seats[i]];
  }
  let from = 0;
  const homes = kinds.map(({ room }) => seats.slice(from, from += room).map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h.01`));
  const caption = root.querySelector(".ir-key p"), named = caption.textContent;
  const counts = root.querySelectorAll("li b"), rare = root.querySelectorAll("li small");
  let paths;
  return {
    lay() {
      svg.replaceChildren();
      set(svg, { viewBox: "0 0 200 200" });
      add(svg, "circle", { cx: 100, cy: 100, r: 99, class: "ir-blood" });
      paths = kinds.map(({ role }) => add(svg, "path", { class: `ir-cells ir-${role}` }));
    },
    draw({ twin, words }) {
      write(caption, twin ? words[0] : named).className = twin ? "ir-whose" : "";
    },
    frame: ({ y, covered }) => kinds.forEach(({ name }, i) => {
      const hidden = covered.has(name), cells = y[name] * volume, seen = hidden ? 0 : Math.floor(cells + 0.5);
      set(paths[i], { d: homes[i].slice(0, seen).join(""), "data-cells": seen });
      write(counts[i], hidden ? "?" : cellsInWords(cells));
      write(rare[i], hidden ? "not counted" : seen || cells < 1e-6 ? "" : `one in ${drops(1 / cells)} drops`);
    }),
  };
};
