// Makes a stage live: one run in several views under one clock, a verdict on top, a main slider with its tries below.
//
// `figure` is the object that Python generated (staged_patient.py):
//   model, ask, say                     see run/page.js; a sentence begins with ● (back), ○ (away) or neither, a line break parts
//                                       the verdict from what is told below it
//   name, alt, p, start, until, points, sliders, columns, rows      as in run/page.js; the sliders but for the main one
//   main                                the main slider: position, name and keys (in links), and for each of its places
//                                       sets (parameters), words, told (what it means); marks [[place, words]]
//   axis                                the clock: before, until (days), share, zero (the day that is called 0), power,
//                                       turn ([day, place] or null), age (on day 0, or null), ticks, event (whether
//                                       day 0 is one)
//   past                                the stretch before: days `t` (negative, the last 0), `values` by name
//   views                               [[name, settings]], the lines first (views/*.js)
//   covered                             states that are hidden until the first prediction was made
//   plays                               what is predicted, one after the other: at (place of the main slider), day (from
//                                       which the future is hidden), opening, wait, drawn, playing, id, options
//                                       [{ course ([place of the clock, amount] after `day`), words, said, right }]
//   scenes                              [{ at, day, twin }], one for each button

const SECONDS = { before: 0.7, event: 1.1, after: 8 };
const NEIGHBOURS = "The ending changes between two neighbours on the slider."; // which ones, the reader looks up

KINDS.stage = ({ root, figure, find, all, p, timed, rest, verdict, words, ...shell }) => {
  const { model, main, past, axis, plays } = figure;
  const screen = find("screen"), rail = find("rail svg"), slider = find("main-input"), output = find("main output"), told = find("told");
  const clock = find("clock"), play = find("run"), feedback = find("feedback"), result = find("result"), between = find("between"), half = find("half"), scenes = all("scene"), asked = find("asked"), asks = all("play");
  const input = {}, runs = new Map(), tries = [];
  const now = { at: main.position, twin: null, u: 1, f: 1, from: Infinity, asked: null, guess: null, first: false, unseen: false };
  let held = 0, waking = false, gap = [];

  function inputs(run, day) {
    const { courses } = timetable(model.courses(run.p), model.events, run.p, figure.until);
    const seen = day < now.from ? day : now.from - 1e-6; // what begins or ends on the day that hides the future is hidden, too
    drive(input, model.limits, seen < 0 ? [] : running(courses, seen, seen), seen);
    return input;
  }
  const stage = { figure, inputs, views: {} };
  const [first] = figure.views[0][1].lines;
  const views = figure.views.map(([name, settings], i) => {
    const view = VIEWS[name](root.querySelector(`[data-view="${i}"]`), settings, stage);
    stage.views[name] ??= view;
    return view;
  });

  const valuesAt = (at) => ({ ...p, ...main.sets[at] });
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
      if (day < 0) {
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
  const covered = () => new Set(now.from < Infinity ? figure.covered : []);
  // The twin's run, if there is one; where something is covered, it is not shown.
  const twinOf = () => (now.twin === null || covered().size ? null : runOf(now.twin));
  function moment() {
    const day = Math.abs(now.u - axis.share) < 1e-9 ? 0 : dayOf(axis, now.u), run = runOf(now.at);
    const other = twinOf(), twin = other && { run: other, y: amounts(other, day, now.f) };
    return { u: now.u, day, from: now.from, covered: covered(), unseen: now.unseen, run, y: amounts(run, day, now.f), twin };
  }

  // Whether the present run, and its twin if there is one, could be simulated; if not, the pictures stay as they were.
  const whole = () => runOf(now.at) !== null && (now.twin === null || runOf(now.twin) !== null);

  function frame() {
    if (!whole()) return;
    timed(() => {
      const seen = moment();
      seen.shown = Object.fromEntries(views.map((view, i) => [figure.views[i][0], view.frame(seen)]));
      clock.value = Math.round(1000 * now.u);
      clock.setAttribute("aria-valuetext", `${dayInWords(axis, seen.day)}: ${persons(seen).map((one) => one.filter(Boolean).join(" ")).join("; ")}`);
      root.irMoment = { ...seen, day: seen.day - axis.zero };
    });
  }
  function lines() {
    if (!whole()) return;
    const twin = twinOf(), open = now.from === Infinity;
    const ghosts = twin ? [] : tries.filter((at) => at !== now.at).slice(-8).map((at) => ({ run: runOf(at), away: runOf(at).away }));
    const expected = !twin && (now.first || !open) ? now.guess : null, words = [now.at, now.twin].map((at) => main.words[at]);
    for (const view of views) view.draw?.({ run: runOf(now.at), twin, ghosts, from: now.from, covered: covered(), expected, words });
  }
  function say() {
    const word = main.words[now.at], meaning = main.told[now.at];
    write(output, word);
    write(told, meaning);
    slider.value = now.at;
    rail.parentElement.style.setProperty("--ir-thumb", `calc(13px + ${now.at / (main.sets.length - 1)} * (100% - 26px))`);
    slider.setAttribute("aria-valuetext", meaning ? `${word}, ${meaning}` : word);
    words();
    const { pause, day, drawn, wait, opening } = plays[now.asked] ?? {};
    if (!whole()) verdict(UNFINISHED);
    else if (now.from < Infinity) verdict(pause && now.from === pause.day ? pause.words : now.guess ? drawn : now.from < day ? opening : wait);
    else if (now.twin !== null) verdict(...[now.at, now.twin].map((at) => runOf(at).said.replace(/^(.) /, `$1 ${main.words[at]}: `)));
    else verdict(runOf(now.at).said);
    rest();
  }
  // Who has how many cells of the kinds that are seen, in words; of two persons the first kind only.
  function persons({ y, twin, covered }) {
    const seen = figure.views[0][1].lines.filter(({ name }) => !covered.has(name));
    const told = (amounts, some) => some.map(({ name, word }) => `${cellsInWords(amounts[name])} ${word}`).join(", ");
    return twin ? [[now.at, y], [now.twin, twin.y]].map(([at, amounts]) => [`${main.words[at]}:`, told(amounts, [first])]) : [["", told(y, seen)]];
  }
  // What a scene, a link or the end of a play shows, for who listens.
  function hear() {
    if (!whole()) return;
    const seen = moment(), number = root.querySelector(".caption-number")?.textContent.trim();
    const said = persons(seen).map(([who, amounts]) => `${who || `${main.words[now.at]}:`} ${amounts}`);
    result.ariaLive = null; // a step that has just woken it is quiet
    shell.hear(`${[number, dayInWords(axis, seen.day), ...said].filter(Boolean).join("; ")}.`);
  }
  // To ask a page for a size costs a layout of the whole page, so it is asked once for each size.
  let railWidth = 0;
  function marks() {
    const wide = (railWidth ||= rail.clientWidth), last = main.sets.length - 1, x = (at) => 13 + (wide - 26) * at / last;
    rail.replaceChildren();
    if (!wide) return;
    set(rail, { viewBox: `0 0 ${wide} 56` });
    add(rail, "rect", { x: 13, width: wide - 26, y: 22, height: 10, rx: 5, class: "ir-track" });
    const away = tries.filter((at) => runOf(at).away), back = tries.filter((at) => !runOf(at).away);
    const known = sides(back, away, last);
    for (const side of ["back", "away"]) {
      if (!known[side]) continue;
      const [from, to] = known[side].map(x);
      add(rail, "rect", { x: from, width: to - from, y: 22, height: 10, rx: 5, class: `ir-ground ir-${side}` });
    }
    for (const at of tries) add(rail, "circle", { cx: x(at), cy: 7, r: 4.5, class: `ir-try ${runOf(at).away ? "ir-away" : "ir-back"}` });
    const free = room(), slim = wide < 520;
    main.marks.forEach(([at, words], i) => {
      const half = halfOf(words), middle = Math.min(Math.max(x(at), half), wide - half);
      if ((slim && i % 2) || !free(middle, words)) return;
      add(rail, "text", { x: middle, y: 50, "text-anchor": "middle", class: "ir-quiet" }, words);
    });
    const [a, b] = (gap = known.between ?? []);
    write(between, known.between ? (b - a === 1 ? NEIGHBOURS : `The ending changes somewhere between ${main.words[a]} and ${main.words[b]}.`) : "");
    half.hidden = !(b - a > 1) || last < 20;
  }
  function tried() {
    if (/^[●○]/.test(runOf(now.at)?.said) && !tries.includes(now.at)) tries.push(now.at);
    marks();
  }
  function redraw() {
    railWidth = 0;
    for (const view of views) view.lay();
    marks();
    lines();
    frame();
  }

  function stop() {
    root.classList.remove("ir-playing");
    shell.pause();
    if (now.unseen) {
      now.unseen = false;
      if (now.guess) answer();
      lines();
      say();
    }
  }
  // Plays from a place of the clock (without one, from before the event) to another, then calls `done`. What is `unseen`
  // appears as the clock reaches it.
  function start({ from = axis.share * 0.4, to = 1, done, unseen = false }) {
    stop();
    now.unseen = unseen;
    const end = () => {
      Object.assign(now, { u: to, f: 1 });
      stop();
      frame();
      say();
      done?.();
    };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return end();
    root.classList.add("ir-playing");
    const event = from < axis.share && axis.event ? SECONDS.event : 0, before = from < axis.share ? SECONDS.before : 0;
    shell.play((seconds) => {
      const left = seconds - before, run = left - event, begin = Math.max(from, axis.share);
      if (left < 0) Object.assign(now, { u: from + (axis.share - from) * seconds / before - 1e-6, f: 1 });
      else if (run < 0) Object.assign(now, { u: axis.share, f: left / event });
      else Object.assign(now, { u: begin + (1 - axis.share) * run / SECONDS.after + 1e-6, f: 1 });
      if (now.u >= to) return end();
      frame();
    });
  }

  // What was chosen and what came stay below the screen, the course that came on every card, until the reader goes on.
  function answer() {
    const ask = asks[now.asked], { options } = plays[now.asked];
    ask.after(feedback);
    feedback.textContent = now.guess.said;
    ask.hidden = false;
    ask.classList.add("ir-answered");
    ask.querySelectorAll(".ir-cards label").forEach((card, i) => {
      const words = [options[i].right && "✓ right", card.querySelector(":checked") && "your prediction"].filter(Boolean);
      if (words.length) card.append(Object.assign(document.createElement("small"), { textContent: words.join(", ") }));
    });
    ask.querySelectorAll(".ir-small").forEach((svg) => small(svg, runOf(now.at)));
  }
  function hush() {
    feedback?.replaceChildren();
    for (const ask of asks) ask.hidden ||= ask.classList.contains("ir-answered");
  }
  // In the text, what was chosen stays where it is.
  const inText = () => Boolean(asked?.classList.contains("ir-beside"));
  const moveOn = () => { if (!inText()) hush(); };
  // A card's small picture: what its option expects, or the run that came.
  function small(svg, run, course, day) {
    const { linear } = figure.views[0][1], levels = [past.values[first.name].at(-1), ...plays.flatMap(({ options }) => options.flatMap((one) => one.course.map(([, n]) => n)))].filter((one) => linear || one > 0);
    const { place } = scaleOf(Math.min(...levels), Math.max(...levels), linear), begin = 84 * axis.share, x = (u) => (84 * u).toFixed(1);
    const y = (n) => (38 - 36 * place(n)).toFixed(1);
    const ill = y(past.values[first.name].at(-1)), on = (when) => y(measures.value_on(run, first.name, when));
    let d = `M0 ${ill}H${begin.toFixed(1)}V${on(0)}`;
    for (let u = axis.share; u <= 1 + 1e-9 && !(course && dayOf(axis, u) > day); u += 0.01) d += `L${x(u)} ${on(Math.min(dayOf(axis, u), axis.until))}`;
    if (course) d += onward(course, Math.max(placeOf(axis, day), axis.share), on(day), x, y);
    add(svg, "path", { d, class: course ? "ir-guess" : `ir-line ir-${first.role}` });
  }

  function unlock() {
    for (const control of [clock, slider, play, ...scenes]) control.disabled = false;
    for (const ask of asks) ask.hidden = !(inText() && ask.classList.contains("ir-shut"));
    now.from = Infinity;
    root.classList.add("ir-open");
    marks();
  }
  // Shows a state of the stage: the run, its twin if there is one, and the day.
  function go({ at, twin = null, day = figure.until }, listened = true) {
    stop();
    moveOn();
    pass();
    Object.assign(now, { at, twin, u: placeOf(axis, day), f: 1, first: false });
    unlock();
    lines();
    frame();
    say();
    if (listened) hear();
  }
  // The last place of the clock that is seen.
  const lastSeen = () => (now.from > 0 ? placeOf(axis, Math.min(now.from, figure.until)) : axis.share * 0.9);
  // The play whose turn it is shows its button, or what it asks.
  function turnTo(i) {
    asks.forEach((ask, k) => { ask.hidden = k !== i && !(now.guess && k === i - 1); });
    now.asked = i;
    const button = asks[i].querySelector(".ir-first");
    asks[i].querySelector(".ir-predict").hidden = Boolean(button);
    if (i === 0) Object.assign(now, { at: plays[0].at, twin: plays[0].twin, from: button ? 0 : plays[0].day });
    if (i === 0) now.u = lastSeen();
    button?.addEventListener("click", () => {
      button.remove();
      hush();
      asks[i].querySelector(".ir-predict").hidden = false;
      Object.assign(now, { at: plays[i].at, twin: plays[i].twin, from: plays[i].day, guess: null, first: false });
      lines();
      say();
      start({ to: lastSeen() });
      asks[i].querySelector("input").focus({ preventScroll: true });
    });
    clock.disabled = now.from === 0;
  }
  function reveal(skipped) {
    const { day, playing, pause } = plays[now.asked], next = asks[now.asked + 1];
    if (pause && !skipped && now.from < pause.day) {
      now.from = pause.day;
      write(asks[now.asked].querySelector(".ir-go"), "Go on to the end");
      lines();
      return start({ from: day > 0 ? placeOf(axis, day) : undefined, to: placeOf(axis, pause.day) });
    }
    Object.assign(now, { from: Infinity, first: true });
    if (now.guess) shut(asks[now.asked]);
    if (next) asks[now.asked].hidden = !(now.guess && inText());
    else unlock();
    clock.disabled = false;
    redraw(); // the lines have more room now
    verdict(playing);
    held = performance.now() + 600; // the text that appears wakes nothing
    (next ? clock : play).focus({ preventScroll: true });
    if (now.guess) announce(root, plays[now.asked], now.guess);
    const from = pause && !skipped ? pause.day : day;
    start({ from: from > 0 ? placeOf(axis, from) : undefined, unseen: true, done: () => { tried(); if (next) turnTo(now.asked + 1); } });
  }

  asks.forEach((ask, i) => cards(ask, (k) => {
    now.guess = { ...plays[i].options[k], day: plays[i].day };
    lines();
    say();
  }, reveal));
  asks.forEach((ask, i) => {
    const { at, day, options } = plays[i];
    ask.querySelectorAll(".ir-cards label").forEach((card, k) => {
      if (!options[k].course.length) return;
      const svg = add(card, "svg", { class: "ir-small", viewBox: "0 0 84 40", "aria-hidden": true });
      card.prepend(svg);
      small(svg, runOf(at), options[k].course, day);
    });
  });
  screen.prepend(result);
  beside(root);
  if (asks.length) turnTo(0);
  else {
    unlock();
    say();
  }
  play.addEventListener("click", () => (shell.playing() ? stop() : start({ done: hear })));
  clock.addEventListener("input", () => {
    stop();
    Object.assign(now, { u: Math.min(Number(clock.value) / 1000, lastSeen()), f: 1 });
    frame();
  });
  slider.addEventListener("input", () => {
    stop();
    root.classList.add("ir-moved");
    moveOn();
    pass();
    Object.assign(now, { at: Number(slider.value), twin: null, first: false, f: 1, u: now.u < axis.share ? 1 : now.u });
    lines();
    frame();
    say();
  });
  slider.addEventListener("change", tried);
  scenes.forEach((button, i) => button.addEventListener("click", () => go(figure.scenes[i])));
  // Halves what is open between a try that came back and one that stays away; while all end alike, nobody knows where to look.
  half.addEventListener("click", () => {
    now.guess = null;
    root.classList.add("ir-moved");
    go({ at: Math.floor((gap[0] + gap[1]) / 2) });
    tried();
    lines();
    if (half.hidden) slider.focus({ preventScroll: true });
  });
  // Beside the text, a paragraph that links to scenes wakes the first of them, the first time that it is read; not one
  // that the reader has passed, and none while the page still moves to what a reader asked for.
  const steps = new Map();
  const reading = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || now.from < Infinity || shell.playing() || performance.now() < held || innerWidth < 780) continue;
      reading.unobserve(target);
      result.ariaLive = "off"; // who listens hears the text
      waking = true;
      shell.follow(steps.get(target).getAttribute("href"));
      waking = false;
      for (const step of steps.keys()) step.classList.toggle("ir-woken", step === target);
      setTimeout(() => { result.ariaLive = null; }, 1000);
    }
  }, { rootMargin: "-35% 0px -45% 0px" });
  function pass() {
    held = performance.now() + 600;
    for (const step of steps.keys()) if (step.getBoundingClientRect().top < 0.6 * innerHeight) reading.unobserve(step);
  }
  // The Tab key passes links and controls, and the page scrolls to them: that asks for nothing.
  addEventListener("focusin", ({ target }) => { if (target.matches(":focus-visible")) held = performance.now() + 600; });
  addEventListener("scroll", () => { if (performance.now() < held) held = performance.now() + 200; }, { passive: true });
  function begin() {
    for (const link of root.closest("section")?.querySelectorAll(`a[href^="#${figure.name}?"]`) ?? []) {
      const step = link.closest("li") ?? link.closest("p");
      if (!steps.has(step)) steps.set(step, link);
      step.classList.add("ir-step");
      reading.observe(step);
    }
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin); // the text below is still to come
  else begin();
  // On paper: the scenes as small multiples. A stage that waits for a prediction is printed as it is.
  matchMedia("print").addEventListener("change", ({ matches }) => {
    const prints = find("prints"), { at, twin, u, f } = now;
    prints.replaceChildren();
    if (!matches || now.from < Infinity) return;
    for (const [k, scene] of figure.scenes.entries()) {
      Object.assign(now, { at: scene.at, twin: scene.twin, u: placeOf(axis, scene.day), f: 1 });
      lines();
      frame();
      const one = document.createElement("div"), words = document.createElement("p");
      write(words, `${main.words[now.at]}${now.twin === null ? "" : ` and ${main.words[now.twin]}`}, ${dayInWords(axis, scene.day)}`);
      one.append(words, ...all("view svg").map((svg) => {
        const still = svg.cloneNode(true), [name] = figure.views[svg.closest("[data-view]").dataset.view];
        still.classList.add(`ir-${name}`); // what its style goes by
        still.innerHTML = still.innerHTML.replaceAll(`ir-${figure.name}-`, `ir-${figure.name}-${k}-`); // ids
        return still;
      }));
      prints.append(one);
    }
    Object.assign(now, { at, twin, u, f });
    lines();
    frame();
  });
  return {
    lay: redraw,
    draw: say,
    told() {
      if (!whole()) return null;
      const run = runOf(now.at), day = (on) => figure.columns.map((name) => measures.value_on(run, name, on));
      return { cells: figure.rows.flatMap(day), hidden: now.from < Infinity };
    },
    moved() {
      runs.clear();
      tries.length = 0;
      marks();
      lines();
      frame();
      say();
    },
    sets: () => main.sets[now.at],
    state: () => ({
      [main.name]: main.keys[now.at], day: Number(root.irMoment.day.toPrecision(4)), ...(now.twin === null ? {} : { with: main.keys[now.twin] }),
    }),
    go(asked) {
      const place = (key) => {
        const off = (other) => (typeof other === "number" ? Math.abs(other - Number(asked.get(key))) : Number(other !== asked.get(key)));
        return main.keys.reduce((best, other, i) => (off(other) < off(main.keys[best]) ? i : best), 0);
      };
      const at = asked.has(main.name) ? place(main.name) : now.at;
      go({ at, twin: asked.has("with") ? place("with") : null, day: asked.has("day") ? Number(asked.get("day")) + axis.zero : figure.until }, !waking);
    },
  };
};
