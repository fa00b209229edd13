// A text to mark (pencil.py). `figure`, beside what base.js and shell.js read:
//   marks, signs            names and signs of the marks, from the mildest to the harshest
//   book, why, debated      for each sentence the mark that it gets (an index), why, and whether others may mark it otherwise

KINDS.pencil = (shell) => {
  const { root, figure, find, svg, later, timed, tell, verdict } = shell, { marks, signs, book, why, debated, predict } = figure;
  const groups = [...root.querySelectorAll(".ir-keys")].map((keys) => [...keys.querySelectorAll("input")]);
  const sentences = [...root.querySelectorAll(".ir-sentence")], most = marks.length - 1;
  let mine = book.map(() => null), shown = "mine", said = predict.wait;

  const level = (letter) => { const found = marks.findIndex((mark) => mark[0] === letter); return found < 0 ? null : found; };
  const named = (name) => {
    const all = marks.indexOf(name.replace(/-all$/, ""));
    if (name === "book") return book;
    if (name === "mine") return mine;
    return name.endsWith("-all") && all >= 0 ? book.map(() => all) : book.map((_, i) => level(name[i]));
  };
  const letters = () => mine.map((one) => (one === null ? "-" : marks[one][0])).join("");
  const milder = (one, i) => one !== null && one < book[i], harsher = (one, i) => one !== null && one > book[i];
  // The verdict stands above the text, and is handed in below it.
  const top = () => root.scrollIntoView({ block: "start" });
  const list = (found) => found.map((i) => i + 1).join(", ");
  // What is said of a mark: mild, harsh or the book's own, and whether it may be.
  function counted(levels) {
    const where = (is) => levels.flatMap((one, i) => (is(one, i) ? [i] : []));
    const passed = where(milder), struck = where(harsher), open = [...passed, ...struck].filter((i) => debated[i]).sort((a, b) => a - b);
    return { passed, struck, open };
  }
  function told() {
    if (now.hidden) return { said, hidden: true };
    const levels = named(shown), { passed, struck, open } = counted(levels), left = levels.filter((one) => one === null).length;
    const who = shown === "mine" ? "You" : "These marks", more = open.length ? ` Open to debate: ${list(open)}.` : "";
    const them = [passed.length && `Let pass: ${list(passed)}.`, struck.length && `Struck too much: ${list(struck)}.`].filter(Boolean).join(" ");
    root.irState = { marks: shown };
    root.irErrors = [passed.length, struck.length];
    return left === levels.length
      ? { said: `The book's marks.\n${marks.map((mark, k) => `${mark} ${book.filter((one) => one === k).length}`).join(", ")}.` }
      : { said: `${who} let pass ${passed.length}, and struck too much ${struck.length}.\n${them}${more}${left ? ` Without a mark: ${left}.` : ""}` };
  }
  function draw() {
    const levels = named(shown), words = shown === "mine" ? "you" : "if so";
    if (now.hidden) return void strips(svg, [["you", mine]], most);
    const apart = levels.map((one, i) => (milder(one, i) || harsher(one, i) ? (debated[i] ? "≈" : milder(one, i) ? "↓" : "↑") : ""));
    strips(svg, [[words, levels], ["book", book]], most, apart);
  }
  function reveal() {
    find("data").hidden = false;
    groups.flat().forEach((input) => { input.disabled = true; });
    sentences.forEach((sentence, i) => {
      const details = document.createElement("details"), summary = document.createElement("summary");
      const yours = mine[i] === null ? "" : mine[i] === book[i] ? " You: the same." : ` You: ${signs[mine[i]]} ${marks[mine[i]]}.`;
      summary.textContent = `The book: ${signs[book[i]]} ${marks[book[i]]}.${yours}${debated[i] ? " Open to debate: the evidence is of moderate certainty." : ""}`;
      details.append(summary, why[i]);
      sentence.append(details);
    });
    root.dispatchEvent(new CustomEvent("ir-marked", { bubbles: true, detail: { name: figure.name, marks: mine.map((one) => marks[one] ?? null) } }));
    root.irMarks = mine.map((one) => marks[one] ?? null);
    timed(draw);
    tell();
    top();
  }
  // Marks are handed in when all are there.
  function ready() {
    const missing = mine.flatMap((one, i) => (one === null ? [i] : []));
    if (!missing.length) return true;
    verdict(`${missing.length} of ${mine.length} have no mark yet.\n${list(missing)}`);
    top();
    return false;
  }
  const now = asked(shell, reveal, ready);
  groups.forEach((inputs, i) => inputs.forEach((input, k) => {
    if (input.checked) mine[i] = k;
    input.addEventListener("change", () => {
      mine[i] = k;
      if (!mine.includes(null) && said === predict.wait) said = `All ${mine.length} are marked.\nBelow the text you hand them in.`;
      later();
    });
  }));
  find("save").addEventListener("click", () => {
    const lines = mine.map((one, i) => `${i + 1},${marks[one] ?? ""},${marks[book[i]]}`);
    const file = URL.createObjectURL(new Blob([["sentence,mark,book", ...lines].join("\n") + "\n"], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: file, download: `${figure.name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(file), 1000);
  });
  find("data").hidden = true;
  return {
    lay: draw,
    draw,
    told,
    state: () => ({ marks: shown === "mine" ? letters() : shown }),
    go(wanted) {
      if (!wanted.has("marks")) return;
      shown = wanted.get("marks");
      now.open();
      timed(draw);
      tell();
    },
  };
};
