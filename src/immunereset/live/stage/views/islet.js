// An amount as dots, one for each unit, that vanish where they stand.
// `told`: state, role, words, told (names whose values stand beside it), least (dots that there is always room for).

VIEWS.islet = (root, told, stage) => {
  const { state, role, least } = told, svg = root.querySelector("svg"), values = [...root.querySelectorAll("li b")];
  const amount = (y) => Math.floor(y[state] + 0.5), rounds = new Map();
  let pale, alive, shown;
  // The seats of a round in the order in which they empty last to first, and their size.
  const roundOf = (many) => {
    if (!rounds.has(many)) {
      const chance = random(1), seats = Array.from({ length: many }, (_, i) => {
        const r = 94 * Math.sqrt((i + 0.5) / many), angle = i * 2.399963;
        return `M${(100 + r * Math.cos(angle)).toFixed(1)} ${(100 + r * Math.sin(angle)).toFixed(1)}h.01`;
      });
      for (let i = many - 1; i > 0; i--) {
        const j = Math.floor(chance.uniform() * (i + 1));
        [seats[i], seats[j]] = [seats[j], seats[i]];
      }
      rounds.set(many, { seats, size: 118 / Math.sqrt(many) });
    }
    return rounds.get(many);
  };
  const most = (run) => run.mostDots ??= Math.max(least, ...run.values[state].map((n) => Math.floor(n + 0.5)));
  return {
    lay() {
      svg.replaceChildren();
      set(svg, { viewBox: "0 0 200 200" });
      [pale, alive] = ["ir-pale", `ir-alive ir-${role}`].map((name) => add(svg, "path", { class: name }));
      shown = null;
    },
    frame({ y, run }) {
      const many = most(run), { seats, size } = roundOf(many), seen = amount(y);
      if (shown !== many) {
        set(pale, { d: seats.join(""), "stroke-width": 0.6 * size });
        set(alive, { "stroke-width": size });
        shown = many;
      }
      set(alive, { d: seats.slice(0, seen).join(""), "data-cells": seen });
      told.told.forEach((name, i) => { write(values[i], cellsInWords(y[name])); });
      svg.setAttribute("aria-label", `${told.words}: ${seen} of ${many}`);
      return seen;
    },
  };
};
