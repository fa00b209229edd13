"""Balance curves: gain and loss of one state against the state itself, above its valley."""
