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

// Tells whoever keeps answers (book/_static/questions.js) which option of a question { id, options } was chosen.
function announce(root, { id, options }, { words, right }) {
  const was = options.find((one) => one.right).words, detail = { id, kind: "prediction", said: words, was, right };
  root.dispatchEvent(new CustomEvent("ir-answered", { bubbles: true, detail }));
}
