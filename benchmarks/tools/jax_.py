"""JAX: diffrax, mapped over patients, or Runge and Kutta's fixed step; XLA uses both cores."""

import jax

jax.config.update("jax_enable_x64", True)

import diffrax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from . import atol, function  # noqa: E402

NAMES = "exp expm1 log log1p sqrt tanh sin cos floor where minimum maximum absolute".split()
WORDS = {n: getattr(jnp, n) for n in NAMES}


class Jax:
    def __init__(self, problem, arrays, method):
        self.p, self.y0 = arrays["p"], arrays["y0"]
        slope = function(problem["slope"], "slope", WORDS)
        infuse = function(problem["infusion"], "infusion", WORDS)
        day, points = problem["day"], jnp.asarray(arrays["points"])

        def adaptive(y, begin, days, p, rtol, _):
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(lambda t, y, p: jnp.stack(slope(t, y, p))), getattr(diffrax, method)(), begin, days[-1], None, y, p,
                saveat=diffrax.SaveAt(ts=days), max_steps=None, adjoint=diffrax.ForwardMode(),
                stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol(rtol)),
            )  # fmt: skip
            return found.ys

        def fixed(y, begin, days, p, _, count):
            def month(y, span):
                h = (span[1] - span[0]) / count

                def step(_, y):
                    a = jnp.stack(slope(0.0, y, p))
                    b = jnp.stack(slope(0.0, y + h / 2 * a, p))
                    c = jnp.stack(slope(0.0, y + h / 2 * b, p))
                    d = jnp.stack(slope(0.0, y + h * c, p))
                    return y + h / 6 * (a + 2 * b + 2 * c + d)

                y = jax.lax.fori_loop(0, count, step, y)
                return y, y

            spans = jnp.stack([jnp.append(begin, days[:-1]), days], axis=1)
            return jax.lax.scan(month, y, spans)[1]

        advance = fixed if method == "RK4" else adaptive

        def one(y, p, rtol, count):
            first = advance(y, 0.0, jnp.array([day]), p, rtol, count)[-1]
            return advance(jnp.stack(infuse(first, p)), day, points[1:], p, rtol, count)

        self.solve = jax.jit(jax.vmap(one, in_axes=(0, 0, None, None)))
        self.known = set()

    def prepare(self, patients, tolerance):
        """Compile for so many patients."""
        if patients not in self.known:
            self.known.add(patients)
            self.solve.lower(self.y0[:patients], self.p[:patients], 0.1, 1).compile()
            self.run(patients, 1e-2)

    def run(self, patients, tolerance):
        # A fixed step has an error of order 4; 12 steps a month go with a tolerance of 1e-2.
        count = round(12 * (1e-2 / tolerance) ** 0.25)
        later = np.asarray(self.solve(self.y0[:patients], self.p[:patients], tolerance, count))
        return self.y0[:patients], later

    def head(self, result, patients):
        first, later = result
        return np.concatenate([first[:patients, None], later[:patients]], axis=1)


load = Jax
