// What the views of published results share (view.py). `figure`, beside what every figure has (shell.js):
//   predict    { id, wait, options [{ words, said, right }] }, or null
//   scenes     what each button shows, as the end of a link
//
// asked(shell, reveal) wires cards and buttons. It returns { hidden, guess, open() }: whether what is predicted is still
// hidden, the chosen option, and what shows it all; `reveal` is called when that happens. A link that names a state of a
// view opens it, too. If `ready` is given, the cards reveal nothing before it is true.

function asked({ root, figure, find, all, follow }, reveal, ready = () => true) {
  const { predict, scenes } = figure, ask = find("predict"), now = { hidden: Boolean(predict), guess: null, open };
  function open() {
    if (!now.hidden) return;
    now.hidden = false;
    root.classList.add("ir-open", "ir-done");
    write(find("feedback"), now.guess?.said ?? "");
    ask.querySelectorAll(".ir-cards label").forEach((card, i) => {
      card.querySelector("input").disabled = true;
      const words = [predict.options[i].right && "✓ right", card.querySelector(":checked") && "your prediction"].filter(Boolean);
      if (words.length) card.append(Object.assign(document.createElement("small"), { textContent: words.join(", ") }));
    });
    if (now.guess) announce(root, predict, now.guess);
    reveal();
  }
  if (predict) cards(root, (i) => { now.guess = predict.options[i]; }, (skipped) => { if (skipped || ready()) open(); }); else root.classList.add("ir-open");
  all("scene").forEach((button, i) => button.addEventListener("click", () => follow(`#${figure.name}?${scenes[i]}`)));
  return now;
}

// Words in lines of at most so many pixels, if a letter has so many.
function linesOf(words, wide, letter) {
  const lines = [];
  for (const word of words ? words.split(" ") : []) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length && longer.length * letter <= wide) lines[lines.length - 1] = longer; else lines.push(word);
  }
  return lines;
}
