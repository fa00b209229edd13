// The courses of the protocol as bands under the lines: as long as they last, as high as they are strong.
// `told`: courses [{ role, words, full }], `full` the level that fills the view (null: any level does).

VIEWS.bands = (root, told, stage) => {
  const { axis, model, until } = stage.figure, POINTS = 40;
  // A course as [place of the clock, share of the height], from its first day to its last.
  const shape = ([, level, start, stop, half], full) => {
    const end = Math.min(stop, until), steps = half === Infinity ? 1 : POINTS;
    return Array.from({ length: steps + 1 }, (_, i) => {
      const day = start + (end - start) * (i / steps) ** axis.power, left = half === Infinity ? 1 : 2 ** (-(day - start) / half);
      return [placeOf(axis, day), full === null ? left : Math.min(1, level * left / full)];
    });
  };
  return {
    lay() {},
    draw({ run }) {
      const { under, x, top, bottom } = stage.views.lines, { courses } = timetable(model.courses(run.p), [], run.p, until);
      let { taken = 0 } = stage.views.lines; // as far as words reach
      under.replaceChildren();
      courses.forEach((course, i) => {
        const { role, words, full } = told.courses[i], [, level, start, stop] = course;
        if (!(level > 0 && stop > start && start < until)) return;
        const points = shape(course, full), at = ([u, height]) => `${x(u).toFixed(1)} ${(bottom - height * (bottom - top)).toFixed(1)}`;
        add(under, "path", { d: `M${x(points[0][0]).toFixed(1)} ${bottom}L${points.map(at).join("L")}V${bottom}Z`, class: `ir-band ir-${role}` });
        const left = x(points[0][0]), inside = left < taken;
        add(under, "text", { x: inside ? left + 3 : left, y: inside ? top + 13 : top - 6, class: "ir-band-words" }, words);
        if (!inside) taken = left + 2 * halfOf(words);
      });
    },
    frame() {},
  };
};
