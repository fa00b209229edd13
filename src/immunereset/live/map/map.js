// A map of two parameters, each field a patient: who reaches the endpoint is shaded, and beyond an edge nobody does.
// `told`: fields (part of the picture), columns, undo, across, up, x, y.

VIEWS.map = (told, { figure: { patients, settings: { until } }, ends, set }) => {
  const field = (row, column) => ends[(row * told.columns + column) * told.undo % patients];
  // The least value across from which on all in a row are free of the endpoint.
  function edge(row) {
    let column = told.columns;
    while (column > 0 && field(row, column - 1) > until) column--;
    return column < told.columns ? told.across[column] : Infinity;
  }
  // One rectangle for each run of fields in a row that reached the endpoint; the first is a point in the corner.
  function shaded({ x: [left, right], y: [low, high] }, at) {
    const rows = told.up.length, wide = (right - left) / told.columns, tall = (high - low) / rows;
    const box = (a, b, bottom, top) => path(at, [a, b, b, a], [bottom, bottom, top, top]) + "Z";
    const boxes = [box(left, left, low, low)];
    for (let row = 0; row < rows; row++) {
      const bottom = low + row * tall;
      for (let column = 0, from = 0; column <= told.columns; column++) {
        const end = column < told.columns ? field(row, column) : Infinity;
        if (end >= 0 && end <= until) continue;
        if (column > from) boxes.push(box(left + from * wide, left + column * wide, bottom, bottom + tall));
        from = column + 1;
      }
    }
    return boxes.join("");
  }
  return {
    draw: (at) => set(told.fields, shaded(told, at)),
    answers: () => ({ first: edge(0), last: edge(told.up.length - 1) }),
    row: (row) => [edge(row)],
  };
};
