// Makes a stage live: one run in several views under one clock, a verdict on top, a main slider with its tries below.
//
// `figure` is the object that Python generated (stage.py):
//   model, ask, say                     see run/page.js; a sentence begins with ● (back) or ○ (away), a line break parts
//                                       the verdict from what is told below it
//   name, alt, p, start, until, points, sliders, columns, rows      as in run/page.js; the sliders but for the main one
//   main                                the main slider: symbol, values, words, told (what a value means), position, marks
//   past                                the stretch before: days `t` (negative, the last 0), `values` by name
//   lines, drop, valley                 what the views show (views.js)
//   predict                             id, options [{ level, words, said, right }], wait (said before the choice), or null
//   scenes                              [{ main, day, twin }], one for each button

const UNFINISHED = "The simulation could not be finished with these values.";
const SECONDS = { before: 0.7, event: 1.1, after: 8 };

function mount(root, figure) {
  if (!root || root.classList.contains("ir-on")) return;
  root.classList.add("ir-on");
  const { model, main, past, predict } = figure, { axis } = figure.lines, p = { ...figure.p };
  const find = (name) => root.querySelector(`.ir-${name}`), result = find("result"), rail = find("rail svg");
  const slider = find("main-input"), output = find("main output"), told = find("told"), clock = find("clock");
  const play = find("run"), cells = [...root.querySelectorAll(".ir-data td")], scenes = [...root.querySelectorAll(".ir-scene")];
  const views = [linesView(find("lines svg"), figure)], draws = (root.irDraws = []);
  if (figure.drop) views.push(dropView(find("drop svg"), find("key"), figure));
  if (figure.valley) views.push(valleyView(find("valley svg"), figure));
  const input = {}, runs = new Map(), tries = [];
  const now = { at: main.position, twin: null, u: axis.share * 0.9, f: 1, hidden: Boolean(predict), guess: null, playing: false };
  let timer = 0, speech = 0;

  const valuesAt = (at) => ({ ...p, [main.symbol]: main.values[at] });
  function runOf(at) {
    if (!runs.has(at)) {
      const values = valuesAt(at), run = solve(model, values, figure.start, figure.until, figure.points);
      const said = run ? figure.say({ ...values, ...figure.ask(run, values) }) : UNFINISHED;
      runs.set(at, run && Object.assign(run, { said, away: said.startsWith("○"), p: values }));
    }
    return runs.get(at);
  }

  // Every state and observable on a day; on the day of the event `f` from 0 to 1 leads from before it to after it.
  function amounts(run, day, f) {
    const y = {};
    for (const name of Object.keys(past.values)) {
      if (day < 0 || !run) {
        let i = 1;
        while (i < past.t.length - 1 && past.t[i] < day) i++;
        const [a, b] = [past.t[i - 1], past.t[i]], x = Math.min(1, Math.max(0, (day - a) / (b - a)));
        y[name] = past.values[name][i - 1] * (1 - x) + past.values[name][i] * x;
      } else {
        y[name] = measures.value_on(run, name, day);
        if (day === 0 && f < 1) y[name] = past.values[name].at(-1) ** (1 - f) * y[name] ** f;
      }
    }
    return y;
  }
  function landOf(run, y, day) {
    const { courses } = timetable(model.courses(run.p), model.events, run.p, figure.until);
    drive(input, model.limits, day < 0 ? [] : running(courses, day, day), day);
    return landscape(figure, run.p, input, y, day);
  }
  function moment() {
    const day = Math.abs(now.u - axis.share) < 1e-9 ? 0 : dayOf(axis, now.u), run = runOf(now.at);
    const seen = { u: now.u, day, hidden: now.hidden, y: amounts(now.hidden && day >= 0 ? null : run, day, now.f), twin: null };
    if (now.twin !== null) seen.twin = amounts(runOf(now.twin), day, now.f);
    if (figure.valley) {
      seen.land = landOf(run, seen.y, day);
      if (seen.twin) seen.twinLand = landOf(runOf(now.twin), seen.twin, day);
    }
    return seen;
  }

  function frame() {
    const began = performance.now(), seen = moment();
    for (const view of views) view.frame(seen);
    clock.value = Math.round(1000 * now.u);
    clock.setAttribute("aria-valuetext", dayInWords(seen.day));
    root.irMoment = seen;
    draws.push(performance.now() - began);
  }
  function lines() {
    const ghosts = now.hidden || now.twin !== null ? [] : tries.filter((at) => at !== now.at).slice(-8).map(runOf);
    const guess = now.twin === null && (now.hidden || now.first) ? now.guess : null, twin = now.twin === null ? null : runOf(now.twin);
    views[0].draw({
      run: runOf(now.at), twin, ghosts, hidden: now.hidden, expected: guess, words: [now.at, now.twin].map((at) => main.words[at]),
    });
  }
  function verdict(...texts) {
    result.replaceChildren();
    const below = [];
    for (const text of texts) {
      const [headline, ...rest] = text.split("\n"), side = { "●": "ir-back", "○": "ir-away" }[headline[0]];
      const said = document.createElement("span");
      if (side) said.className = side;
      said.textContent = `${headline} `;
      result.append(said);
      below.push(...rest);
    }
    const small = document.createElement("small");
    small.textContent = below[texts.length > 1 ? below.length : 0] ?? "";
    result.append(small);
  }
  function say() {
    const word = main.words[now.at], values = valuesAt(now.at);
    output.textContent = word;
    told.textContent = main.told[now.at];
    slider.value = now.at;
    slider.setAttribute("aria-valuetext", `${word}, ${main.told[now.at]}`);
    find("python-value").textContent = `${main.symbol}=${values[main.symbol]}`;
    if (now.hidden) verdict(now.guess ? predict.drawn : predict.wait);
    else if (now.twin !== null) verdict(...[now.at, now.twin].map((at) => runOf(at).said.replace(/^(.) /, `$1 ${main.words[at]}: `)));
    else verdict(runOf(now.at).said);
    clearTimeout(speech);
    speech = setTimeout(table, 200);
  }
  function table() {
    const run = runOf(now.at);
    let cell = 0;
    for (const day of figure.rows) for (const name of figure.columns) cells[cell++].textContent = show(measures.value_on(run, name, day));
    find("lines svg").setAttribute("aria-label", `${figure.alt} ${now.hidden ? "" : result.textContent}`);
    find("data").hidden = now.hidden;
    root.irTold = draws.length;
  }
  function marks() {
    const wide = rail.clientWidth, last = main.values.length - 1, x = (at) => 13 + (wide - 26) * at / last;
    rail.replaceChildren();
    if (!wide) return;
    set(rail, { viewBox: `0 0 ${wide} 56` });
    add(rail, "rect", { x: 13, width: wide - 26, y: 22, height: 10, rx: 5, class: "ir-track" });
    const away = tries.filter((at) => runOf(at).away), back = tries.filter((at) => !runOf(at).away);
    if (back.length) add(rail, "rect", { x: 13, width: x(Math.max(...back)) - 13, y: 22, height: 10, rx: 5, class: "ir-ground ir-back" });
    if (away.length) add(rail, "rect", { x: x(Math.min(...away)), width: wide - 13 - x(Math.min(...away)), y: 22, height: 10, rx: 5, class: "ir-ground ir-away" });
    for (const at of tries) add(rail, "circle", { cx: x(at), cy: 7, r: 4.5, class: `ir-try ${runOf(at).away ? "ir-away" : "ir-back"}` });
    const slim = wide < 520;
    main.marks.forEach(([at, words], i) => {
      if (slim && i % 2) return;
      const anchor = i === 0 ? "start" : i === main.marks.length - 1 ? "end" : "middle";
      add(rail, "text", { x: i === 0 ? 2 : anchor === "end" ? wide - 2 : x(at), y: 50, "text-anchor": anchor, class: "ir-quiet" }, words);
    });
    const between = find("between");
    const [a, b] = [Math.max(...back), Math.min(...away)], known = back.length && away.length && a < b;
    between.textContent = known ? (b - a === 1 ? `The border lies between ${main.words[a]} and ${main.words[b]}.` : `The border lies somewhere between ${main.words[a]} and ${main.words[b]}.`) : "";
  }
  function tried() {
    if (!tries.includes(now.at)) tries.push(now.at);
    marks();
  }
  function all() {
    for (const view of views) view.lay();
    marks();
    lines();
    frame();
  }

  function stop() {
    cancelAnimationFrame(timer);
    timer = 0;
    now.playing = false;
    play.firstElementChild.textContent = "▶";
    play.lastElementChild.textContent = "Play";
  }
  function start(done) {
    stop();
    const end = () => {
      Object.assign(now, { u: 1, f: 1 });
      stop();
      frame();
      say();
      done?.();
    };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return end();
    now.playing = true;
    play.firstElementChild.textContent = "❚❚";
    play.lastElementChild.textContent = "Pause";
    let last = null, seconds = 0;
    const step = (time) => {
      seconds += last === null ? 0 : Math.min(0.1, (time - last) / 1000);
      last = time;
      const left = seconds - SECONDS.before, run = left - SECONDS.event;
      if (left < 0) Object.assign(now, { u: axis.share * (0.4 + 0.6 * seconds / SECONDS.before) - 1e-6, f: 1 });
      else if (run < 0) Object.assign(now, { u: axis.share, f: left / SECONDS.event });
      else Object.assign(now, { u: Math.min(1, axis.share + (1 - axis.share) * run / SECONDS.after + 1e-6), f: 1 });
      if (now.u >= 1) return end();
      frame();
      timer = requestAnimationFrame(step);
    };
    timer = requestAnimationFrame(step);
  }
  function unlock() {
    for (const control of [clock, slider, play, ...scenes]) control.disabled = false;
    root.classList.add("ir-open");
    marks();
  }
  // Shows a state of the stage: the run, its twin if there is one, and the day.
  function go({ at, twin = null, day = figure.until }) {
    stop();
    find("feedback")?.replaceChildren();
    Object.assign(now, { at, twin, u: placeOf(axis, day), f: 1, hidden: false, first: false });
    unlock();
    lines();
    frame();
    say();
  }
  function reveal() {
    Object.assign(now, { hidden: false, first: true });
    unlock();
    lines();
    verdict(predict.playing);
    find("feedback").textContent = now.guess?.said ?? "";
    find("data").hidden = false;
    if (now.guess) {
      const was = predict.options.find(({ right }) => right).words;
      const kept = { id: predict.id, kind: "prediction", said: now.guess.words, was, right: now.guess.right };
      root.dispatchEvent(new CustomEvent("ir-answered", { bubbles: true, detail: kept })); // book/_static/questions.js keeps it
    }
    start(tried);
  }

  if (predict) {
    root.querySelectorAll(".ir-cards input").forEach((card, i) => card.addEventListener("change", () => {
      now.guess = predict.options[i];
      find("go").disabled = false;
      lines();
      say();
    }));
    find("go").addEventListener("click", reveal);
    find("show-me").addEventListener("click", reveal);
    find("answer").remove();
  } else unlock();
  play.addEventListener("click", () => (now.playing ? stop() : start()));
  clock.addEventListener("input", () => {
    stop();
    Object.assign(now, { u: Number(clock.value) / 1000, f: 1 });
    frame();
  });
  slider.addEventListener("input", () => {
    stop();
    find("feedback")?.replaceChildren();
    Object.assign(now, { at: Number(slider.value), twin: null, first: false, f: 1, u: now.u < axis.share ? 1 : now.u });
    lines();
    frame();
    say();
  });
  slider.addEventListener("change", tried);
  scenes.forEach((button, i) => button.addEventListener("click", () => go(figure.scenes[i])));
  // A link such as #07-reset?k=2.40&day=83 (and &with=2.45 for a twin) shows that state.
  function linked() {
    const [name, query] = decodeURIComponent(location.hash.slice(1)).split("?");
    if (name !== figure.name || !query) return;
    const asked = new URLSearchParams(query), nearest = (text) => main.values.reduce((best, value, i) => (
      Math.abs(value - Number(text)) < Math.abs(main.values[best] - Number(text)) ? i : best), 0);
    const at = asked.has(main.symbol) ? nearest(asked.get(main.symbol)) : now.at;
    go({ at, twin: asked.has("with") ? nearest(asked.get("with")) : null, day: Number(asked.get("day") ?? figure.until) });
    root.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", linked);
  if (figure.sliders.length) {
    controls(root, figure.sliders, p, () => {
      runs.clear();
      tries.length = 0;
      all();
      say();
    });
  }
  ready(root, figure);
  all();
  say();
  let wide = 0;
  new ResizeObserver(() => {
    if (root.clientWidth !== wide && root.clientWidth) all();
    wide = root.clientWidth;
  }).observe(root);
  linked();
}
