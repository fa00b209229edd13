// The steps of a calendar as bands below the lines, on the same days; a press on one says what it is for.
// `told`: steps [{ name, row, start, stop, later, purpose, risk }], state and level of what is measured, first number.

VIEWS.calendar = (root, told, stage) => {
  const { axis, until } = stage.figure, { state, level } = told, items = [...root.querySelectorAll("li")];
  const words = root.querySelector(".ir-purpose"), measured = (day) => day === "below" || day === "back";
  const dayOfRun = (day, run) => {
    if (typeof day === "number") return day + axis.zero;
    if (measured(day)) return day === "below" ? measures.first_below(run, state, level, 0) : measures.back_above(run, state, level);
    return run.p[day];
  };
  const spanOf = ({ start, stop, later }, run) => {
    const from = dayOfRun(start, run) + later;
    return [from, stop === null ? from : Math.min(dayOfRun(stop, run), until)];
  };
  const line = (strong, ...texts) => {
    const one = document.createElement("p");
    one.append(Object.assign(document.createElement("b"), { textContent: strong }), ` ${texts.join(" ")}`);
    return one;
  };
  items.forEach((item, i) => item.querySelector("button").addEventListener("click", (event) => {
    const { name, purpose, risk } = told.steps[i];
    for (const one of root.querySelectorAll("button")) one.ariaPressed = one === event.currentTarget;
    words.replaceChildren(line(`${told.first + i}. ${name}.`, purpose), line("Can go wrong:", risk));
  }));
  let spans = [], seen = [];
  const put = (i, yes) => {
    if (seen[i] === yes) return;
    seen[i] = yes;
    items[i].hidden = !yes;
  };
  return {
    lay() {
      seen = [];
      const screen = root.closest(".ir-screen"), { slim } = stage.views.lines;
      if (slim) screen.after(words);
      else screen.querySelector(".ir-views").append(words); // there is room beside the drop
    },
    draw({ run, from }) {
      const { x, top, bottom, under } = stage.views.lines;
      under.replaceChildren();
      spans = told.steps.map((step) => spanOf(step, run));
      spans.forEach(([start, stop], i) => {
        const { row, later } = told.steps[i], a = x(placeOf(axis, start)), point = start === stop && !later;
        const known = start < Infinity && start <= until && !(measured(told.steps[i].start) && start > from);
        items[i].classList.toggle("ir-point", point);
        items[i].classList.toggle("ir-onward", later > 0);
        const end = measured(told.steps[i].stop) && stop > from ? Math.max(start, Math.min(from, stop)) : stop;
        if (known) items[i].style.cssText = `left:${a.toFixed(1)}px;--ir-row:${row};--ir-wide:${(x(placeOf(axis, Math.max(end, start))) - a).toFixed(1)}px`;
        put(i, known);
        if (known && point && start >= axis.zero) add(under, "line", { x1: a, x2: a, y1: top, y2: bottom, class: "ir-dated" });
      });
    },
    frame({ day, unseen, from }) {
      spans.forEach(([start, stop], i) => {
        if (measured(told.steps[i].start)) put(i, start <= until && start <= (unseen ? day : from));
        items[i].classList.toggle("ir-today", day >= start - 0.25 && day <= stop + 0.25);
      });
      return spans;
    },
  };
};
