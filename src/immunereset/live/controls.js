// What every live figure has: a picture that comes alive, sliders, and a button back to the start values.

// Puts the picture's own SVG in its place and returns it.
function unfreeze(root) {
  const picture = root.querySelector("img"), holder = document.createElement("div");
  holder.innerHTML = decodeURIComponent(picture.src.slice(picture.src.indexOf(",") + 1));
  const svg = holder.firstElementChild;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", picture.alt);
  picture.replaceWith(svg);
  return svg;
}

// Keeps the values of `p` and the words beside the sliders as the sliders stand; calls `moved` after each move.
function controls(root, sliders, p, moved) {
  const inputs = [...root.querySelectorAll(".ir-sliders input[type=range]")];
  const read = (input, k) => {
    const slider = sliders[k], place = Number(input.value);
    // Twelve digits take away the dust of adding up steps, as in Python.
    const linear = () => Number((slider.from + (place - slider.position) * slider.step).toPrecision(12));
    const value = slider.values?.[place] ?? linear();
    const words = slider.words?.[place] ?? value.toFixed(slider.places) + slider.unit;
    p[slider.symbol] = value;
    input.setAttribute("aria-valuetext", words);
    input.closest(".ir-slider").querySelector("output").textContent = words;
  };
  inputs.forEach((input, k) => {
    read(input, k);
    input.addEventListener("input", () => { read(input, k); moved(); });
  });
  root.querySelector(".ir-reset").addEventListener("click", () => {
    inputs.forEach((input, k) => { input.value = input.defaultValue; read(input, k); });
    moved();
  });
}

// The seed, if the figure has one: a button takes the next, a field any. Calls `moved` after each change.
function seedField(root, moved) {
  const field = root.querySelector(".ir-seed"), seed = { value: Number(field?.value) };
  if (!field) return seed;
  const take = (value) => {
    seed.value = value;
    if (Number(field.value) !== value || field.value === "") field.value = value;
    moved();
  };
  const read = () => take(field.validity.valid ? field.valueAsNumber : seed.value);
  field.addEventListener("change", read);
  // JupyterLab keeps Enter from the field.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") read(); });
  root.querySelector(".ir-next").addEventListener("click", () => take((seed.value + 1) % 2 ** 32));
  root.querySelector(".ir-reset").addEventListener("click", () => take(Number(field.defaultValue)));
  return seed;
}

// The figure works: shows its controls, hides the words for a page where they cannot move.
function ready(root, figure) {
  root.querySelector(".ir-still").hidden = true;
  for (const controls of root.querySelectorAll("fieldset")) controls.hidden = false;
  root.classList.add("ir-ready");
  performance.mark(`live ${figure.name}`);
}
