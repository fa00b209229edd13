// The share of those free of the endpoint against time, with its band and its last value in words.
// `told`: line, band, words (parts of the picture), height (of the words).

VIEWS.free = (told, { figure: { times }, free, part, set }) => ({
  draw(at) {
    const found = times.map(free), column = (k) => found.map((row) => row[k]), shares = column(1);
    set(told.line, path(at, times, shares));
    const around = [...times, ...[...times].reverse()], edges = [...column(2), ...column(3).reverse()];
    set(told.band, path(at, around, edges) + "Z");
    const words = part(told.words), height = Number(at(0, shares.at(-1)).split(" ")[1]);
    words.setAttribute("transform", `translate(0 ${(height - told.height).toFixed(2)})`);
    write(words.querySelector("text"), `${fixed(shares.at(-1), 0)} %`);
  },
});
