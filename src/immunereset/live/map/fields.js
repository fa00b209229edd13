// What a map shows of its patients: who reaches the endpoint, and the edge beyond which nobody does.
//
// `seen` is what is known so far: { ends }. `part` finds a part of the picture by its key.
function view(figure, seen, part) {
  const { patients, panels: [map] } = figure, { until } = figure.settings;
  const field = (row, column) => seen.ends[(row * map.columns + column) * map.undo % patients];

  // The least value across from which on all in a row are free of the endpoint.
  function edge(row) {
    let column = map.columns;
    while (column > 0 && field(row, column - 1) > until) column--;
    return column < map.columns ? map.across[column] : Infinity;
  }
  // One rectangle for each run of fields in a row that reached the endpoint; the first is a point in the corner.
  function shaded({ x: [left, right], y: [low, high] }, at) {
    const rows = map.up.length, wide = (right - left) / map.columns, tall = (high - low) / rows;
    const box = (a, b, bottom, top) => path(at, [a, b, b, a], [bottom, bottom, top, top]) + "Z";
    const boxes = [box(left, left, low, low)];
    for (let row = 0; row < rows; row++) {
      const bottom = low + row * tall;
      for (let column = 0, from = 0; column <= map.columns; column++) {
        const end = column < map.columns ? field(row, column) : Infinity;
        if (end >= 0 && end <= until) continue;
        if (column > from) boxes.push(box(left + from * wide, left + column * wide, bottom, bottom + tall));
        from = column + 1;
      }
    }
    return boxes.join("");
  }
  return {
    paint: (panel, at) => part(panel.fields).querySelector("path").setAttribute("d", shaded(panel, at)),
    answers() {
      const free = seen.ends.reduce((count, end) => count + (end > until), 0);
      return { patients, free, first: edge(0), last: edge(map.up.length - 1) };
    },
    row: (row) => [edge(row)],
  };
}
