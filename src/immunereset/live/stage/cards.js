// The cards of a prediction (cards.py). `predict` is { id, options: [{ words, said, right }] }; `chosen(i)` is called for
// each choice, `reveal()` when the reader asks to see. What was chosen is announced for book/_static/questions.js to keep.
function asked(root, predict, chosen, reveal) {
  const find = (name) => root.querySelector(`.ir-${name}`);
  let guess = null;
  root.querySelectorAll(".ir-cards input").forEach((card, i) => card.addEventListener("change", () => {
    guess = predict.options[i];
    find("go").disabled = false;
    chosen(i);
  }));
  const show = () => {
    find("feedback").textContent = guess?.said ?? "";
    if (guess) {
      const was = predict.options.find(({ right }) => right).words;
      const kept = { id: predict.id, kind: "prediction", said: guess.words, was, right: guess.right };
      root.dispatchEvent(new CustomEvent("ir-answered", { bubbles: true, detail: kept }));
    }
    reveal();
  };
  find("go").addEventListener("click", show);
  find("show-me").addEventListener("click", show);
  find("answer").remove();
}
