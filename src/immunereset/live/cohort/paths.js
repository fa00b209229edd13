// Thin lines of the first patients. `told`: lines [[part of the picture, patient, number of what is watched], ...].

VIEWS.paths = ({ lines }, { figure: { settings: { days } }, paths, set }) => ({
  draw(at) {
    for (const [key, i, watched] of lines) {
      const from = watched * days.length;
      if (paths[i]) set(key, path(at, days, paths[i].subarray(from, from + days.length)));
    }
  },
});
