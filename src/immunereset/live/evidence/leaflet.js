// A leaflet to write (leaflet.py). `figure`, beside what base.js and shell.js read:
//   words       the lines as they stand
//   markedIn    the name of the text to mark on the same page whose marks stand beside the lines, or ""

KINDS.leaflet = (shell) => {
  const { root, figure, find, svg, later, tell } = shell, { words, markedIn } = figure;
  const lines = [...root.querySelectorAll(".ir-written")], fields = lines.map((line) => line.querySelector("textarea"));

  const written = () => fields.map((field) => (field.value.trim() ? 1 : null));
  const draw = () => void strips(svg, [["written", written()]], 1);
  function take(marks) {
    marks.forEach((mark, i) => {
      if (!mark) return;
      lines[i].querySelector("small").textContent = `You: ${mark}.`;
      if (mark === "keep" && !fields[i].value) fields[i].value = words[i];
    });
    later();
  }
  asked(shell, () => {});
  fields.forEach((field) => field.addEventListener("input", later));
  document.addEventListener("ir-marked", ({ detail }) => { if (detail.name === markedIn) take(detail.marks); });
  find("save").addEventListener("click", () => {
    const text = fields.map((field, i) => `${i + 1}. ${field.value.trim() || "–"}`).join("\n");
    const file = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: file, download: `${figure.name}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(file), 1000);
  });
  const before = document.querySelector(`[data-name="${markedIn}"]`)?.irMarks;
  if (before) take(before);
  return {
    lay: draw,
    draw,
    told() {
      const many = written().filter(Boolean).length;
      return { said: many ? `${many} of ${words.length} lines are written.` : `A blank leaflet with ${words.length} lines.\nWrite what can be said honestly.` };
    },
  };
};
