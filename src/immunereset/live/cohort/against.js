// The share of those free of the endpoint at the end, against a slider; what was tried leaves a small dot.
// `told`: symbol (of the slider), line, dot, tried (parts of the picture).

VIEWS.against = (told, seen) => ({
  draw(at, p) {
    const { figure, part } = seen, [, share, low, high] = seen.free(figure.settings.until), x = p[told.symbol];
    const dot = part(told.dot).querySelector("use"), [across, up] = at(x, share).split(" ");
    seen.set(told.line, path(at, [x, x], [low, high]));
    dot.setAttribute("x", across);
    dot.setAttribute("y", up);
    if (seen.known < figure.patients) return;
    // Dots of other settings are pale.
    const others = JSON.stringify({ ...p, [told.symbol]: null });
    for (const { style, dataset } of part(told.tried).querySelectorAll("use")) {
      dataset.others ??= others;
      style.opacity = dataset.others === others ? 1 : 0.4;
    }
    const small = part(told.tried).querySelector("use").cloneNode();
    small.dataset.others = others;
    small.style.opacity = 1;
    small.setAttribute("x", across);
    small.setAttribute("y", up);
    part(told.tried).querySelector("use").after(small);
  },
});
