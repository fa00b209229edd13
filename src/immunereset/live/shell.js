// The shell of every live figure: it shows and steers, and knows nothing of what is shown.
//
// `figure` is the object that Python generated. The shell reads
//   kind, name, alt, p          which of KINDS it is; the parameters at the start
//   chart                       where its picture is drawn; "" if the still picture comes alive
//   sliders                     one for each <input>, in order; with `values` and `words` for every position, or linear:
//                               `from` at `position`, `step`, and how to write it (`places`, `unit`)
//
// KINDS.name = (shell) => ({ … }), in a file of its own, is all that differs from kind to kind. It is given the shell:
//   root, figure, find(name), all(name), part(key)      the figure, its parts by class, parts of its picture by id
//   p, seed, svg                what the sliders say; { value }; the picture
//   later(), timed(work)        draws at the next frame; works at once, on the clock of the tests
//   verdict(…texts)             says something at once
//   hear(words)                 tells who listens what a link shows, beside the verdict, which may stay the same
//   tell(), rest()              tells what is shown; does so when nothing moves any more
//   play(step), pause()         calls step(seconds) at each frame, the button saying Pause; stops that
//   playing(), words()          whether it plays; writes the line of Python
//   follow(hash)                shows the state that a link names
// and returns
//   draw()                      draws what the sliders say; true if there is more to come before it can be told
//   told()                      { said (one text or several), label: for the picture, if it is another one, cells: those
//                               of the table, as numbers, hidden: whether these wait }; null if nothing can be told
//   lay(), moved()              if they are there: draws what depends on the size; what a move does instead of `later`
//   state(), go(asked)          if they are there: what a link says beside the sliders; shows what a link asks for
//   sets()                      if it is there: parameters, beside those of the sliders, that the line of Python has

const KINDS = {};
const UNFINISHED = "The simulation could not be finished with these values.";
const REST = 250, PATIENCE = 500;

function mount(root, figure) {
  if (!root || root.classList.contains("ir-on")) return;
  root.classList.add("ir-on");
  const find = (name) => root.querySelector(`.ir-${name}`), all = (name) => [...root.querySelectorAll(`.ir-${name}`)];
  const result = find("result"), run = find("run"), copy = find("copy"), python = find("python-value"), cells = all("data td");
  const inputs = [...root.querySelectorAll(".ir-sliders input[type=range]")], size = find("screen") ?? root;
  const p = { ...figure.p }, draws = (root.irDraws = []), svg = figure.chart ? root.querySelector(figure.chart) : unfreeze(root);
  if (!svg.hasAttribute("aria-label")) svg.setAttribute("aria-label", `${figure.alt} ${result.textContent}`);
  const heard = document.createElement("span");
  heard.className = "ir-heard";
  heard.setAttribute("role", "status");
  result.after(heard);
  let kind = null, due = 0, speech = 0, timer = 0, spoken = /^[●○]|\n/.test(result.textContent) ? "" : result.textContent;

  const later = () => { due ||= requestAnimationFrame(draw); };
  function timed(work) {
    const began = performance.now(), more = work();
    draws.push(performance.now() - began);
    return more;
  }
  function draw() {
    due = 0;
    if (!timed(kind.draw)) rest();
  }
  // Who listens hears a figure that moves when it rests, and has rested for a while.
  function busy() {
    clearTimeout(speech);
    heard.textContent &&= "";
    result.ariaBusy = true;
    root.irTold = -1;
  }
  function rest() {
    busy();
    speech = setTimeout(tell, REST, PATIENCE);
  }
  function tell(patience = 0) {
    clearTimeout(speech);
    const { said, label, cells: found, hidden = false } = kind.told() ?? {};
    if (said) verdict(...[said].flat());
    found?.forEach((value, i) => { write(cells[i], hidden ? "–" : show(value)); });
    svg.setAttribute("aria-label", `${figure.alt} ${hidden ? "" : label ?? result.textContent}`);
    const speak = () => { result.ariaBusy = playing(); };
    if (patience) speech = setTimeout(speak, patience); else speak(); // whoever steps a slider hears each step as it is
    root.irTold = draws.length;
  }
  // A sentence; if it begins with ● or ○ it has a colour, and what follows a line break is told below it. Of several
  // sentences only the first lines are told.
  function verdict(...texts) {
    const parts = texts.map((text) => text.split("\n")), below = parts.length > 1 ? "" : parts[0][1] ?? "";
    if (spoken === texts.join()) return;
    spoken = texts.join();
    if (result.children.length !== parts.length + 1) {
      const spans = parts.flatMap((_, i) => [...(i ? [" "] : []), document.createElement("span")]);
      result.replaceChildren(...spans, document.createElement("small"));
    }
    parts.forEach(([headline], i) => {
      write(result.children[i], headline).className = { "●": "ir-back", "○": "ir-away" }[headline[0]] ?? "";
    });
    write(result.children[parts.length], below && ` ${below}`);
  }
  // The same words are told again, too; a verdict that stands is not.
  const hear = (words) => { heard.textContent = words; };
  function moved() {
    busy();
    words();
    if (kind.moved) kind.moved(); else later();
  }
  // What the reader moved, by name.
  const moves = () => ({ ...Object.fromEntries(figure.sliders.map(({ symbol }) => [symbol, p[symbol]])), ...(seed.take && { seed: seed.value }) });
  function words() {
    const sets = { ...kind?.sets?.(), ...moves() };
    if (python) write(python, Object.entries(sets).map((set) => set.join("=")).join(", "));
  }

  function pause() {
    cancelAnimationFrame(timer);
    timer = 0;
    write(run.firstElementChild, "▶");
    write(run.lastElementChild, "Play");
  }
  function play(step) {
    pause();
    write(run.firstElementChild, "❚❚");
    write(run.lastElementChild, "Pause");
    busy();
    let last, seconds = 0;
    const tick = (time) => {
      seconds += Math.min(0.1, (time - (last ?? time)) / 1000);
      last = time;
      timer = requestAnimationFrame(tick);
      step(seconds);
    };
    timer = requestAnimationFrame(tick);
  }
  const playing = () => timer !== 0;

  const reads = inputs.map((input, k) => () => {
    const slider = figure.sliders[k], place = Number(input.value);
    // Twelve digits take away the dust of adding up steps, as in Python.
    const value = slider.values?.[place] ?? Number((slider.from + (place - slider.position) * slider.step).toPrecision(12));
    const told = slider.words?.[place] ?? value.toFixed(slider.places) + slider.unit;
    p[slider.symbol] = value;
    input.setAttribute("aria-valuetext", told);
    write(input.closest(".ir-slider").querySelector("output"), told);
  });
  // Takes sliders to places, by index; without one to where they started.
  function take(places) {
    const away = inputs.filter((input, k) => input.value !== String(places[k] ?? input.defaultValue));
    inputs.forEach((input, k) => { input.value = places[k] ?? input.defaultValue; reads[k](); });
    if (away.length) moved();
  }
  reads.forEach((read, k) => {
    read();
    inputs[k].addEventListener("input", () => { read(); moved(); });
  });
  const seed = seedField(root, () => moved());
  find("reset")?.addEventListener("click", () => { take([]); seed.take?.(seed.first); });

  // Shows the state that a link such as #07-reset?k=2.40&day=83 names; says whether it names one of this figure.
  function follow(hash) {
    const [name, query] = decodeURIComponent(hash.slice(1)).split("?");
    if (name !== figure.name || !query) return false;
    const asked = new URLSearchParams(query);
    take(figure.sliders.map(({ symbol, values, from, position, step }) => {
      if (!asked.has(symbol)) return undefined;
      const value = Number(asked.get(symbol)), off = (one) => Math.abs(one - value);
      return values ? values.reduce((best, one, i) => (off(one) < off(values[best]) ? i : best), 0) : Math.round(position + (value - from) / step);
    }));
    if (asked.has("seed")) seed.take?.(Number(asked.get("seed")));
    kind.go?.(asked);
    return true;
  }
  function linked() {
    if (!follow(location.hash)) return;
    const { top, bottom } = size.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) size.scrollIntoView();
  }
  // In a book, where links reach a figure, a reader may take one to the present state.
  copy.hidden = !root.id;
  copy.addEventListener("click", async () => {
    const query = new URLSearchParams({ ...kind.state?.(), ...moves() });
    const link = `${location.href.split("#")[0]}#${figure.name}?${query}`, words = copy.textContent;
    try {
      await navigator.clipboard.writeText(link);
      hear(copy.textContent = "Copied");
    } catch { prompt("The link", link); }
    setTimeout(() => { copy.textContent = words; }, 2000);
  });

  const part = (key) => svg.querySelector(`[id="ir-${figure.name}-${key}"]`);
  find("still").hidden = true;
  for (const controls of root.querySelectorAll("fieldset")) controls.hidden = false;
  root.classList.add("ir-ready");
  kind = KINDS[figure.kind]({
    root, figure, find, all, part, p, seed, svg, later, timed, rest, tell, verdict, hear, play, pause, playing, words, follow,
  });
  const fresh = () => { kind.lay?.(); return kind.draw(); };
  if (timed(fresh)) busy(); else tell();
  words();
  if (kind.lay) {
    let wide = size.clientWidth;
    new ResizeObserver(() => {
      if (size.clientWidth === wide || !svg.clientWidth || !svg.clientHeight) return; // what is hidden has no size
      wide = size.clientWidth;
      timed(fresh);
    }).observe(size);
  }
  addEventListener("hashchange", linked);
  // A link to the state that the address names already changes no address.
  addEventListener("click", ({ target }) => { if (target.closest?.("a[href]")?.href === location.href) linked(); });
  linked();
  performance.mark(`live ${figure.name}`);
}

// Puts the picture's own SVG in its place and returns it.
function unfreeze(root) {
  const picture = root.querySelector("img"), holder = document.createElement("div");
  holder.innerHTML = decodeURIComponent(picture.src.slice(picture.src.indexOf(",") + 1));
  const svg = holder.firstElementChild;
  svg.setAttribute("role", "img");
  picture.replaceWith(svg);
  return svg;
}

// The seed, if the figure has one: a button takes the next, a field any. Calls `moved` after each change.
function seedField(root, moved) {
  const field = root.querySelector(".ir-seed"), seed = { value: Number(field?.value) };
  if (!field) return seed;
  seed.first = Number(field.defaultValue);
  seed.take = (value) => {
    const changed = value !== seed.value;
    seed.value = value;
    if (field.valueAsNumber !== value) field.value = value;
    if (changed) moved();
  };
  const read = () => seed.take(field.validity.valid ? field.valueAsNumber : seed.value);
  field.addEventListener("change", read);
  // JupyterLab keeps Enter from the field.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") read(); });
  root.querySelector(".ir-next").addEventListener("click", () => seed.take((seed.value + 1) % 2 ** 32));
  return seed;
}
