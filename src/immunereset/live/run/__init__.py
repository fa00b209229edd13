"""One patient without noise: the run, its picture, and the page that moves it."""
