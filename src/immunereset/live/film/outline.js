// The outline of all cells of a kind, neighbours in a row as one.
function outline(cells, kind, columns, side) {
  const d = [];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== kind) continue;
    const column = i % columns, begin = i;
    while ((i + 1) % columns && cells[i + 1] === kind) i++;
    const wide = (i + 1 - begin) * side;
    d.push(`M${column * side} ${(begin - column) / columns * side}h${wide}v${side}h-${wide}z`);
  }
  return d.join("");
}
