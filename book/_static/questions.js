// Questions that a reader of the page can answer: the options of predictions and checks become buttons, tasks get a field
// for a number. What was answered is kept in this browser and nowhere else, and stands again in <div class="your-answers">.
//
// Wording, options and what is said of each come from the page, which reads without this file, too. What is said of a
// number comes from Python (immunereset/lesson/check.py) in the attribute data-task; this file only looks it up.
// A stage reports its prediction by the event `ir-answered` (immunereset/live/stage/page.js).

const KEPT = "ir-answers";

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

// What was answered, by the question's id: { id, kind, said, was, right }, of a task its name, too. A browser that keeps nothing (a privacy
// setting, a full disk) forgets it with the page.
function answersKept() {
  try {
    const kept = Object.entries(Object(JSON.parse(localStorage.getItem(KEPT))));
    return Object.fromEntries(kept.filter(([id, one]) => one?.id === id));
  } catch { return {}; }
}

function answersOfPage(page) {
  const answers = answersKept();
  const lesson = /(\d\d)-[^/]*$/.exec(page.location.pathname)?.[1] ?? "";

  function make(name, properties, ...children) {
    const element = Object.assign(page.createElement(name), properties);
    element.append(...children);
    return element;
  }
  function keep(answer) {
    answers[answer.id] = answer;
    try { localStorage.setItem(KEPT, JSON.stringify(answers)); } catch { /* see answersKept() */ }
    page.querySelectorAll(".your-answers").forEach(tell);
  }
  function forget() {
    if (!confirm("This clears your answers in every lesson.")) return;
    try { localStorage.removeItem(KEPT); } catch { /* see answersKept() */ }
    page.location.reload();
  }

  // A formula stands in the page twice, once for screen readers.
  function wordsOf(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".katex-mathml").forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function offerOptions(box) {
    const { question: id } = box.dataset, kind = box.classList.contains("predict") ? "prediction" : "check";
    const fold = box.querySelector("details"), said = [...fold.querySelectorAll("li")];
    const options = [...box.querySelector("ul").children].map((item, i) => {
      const right = said[i].textContent.includes("\u2713"), words = wordsOf(item).replace(/^[A-F]\. /, "");
      const button = make("button", { type: "button" }, ...item.childNodes), answer = make("div", { className: "ir-said" });
      button.setAttribute("aria-pressed", false);
      answer.setAttribute("role", "status");
      item.replaceChildren(button, answer);
      const open = () => {
        box.classList.remove("ir-waits");
        button.setAttribute("aria-pressed", true);
        button.classList.add(right ? "ir-right" : "ir-wrong");
        answer.replaceChildren(...said[i].cloneNode(true).childNodes);
        answer.querySelector("strong").remove(); // the letter
      };
      return { button, right, words, open };
    });
    const was = options.filter(({ right }) => right).map(({ words }) => words).join(" / ");
    for (const { button, right, words, open } of options) {
      button.addEventListener("click", () => {
        open();
        if (!(id in answers)) keep({ id, kind, said: words, was, right }); // the first choice counts
      });
    }
    box.querySelector("ul").classList.add("ir-options");
    box.classList.toggle("ir-waits", kind === "prediction");
    fold.remove();
    options.find(({ words }) => words === answers[id]?.said)?.open();
  }

  function offerField(box) {
    const task = JSON.parse(box.dataset.task), verdict = make("p");
    const field = make("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 8 });
    const label = make("label", {}, "Your number ", field, task.unit ? ` ${task.unit} ` : " ");
    const form = make("form", { className: "ir-answer" }, label, make("button", { textContent: "Check" }), verdict);
    verdict.setAttribute("role", "status");
    const questions = [...page.querySelectorAll(".ir-question.task")], asked = questions.findLast((one) => one.compareDocumentPosition(box) & 4); // it follows
    if (asked) field.setAttribute("aria-describedby", (asked.id ||= `asked-${task.id}`));
    box.id ||= `task-${task.id}`;
    function judge() {
      const [kind, sentence] = judgeAnswer(task, field.value);
      verdict.className = `ir-check-${kind}`;
      verdict.replaceChildren(make("strong", { textContent: task.heads[kind] ?? task.heads.other }), ` ${sentence}`);
      return kind;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const kind = judge();
      const { id, name, unit } = task, right = kind === "right";
      if (kind === "unreadable" || (answers[id]?.right && !right)) return; // what was right stays
      keep({ id, kind: "task", name, said: field.value.trim(), was: unit, right });
    });
    box.insertBefore(form, box.querySelector("details"));
    if (answers[task.id]) {
      field.value = answers[task.id].said;
      judge();
    }
  }

  function tell(place) {
    const here = Object.values(answers).filter(({ id }) => id.startsWith(`${lesson}-`)), of = (kind) => here.filter((one) => one.kind === kind);
    const checks = of("check"), mark = ({ right }) => (right ? "\u2713" : "\u2717");
    const unit = ({ said, was }) => (/[^\d.,eE+\-\u2212\s]/.test(said) ? said : `${said} ${was}`.trim());
    const link = ({ id, name }) => (page.getElementById(`task-${id}`) ? make("a", { href: `#task-${id}`, textContent: name }) : name);
    const lines = [
      ...of("prediction").map((one) => [`${mark(one)} You predicted: \u201c${one.said}\u201d. ${one.right ? "So it was." : `It was: \u201c${one.was}\u201d.`}`]),
      ...of("task").map((one) => [`${mark(one)} `, link(one), `: you recorded ${unit(one)}${one.right ? "." : ", which is not right yet."}`]),
      ...(checks.length ? [[`Checks right at the first choice: ${checks.filter(({ right }) => right).length} of ${checks.length}.`]] : []),
    ];
    const button = (textContent, act) => {
      const made = make("button", { type: "button", textContent });
      made.addEventListener("click", act);
      return made;
    };
    const copy = button("Copy these answers", async () => {
      const text = [page.title, ...[...place.querySelectorAll("li")].map((line) => line.textContent)].join("\n");
      try {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
      } catch { prompt("Your answers", text); }
    });
    copy.ariaLive = "polite"; // “Copied” is said
    const none = "What you predict and record in this lesson will stand here.";
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Your answers");
    place.replaceChildren(
      make("p", {}, make("strong", { textContent: "Your answers" }), " (kept in this browser only)"),
      lines.length ? make("ul", {}, ...lines.map((line) => make("li", {}, ...line))) : make("p", { textContent: none }),
      ...(lines.length ? [copy, " "] : []),
      ...(Object.keys(answers).length ? [button("Clear all my answers in this book", forget)] : []),
    );
  }

  page.querySelectorAll("[data-question]").forEach(offerOptions);
  page.querySelectorAll("[data-task]").forEach(offerField);
  page.querySelectorAll(".your-answers").forEach(tell);
  page.addEventListener("ir-answered", ({ detail }) => {
    if (!(detail.id in answers)) keep(detail);
  });
}

if (typeof document !== "undefined") answersOfPage(document);
