// Tasks that a reader of the page can check: a field under each task, and what the task's rules say of its number.
// The rules, the pattern of a number and the spellings of its unit come from Python (immunereset/lesson/check.py) in the
// attribute data-task; this file only looks them up.

// The kind of verdict and its sentence, for what was typed.
function judgeAnswer(task, typed) {
  const found = new RegExp(`^(?:${task.pattern})$`).exec(typed);
  const value = found ? Number(found[1].replaceAll("\u2212", "-").replace(",", ".")) : NaN;
  if (!typed.trim()) return ["unreadable", "Write a number first."];
  if (!Number.isFinite(value)) return ["unreadable", `The answer must be ${task.wanted}; \u2018${typed}\u2019 was given.`];
  if (found[2] && !task.spellings.includes(found[2].toLowerCase().replace(/\s|\.$/g, ""))) {
    return ["unit", `The answer was given in ${found[2]}; this task asks for ${task.wanted}.`];
  }
  const [, , kind, sentence] = task.rules.find(([low, high]) => (low ?? -Infinity) <= value && value <= (high ?? Infinity));
  return [kind, sentence];
}

function offerField(box) {
  const task = JSON.parse(box.dataset.task), form = document.createElement("form");
  const label = document.createElement("label"), field = document.createElement("input");
  const button = document.createElement("button"), verdict = document.createElement("p");
  label.append("Your number ", field, task.unit ? ` ${task.unit} ` : " ");
  Object.assign(field, { type: "text", inputMode: "decimal", autocomplete: "off", size: 8 });
  button.textContent = "Check";
  verdict.setAttribute("role", "status");
  form.className = "ir-answer";
  form.append(label, button, verdict);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [kind, sentence] = judgeAnswer(task, field.value), head = document.createElement("strong");
    head.textContent = task.heads[kind] ?? task.heads.other;
    verdict.className = `ir-check-${kind}`;
    verdict.replaceChildren(head, ` ${sentence}`);
  });
  box.insertBefore(form, box.querySelector("details"));
}

if (typeof document !== "undefined") document.querySelectorAll("[data-task]").forEach(offerField);
