// A vessel that fills to the sum of its parts, with taps and drains as wide as what flows; a twin has one of its own.
// `told`: parts [{ name, role, word }] from the bottom up, top, mark [amount, word] (or null), taps and drains [[name, word]], widest, unit.

VIEWS.vessel = (root, told) => {
  const { parts, taps, drains, top, mark, widest, unit } = told, flows = [...taps, ...drains];
  const svg = root.querySelector("svg"), numbers = [...root.querySelectorAll("b")], many = parts.length > 1;
  const sum = (y) => parts.reduce((all, { name }) => all + y[name], 0), share = (n) => Math.min(n, top) / top;
  let glasses, size;

  function glass(i, count) {
    const [wide, tall] = size, slot = wide / count, width = Math.min(0.5 * slot, 180), left = slot * (i + 0.5) - width / 2;
    const rim = 30, floor = tall - 20, high = floor - rim, rect = (name) => add(svg, "rect", { class: name });
    const place = (k, all) => left + width * (k + 1) / (all + 1);
    const word = (x, y, words, more = {}) => add(svg, "text", { x, y, class: "ir-quiet", "text-anchor": "middle", ...more }, words);
    const roomy = slot > 130, named = (x, y, words, more) => roomy && word(x, y, words, more);
    const streams = flows.map(() => rect("ir-stream"));
    const blocks = parts.map(({ role }) => rect(`ir-block ir-${role}`)), whole = rect("ir-block ir-conventional");
    add(svg, "path", { d: `M${left} ${rim - 8}V${floor}H${left + width}V${rim - 8}`, class: "ir-glass" });
    if (mark) {
      const y = floor - share(mark[0]) * high;
      add(svg, "line", { x1: left - 8, x2: left + width, y1: y, y2: y, class: "ir-full" });
      named(left - 11, y + 4, mark[1], { "text-anchor": "end" });
    }
    taps.forEach(([, words], k) => named(place(k, taps.length) + (taps.length > 1 ? (k ? 14 : -14) : 0), 12, words));
    drains.forEach(([, words], k) => named(place(k, drains.length) + width / 4 + 7, tall - 5, words, { "text-anchor": "start" }));
    const level = word(roomy ? left + width + 7 : left + width / 2, 0, "", { class: "ir-words", "text-anchor": roomy ? "start" : "middle" });
    return (y, hidden) => {
      const all = sum(y), surface = floor - share(all) * high;
      let below = floor;
      parts.forEach(({ name }, k) => {
        const height = hidden ? 0 : share(y[name]) * high;
        set(blocks[k], { x: left, width, y: (below -= height), height });
      });
      set(whole, { x: left, width, y: surface, height: hidden ? floor - surface : 0 });
      flows.forEach(([name], k) => {
        const tap = k < taps.length, flow = hidden ? widest / 5 : y[name], broad = flow > 0 ? Math.max(1, flow / widest * width / 2) : 0;
        const middle = tap ? place(k, taps.length) : place(k - taps.length, drains.length);
        set(streams[k], { x: middle - broad / 2, width: broad, y: tap ? 17 : floor, height: tap ? Math.max(0, surface - 17) : 20 });
      });
      write(set(level, { y: Math.min(Math.max(surface + (roomy ? 4 : 15), 26), floor - 3) }), cellsInWords(all));
      return surface;
    };
  }
  return {
    lay() {
      size = sized(svg);
      glasses = [];
    },
    frame({ y, twin, covered }) {
      const seen = twin ? [y, twin.y] : [y], hidden = parts.some(({ name }) => covered.has(name));
      if (glasses.length !== seen.length) {
        svg.replaceChildren();
        glasses = seen.map((_, i) => glass(i, seen.length));
      }
      const both = (amount) => seen.map(amount).map(cellsInWords).join(" / ");
      const said = [both(sum), ...(many ? [...parts].reverse() : []).map(({ name }) => both((one) => one[name])), ...flows.map(([name]) => both((one) => one[name]))];
      said.forEach((words, i) => write(numbers[i], i && hidden ? "?" : words));
      svg.setAttribute("aria-label", `Vessel: ${both(sum)} ${unit}`);
      return seen.map((one, i) => glasses[i](one, hidden));
    },
  };
};
