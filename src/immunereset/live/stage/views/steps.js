// Euler's steps on the lines of a stage, one for each press: an arrow with the slope of the moment. A solver may step, too.
// `told`: h (the parameter that is the step in days), unit.

VIEWS.steps = (root, told, stage) => {
  const { figure } = stage, { model, until } = figure, said = root.querySelector("p");
  const [step, solver, anew] = root.querySelectorAll("button"), d = new Float64Array(1);
  const cells = (n) => String(Number(n.toFixed(3))).replace("-", "−"), signed = (n) => (n < 0 ? `− ${cells(-n)}` : `+ ${cells(n)}`);
  const time = (long) => (long < 1 / 24 ? "less than an hour" : `${Number(long.toPrecision(2))} days`);
  let run, h, days, counts, solved;

  function flow(day, y, change) {
    model.flow(day, y, run.p, stage.inputs(run, day), change);
  }
  function slope() {
    flow(days.at(-1), [counts.at(-1)], d);
    return d[0];
  }
  function begin() {
    [days, counts, solved] = [[0], [figure.start[0]], null];
    tell("");
  }
  function tell(before) {
    const more = slope();
    write(said, `${before}Day ${cells(days.at(-1))}: ${cells(counts.at(-1))} ${told.unit}. Change now: ${signed(more).replace(" ", "")} a day.`);
    step.disabled = days.at(-1) + h > until;
    draw();
  }
  function draw() {
    const { under, x, y } = stage.views.lines, at = (i) => [x(placeOf(figure.axis, days[i])), y(counts[i])];
    under.replaceChildren();
    for (let i = 1; i < days.length; i++) {
      const [[a, b], [c, e]] = [at(i - 1), at(i)], long = Math.hypot(c - a, e - b) || 1, [u, v] = [(c - a) / long * 9, (e - b) / long * 9];
      add(under, "path", { d: `M${a} ${b}L${c} ${e}M${c - u - v / 2} ${e - v + u / 2}L${c} ${e}L${c - u + v / 2} ${e - v - u / 2}`, class: "ir-arrow" });
    }
    days.forEach((_, i) => add(under, "circle", { cx: at(i)[0], cy: at(i)[1], r: 4, class: "ir-foot-point" }));
    for (const [day, n] of solved ?? []) add(under, "circle", { cx: x(placeOf(figure.axis, day)), cy: y(n), r: 5, class: "ir-solver-point" });
  }
  step.addEventListener("click", () => {
    const more = slope(), n = counts.at(-1);
    days.push(days.at(-1) + h);
    counts.push(n + h * more);
    tell(`${cells(n)} ${signed(more)} × ${h} = ${cells(counts.at(-1))}. `);
  });
  solver.addEventListener("click", () => {
    const y = Float64Array.of(figure.start[0]);
    solved = [];
    stepper(1).carry(flow, y, 0, until, { relative: 1e-3, absolute: 1e-3, left: 1000 }, (day) => { solved.push([day, y[0]]); });
    solved.push([until, y[0]]);
    const lengths = solved.slice(1).map(([day], i) => day - solved[i][0]);
    draw();
    write(said, `The solver took ${lengths.length} steps: the shortest ${time(Math.min(...lengths))}, the longest ${time(Math.max(...lengths))}.`);
  });
  anew.addEventListener("click", begin);
  return {
    lay() { if (run) draw(); },
    draw(state) {
      const other = run !== state.run;
      run = state.run;
      h = run.p[told.h];
      if (other) begin();
    },
    frame: () => ({ days, counts, solved }),
  };
};
