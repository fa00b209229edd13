// Where in a lesson the reader is, in the bar on top of the page: the minutes so far, and its sections as a line.
// The minutes are those of the bar of sections below the title (ir_contents.py).

// The minutes behind a reader, of `whole`: all sections above, and of the present one the part that has been passed.
// `parts` are [{ minutes, passed }], passed from 0 to 1.
function minutesBehind(parts, whole) {
  const all = parts.reduce((sum, { minutes }) => sum + minutes, 0);
  return Math.round(whole / all * parts.reduce((sum, { minutes, passed }) => sum + minutes * passed, 0));
}

function wayOfPage(page) {
  const bar = page.querySelector(".ir-bar"), start = page.querySelector(".header-article-items__start");
  if (!bar || !start) return;
  const make = (name, className) => Object.assign(page.createElement(name), { className });
  const way = make("div", "ir-way"), line = make("div", "ir-line"), words = make("span", ""), title = page.querySelector("h1");
  const parts = [...bar.querySelectorAll("a")].map((link) => {
    const piece = line.appendChild(make("i", "")), minutes = parseInt(link.querySelector("b").textContent, 10);
    piece.style.flexGrow = minutes;
    return { piece, minutes, section: page.getElementById(decodeURIComponent(link.hash.slice(1))) };
  });
  const whole = parseInt(bar.querySelector("p").textContent, 10);
  way.setAttribute("aria-hidden", true); // the bar of sections says it
  way.append(Object.assign(make("b", ""), { textContent: title.firstChild.data }), line, words);
  start.append(way);
  let due = 0;
  function show() {
    due = 0;
    const eye = innerHeight / 2, ended = scrollY + innerHeight >= page.documentElement.scrollHeight - 2;
    for (const part of parts) {
      const { top, height } = part.section.getBoundingClientRect();
      part.passed = ended ? 1 : Math.min(1, Math.max(0, (eye - top) / height));
    }
    const here = parts.findLast(({ passed }) => passed > 0);
    way.hidden = bar.getBoundingClientRect().bottom > 0;
    for (const part of parts) part.piece.className = part === here ? "ir-here" : part.passed ? "ir-read" : "";
    words.textContent = `${minutesBehind(parts, whole)} of ${whole} min`;
  }
  const later = () => { due ||= requestAnimationFrame(show); };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  show();
}

if (typeof document !== "undefined") wayOfPage(document);
