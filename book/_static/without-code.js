// A switch on each lesson for readers who want no code: what the code prints and draws stays. The choice is remembered.

const WITHOUT_CODE = "ir-without-code";

// A browser that keeps nothing (a privacy setting) remembers no choice; the switch works all the same.
function remembered() {
  try { return localStorage.getItem(WITHOUT_CODE) === "true"; } catch { return false; }
}

function remember(without) {
  try { localStorage.setItem(WITHOUT_CODE, without); } catch { /* see remembered() */ }
}

function offerSwitch(heading) {
  const button = document.createElement("button"), note = document.createElement("p");
  note.textContent = "Code is hidden. Where the text says \u201cthe code below\u201d, read what it printed or drew.";
  const turn = (without) => {
    note.hidden = !without;
    document.documentElement.classList.toggle(WITHOUT_CODE, without);
    button.setAttribute("aria-pressed", without);
  };
  Object.assign(button, { type: "button", className: "ir-switch", textContent: "Read without code" });
  button.addEventListener("click", () => {
    const without = button.getAttribute("aria-pressed") !== "true";
    turn(without);
    remember(without);
  });
  turn(remembered());
  heading.before(button, note);
}

if (document.querySelector(".bd-article .cell_input")) offerSwitch(document.querySelector(".bd-article h2"));
