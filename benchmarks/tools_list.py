"""The tools of each case. The first row of a case is the one that the others are divided by."""

from __future__ import annotations

from .runner import Tool

NUMPY = "Immune Reset, NumPy"
COMPILED = "Immune Reset, compiled"


def ours(name, cores=1, module="ours", **options):
    """Return this package as a tool."""
    return _tool(name, module, cores=cores, whole=True, **options)


def _tool(name, module, environment=None, package="", cores=1, whole=False, **options):
    where = {"environment": environment} if environment else {}
    return Tool(name, module, package=package, options=options, cores=cores, whole=whole, **where)


def scipy(name, method, **options):
    """Return SciPy, one patient after the other."""
    return _tool(f"SciPy, {name} loop", "scipy_loop", package="scipy", method=method, **options)


def copasi():
    return _tool("COPASI loop", "copasi", "copasi", "python-copasi")


def gillespy():
    return _tool("GillesPy2, C++", "gillespy", "gillespy2", "gillespy2")


def rebop():
    return _tool("rebop loop", "rebop_", "rebop", "rebop")


def roadrunner(name="libRoadRunner loop", **options):
    return _tool(name, "roadrunner_", "roadrunner", "libroadrunner", **options)


def numbalsoda(name, method):
    return _tool(f"numbalsoda, {name}", "numbalsoda_", "numbalsoda", "numbalsoda", cores=0, whole=True, method=method)


def jax(name, method, package="diffrax"):
    return _tool(name, "jax_", "jax", package, cores=0, whole=True, method=method)


COHORT = [
    ours(NUMPY, backend="numpy"),
    ours(COMPILED, cores=0, backend="compiled"),
    scipy("LSODA", "LSODA"),
    scipy("RK45", "RK45"),
    scipy("LSODA (NumPy's scalars)", "LSODA", plain=False),
    scipy("RK45 (NumPy's scalars)", "RK45", plain=False),
    scipy("odeint", "odeint"),
    _tool("SciPy, RK45 stacked", "scipy_stacked", package="scipy", whole=True, method="RK45"),
    _tool("SciPy, DOP853 stacked", "scipy_stacked", package="scipy", whole=True, method="DOP853"),
    roadrunner(stiff=True),
    copasi(),
    gillespy(),
    numbalsoda("LSODA", "lsoda"),
    numbalsoda("DOP853", "dop853"),
    _tool("heyoka, batches", "heyoka_", "heyoka", "heyoka", cores=0, whole=True),
    jax("diffrax, Dopri5 mapped", "Dopri5"),
    jax("JAX, fixed-step RK4 mapped", "RK4", "jax"),
]

STIFF = [
    ours(NUMPY, backend="numpy"),
    ours(COMPILED, cores=0, backend="compiled"),
    numbalsoda("LSODA", "lsoda"),
    scipy("LSODA", "LSODA"),
    scipy("odeint", "odeint"),
    roadrunner(stiff=True),
    copasi(),
    gillespy(),
    jax("diffrax, Kvaerno5 mapped", "Kvaerno5"),
]

CURVE = [
    ours(NUMPY, module="lessons", way="numpy"),
    ours(COMPILED, cores=0, module="lessons", way="compiled"),
    _tool("solve_ivp, LSODA loop", "lessons", package="scipy", way="LSODA"),
    _tool("solve_ivp, RK45 loop", "lessons", package="scipy", way="RK45"),
]

NOISE = [
    ours(f"{NUMPY}, exact", method="exact", backend="numpy"),
    ours(f"{COMPILED}, exact", cores=0, method="exact", backend="compiled"),
    copasi(),
    rebop(),
    gillespy(),
    roadrunner(),
]
TAU = [
    ours(f"{NUMPY}, tau-leaping", method="tau", backend="numpy"),
    ours(f"{COMPILED}, tau-leaping", cores=0, method="tau", backend="compiled"),
]

CLONES = [
    ours(NUMPY, what="clones"),
    ours("its random draws alone", what="draws"),
    gillespy(),
    rebop(),
]

SPREAD = [
    ours(
        f"{kind}, {workers} worker{'s' * (workers > 1)}",
        cores=workers,
        module="lessons",
        workers=workers,
        backend=backend,
    )
    for kind, backend in ((NUMPY, "numpy"), (COMPILED, "compiled"))
    for workers in (1, 2)
]

SIZES = [
    ours(NUMPY, backend="numpy", largest=100_000),
    ours(COMPILED, cores=0, backend="compiled", largest=100_000),
]

IMPORTS = {
    "import numpy, scipy, matplotlib": "import numpy, scipy, matplotlib",
    "the same, and scipy.integrate, matplotlib.pyplot": "import numpy, scipy.integrate, matplotlib.pyplot",
    "Immune Reset, engine": "import immunereset.engine",
    "Immune Reset, engine, a model, pictures, live figures, lessons": (
        "import immunereset.engine, immunereset.models.tolerance, immunereset.pictures, immunereset.live, immunereset.lesson"
    ),
}
