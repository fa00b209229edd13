// A production line: vessels in a row, filled as high as the amounts of their states.
// `told`: vessels [{ name, role, word }], top (the amount of a full vessel), words.

VIEWS.row = (root, told, stage) => {
  const { vessels, top, words } = told, { past } = stage.figure, svg = root.querySelector("svg"), HEAD = 34, FOOT = 22;
  let fills, numbers, high, y;
  return {
    lay() {
      const [wide, tall] = sized(svg), slot = wide / vessels.length, half = Math.min(0.34 * slot, 34);
      high = tall - HEAD - FOOT;
      y = (n) => HEAD + high * (1 - Math.min(n, top) / top);
      add(svg, "text", { x: 0, y: 12, class: "ir-quiet" }, words);
      fills = vessels.map(({ name, role, word }, i) => {
        const x = slot * (i + 0.5) - half, level = y(past.values[name].at(-1));
        add(svg, "rect", { x, y: HEAD, width: 2 * half, height: high, class: "ir-vessel" });
        const fill = add(svg, "rect", { x, width: 2 * half, class: `ir-filled ir-${role}` });
        add(svg, "line", { x1: x - 3, x2: x + 2 * half + 3, y1: level, y2: level, class: "ir-healthy" });
        add(svg, "text", { x: x + half, y: tall - 4, "text-anchor": "middle", class: "ir-quiet" }, word);
        if (i) add(svg, "path", { d: `M${slot * i - 5} ${tall - FOOT - 14}h9m-4 -4l4 4l-4 4`, class: "ir-flow" });
        return fill;
      });
      numbers = vessels.map((_, i) => add(svg, "text", { x: slot * (i + 0.5), y: HEAD - 5, "text-anchor": "middle" }));
    },
    frame: ({ y: amounts }) => vessels.map(({ name }, i) => {
      const n = amounts[name], from = y(n);
      set(fills[i], { y: from, height: Math.max(0, HEAD + high - from) });
      write(numbers[i], cellsInWords(n));
      return n;
    }),
  };
};
