// What a figure of a cohort shows of its patients: the first ones' paths, and the share of those free of the endpoint.
//
// `seen` is what is known so far: { ends, paths, known }. `part` finds a part of the picture by its key.
function view(figure, seen, part) {
  const { patients, times } = figure, { days, until } = figure.settings, cache = new Map();
  const set = (key, d) => part(key).querySelector("path").setAttribute("d", d);

  // [count, percent, lowest, highest] of the known patients who are free of the endpoint on a day.
  function free(day) {
    let count = 0;
    for (let i = 0; i < patients; i++) if (seen.ends[i] > day) count++;
    const key = count * (patients + 1) + seen.known;
    if (!cache.has(key)) {
      cache.set(key, [count, ...[count / seen.known, ...interval(count, seen.known)].map((v) => 100 * v)]);
    }
    return cache.get(key);
  }
  const painters = {
    paths(panel, at) {
      for (const [key, i, watched] of panel.lines) {
        const from = watched * days.length;
        if (seen.paths[i]) set(key, path(at, days, seen.paths[i].subarray(from, from + days.length)));
      }
    },
    dots(panel, at) {
      const { reached, free: away, counts } = crowd(panel, at, seen.ends, seen.last, until);
      set("reached", reached);
      for (const key of ["free", "hole"]) set(key, away);
      ["reached-words", "free-words"].forEach((key, i) => {
        part(key).querySelector("text").textContent = `${panel.words[i]}: ${counts[i]}`;
      });
    },
    free(panel, at) {
      const found = times.map(free), column = (k) => found.map((row) => row[k]), shares = column(1);
      set(panel.line, path(at, times, shares));
      const around = [...times, ...[...times].reverse()], edges = [...column(2), ...column(3).reverse()];
      set(panel.band, path(at, around, edges) + "Z");
      const words = part(panel.words), height = Number(at(0, shares.at(-1)).split(" ")[1]);
      words.setAttribute("transform", `translate(0 ${(height - panel.height).toFixed(2)})`);
      words.querySelector("text").textContent = `${fixed(shares.at(-1), 0)} %`;
    },
    against(panel, at, p) {
      const [, share, low, high] = free(until), x = p[panel.symbol], dot = part(panel.dot).querySelector("use");
      const [across, up] = at(x, share).split(" ");
      set(panel.line, path(at, [x, x], [low, high]));
      dot.setAttribute("x", across);
      dot.setAttribute("y", up);
      if (seen.known < patients) return;
      // Dots of other settings are pale.
      const others = JSON.stringify({ ...p, [panel.symbol]: null });
      for (const { style, dataset } of part(panel.tried).querySelectorAll("use")) {
        dataset.others ??= others;
        style.opacity = dataset.others === others ? 1 : 0.4;
      }
      const small = part(panel.tried).querySelector("use").cloneNode();
      small.dataset.others = others;
      small.style.opacity = 1;
      small.setAttribute("x", across);
      small.setAttribute("y", up);
      part(panel.tried).querySelector("use").after(small);
    },
  };
  return {
    paint: (panel, at, p) => painters[panel.kind](panel, at, p),
    answers() {
      const [count, percent, low, high] = free(until);
      return { patients, free: count, percent, low, high };
    },
    row: free,
  };
}
