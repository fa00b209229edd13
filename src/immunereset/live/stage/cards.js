// The cards of a prediction (cards.py) in `part`: `chosen(i)` is called for each choice, `reveal(skipped)` when the reader
// asks to see, `skipped` without a choice.
function cards(part, chosen, reveal) {
  const go = part.querySelector(".ir-go");
  part.querySelectorAll(".ir-cards input").forEach((card, i) => card.addEventListener("change", () => {
    go.disabled = false;
    chosen(i);
  }));
  go.addEventListener("click", () => reveal(false));
  part.querySelector(".ir-show-me").addEventListener("click", () => reveal(true));
  part.querySelector(".ir-answer").remove();
}

// On a wide page of a book, what a figure asks stands in the text before it, in a class of its own: ir-beside.
// The pages of paper are counted after `beforeprint`, and before paper is the medium.
function beside(root) {
  const asked = root.querySelector(".ir-asked"), cell = root.closest("section > div.cell"), home = document.createComment("");
  const wide = matchMedia("screen and (min-width: 780px)");
  if (!asked || !cell) return;
  asked.before(home);
  function place({ type }) {
    const there = type !== "beforeprint" && wide.matches;
    for (const name of ["ir-live", "ir-beside"]) asked.classList.toggle(name, there);
    (there ? cell : home).before(asked);
  }
  wide.onchange = place;
  addEventListener("beforeprint", place);
  place({});
}

// The cards of an `ask` cannot be chosen any more.
function shut(ask) {
  ask.classList.add("ir-shut");
  for (const card of ask.querySelectorAll("input")) card.disabled = true;
}

// Tells whoever keeps answers (book/_static/questions.js) which option of a question { id, options } was chosen.
function announce(root, { id, options }, { words, right }) {
  const was = options.find((one) => one.right).words, detail = { id, kind: "prediction", said: words, was, right };
  root.dispatchEvent(new CustomEvent("ir-answered", { bubbles: true, detail }));
}
