// What happens to a patient, and when. No DOM here, and each function stands for itself, so that worker threads can be
// given their text.

// Of courses [[input, level, start, duration, halfLife], ...] and events [{day(p), apply(y, p, out)}, ...]: the courses,
// the events as [day, event], and the days on which anything starts, stops or happens, from 0 to `until`. Days are
// rounded to a billionth, and those that near to `until` are `until`, as in Python's Schedule.
function timetable(courses, events, p, until) {
  const exact = (day) => Math.abs(day - until) < 1e-9 ? until : Math.round(day * 1e9) / 1e9, cuts = new Set([0, until]);
  const planned = courses.map(([input, level, start, duration, half]) => (
    [input, level, exact(start), exact(start + duration), half]));
  const dated = events.map((event) => [exact(event.day(p)), event]);
  for (const [, , start, stop] of planned) cuts.add(start).add(stop);
  for (const [day] of dated) cuts.add(day);
  const days = [...cuts].filter((day) => day >= 0 && day <= until).sort((a, b) => a - b);
  return { courses: planned, events: dated, days };
}

// The courses that run between two days, given those of a timetable.
function running(courses, from, to) {
  const middle = (from + to) / 2;
  return courses.filter(([, , start, stop]) => start <= middle && middle < stop);
}

// Writes into `input` what the courses that run add up to on day t, within `limits`: [[input, lowest, highest], ...].
function drive(input, limits, active, t) {
  for (const [name] of limits) input[name] = 0;
  for (const [name, level, start, , half] of active) {
    input[name] += half === Infinity ? level : level * 2 ** (-(t - start) / half);
  }
  for (const [name, low, high] of limits) input[name] = Math.min(high, Math.max(low, input[name]));
}

// Changes y by those events of a timetable that are due on a day, in their order; `next` is room for a state. Returns
// false if a state became negative or not finite.
function applyEvents(events, day, p, y, next) {
  for (const [when, event] of events) {
    if (when !== day) continue;
    next.set(y);
    event.apply(y, p, next);
    if (!next.every((value) => value >= 0 && value < Infinity)) return false;
    y.set(next);
  }
  return true;
}
