// What the views of a stage share: drawing, words, and the clock's axis.
//
// A view is VIEWS.name = (root, told, stage) => ({ lay(), draw(state), frame(moment) }), in a file of its own:
//   root, told       its element (null if it has none), and what its `settings` in Python say
//   stage            { figure, views: those of this stage by name, inputs(run, day) }
//   lay()            draws what does not change at the present size
//   draw(state)      if it is there, draws runs: { run, twin, ghosts: [{ run, away }], from, covered, expected, words }
//   frame(moment)    moves the rest; what it returns is kept in root.irMoment.shown for tests
// A moment is { u: place of the clock from 0 to 1, day, y: every state and observable by name, run, twin: { y, run } or
// null, from: the day from which the future is hidden (Infinity: nothing is), covered: the states that are hidden, unseen:
// whether what the clock has not reached is hidden }.
// A run is { t, values, p, away }. Views know no biology: they read states, their roles, and flows.

const VIEWS = {};

const NS = "http://www.w3.org/2000/svg";

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// Writes into the text node that is there: a new one would cost a page with `:has` rules the styles of all its elements.
function write(element, text) {
  const node = element.firstChild, words = String(text);
  if (node?.nodeType !== 3 || node.nextSibling) element.textContent = words;
  else if (node.data !== words) node.data = words;
  return element;
}

function add(parent, tag, attributes = {}, text) {
  const element = set(document.createElementNS(NS, tag), attributes);
  if (text !== undefined) element.textContent = text;
  return parent.appendChild(element);
}

// Empties a view's SVG and gives it the size that it has on the screen: one unit is one pixel.
function sized(svg) {
  const wide = svg.clientWidth, high = svg.clientHeight;
  svg.replaceChildren();
  set(svg, { viewBox: `0 0 ${wide} ${high}` });
  return [wide, high];
}

// An axis from `low` to `high`, evenly or by powers of ten: the place of an amount, from 0 to 1, and the amounts it names.
function scaleOf(low, high, linear) {
  const f = linear ? (n) => n : Math.log10, [from, to] = [f(low), f(high)], ticks = [];
  const step = linear ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => (to - from) / one <= 7) : 1;
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9; k++) ticks.push(linear ? k * step : 10 ** k);
  return { place: (n) => (f(Math.min(Math.max(n, low), high)) - from) / (to - from), ticks };
}

// Cells in words, with as many digits as a reader needs.
const cellsInWords = (n) => (n >= 10 ? n.toFixed(0) : n >= 1 ? n.toFixed(1) : n >= 0.095 ? n.toFixed(2) : n < 1e-6 ? "0" : show(Number(n.toPrecision(1))));

// The clock's place of a day, and back: the stretch before takes a share of its own; with a power above 1 the first
// days get room, and so do those after a turn ([day, place]), if there is one.
function pieceOf({ share, until, turn }, late) {
  if (!turn) return [0, until, share, 1];
  return late ? [turn[0], until, turn[1], 1] : [0, turn[0], share, turn[1]];
}
function placeOf(axis, day) {
  if (day < 0) return axis.share * Math.max(0, 1 + day / axis.before);
  const [from, to, a, b] = pieceOf(axis, day > axis.turn?.[0]);
  return a + (b - a) * ((day - from) / (to - from)) ** (1 / axis.power);
}
function dayOf(axis, u) {
  if (u < axis.share) return (u / axis.share - 1) * axis.before;
  const [from, to, a, b] = pieceOf(axis, u > axis.turn?.[1]);
  return from + (to - from) * ((u - a) / (b - a)) ** axis.power;
}

// A day of the clock in words, counted from its zero, or the age on it; those after its turn are counted from that.
function dayInWords({ turn, zero, age }, day) {
  if (day < 0) return "before";
  if (age) return `age ${Math.floor(age + day / 365 + 1e-6)}`;
  const late = turn && day > turn[0] + 1e-6, since = late ? day - turn[0] : day - zero;
  if (since >= 400) return late ? `${(since / 365).toFixed(1)} years after` : `year ${(since / 365).toFixed(1)}`;
  return `day ${show(Math.floor(since + 1e-6))}${late ? " after" : ""}`;
}

// What is expected after a place of the clock at height `from`: a path through [place, amount] points, level at each.
function onward(course, place, from, x, y) {
  return course.map(([next, n]) => {
    const middle = x((place + next) / 2), piece = `C${middle} ${from} ${middle} ${y(n)} ${x(next)} ${y(n)}`;
    [place, from] = [next, y(n)];
    return piece;
  }).join("");
}

// Half the width of a word on an axis, and whether it has room there: `free(x, words)` takes the room that it finds.
const halfOf = (words) => 3.3 * words.length + 4;
function room(taken = []) {
  return (x, words) => {
    const half = halfOf(words), clash = taken.some(([from, to]) => x - half < to && x + half > from);
    if (!clash) taken.push([x - half, x + half]);
    return !clash;
  };
}

// Heights moved apart to at least `gap`, from the top down, within top and bottom.
function apart(wished, gap, top, bottom) {
  const order = wished.map((_, i) => i).sort((a, b) => wished[a] - wished[b]), heights = [...wished];
  let edge = top;
  for (const i of order) edge = (heights[i] = Math.max(wished[i], edge)) + gap;
  edge = bottom;
  for (const i of order.reverse()) edge = (heights[i] = Math.min(heights[i], edge)) - gap;
  return heights;
}
