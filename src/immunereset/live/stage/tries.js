// What the tries on a main slider of places 0 to `last` say: the stretch of those after which it came back, that of those
// after which it stays away, and the two neighbours between which the border lies, whichever side is the higher one.
function sides(back, away, last) {
  const span = (some) => (some.length ? [Math.min(...some), Math.max(...some)] : null);
  const [bad, good] = [span(back), span(away)];
  if (bad && good && bad[1] < good[0]) return { back: [0, bad[1]], away: [good[0], last], between: [bad[1], good[0]] };
  if (bad && good && good[1] < bad[0]) return { back: [bad[0], last], away: [0, good[1]], between: [good[1], bad[0]] };
  return { back: bad, away: good, between: null };
}
