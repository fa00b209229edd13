"""What chance alone makes of people, clinics and trials: no biology, and the same random numbers as in the page (chance.js)."""
