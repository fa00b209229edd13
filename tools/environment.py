"""Write environment.yml from requirements.txt, for conda and Binder.

The packages are listed with their versions, not by `-r requirements.txt`: Binder then keeps the layer that holds them
until a version changes, instead of installing them again for every commit. The package itself follows in postBuild.
"""

from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.11"
# Binder runs Linux; the lock holds for every system and names the exceptions by markers like these.
BINDER = {
    "implementation_name": "cpython",
    "implementation_version": f"{PYTHON}.0",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "linux",
}


def locked(text):
    """The requirements in the text of a compiled lock, without hashes and comments."""
    lines = (line.rstrip("\\").strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "--"))]


def pins(text):
    """The pins of a lock, as `name==version`, that apply on Binder."""
    return [f"{item.name}{item.specifier}" for item in locked(text) if not item.marker or item.marker.evaluate(BINDER)]


def environment(text):
    """The text of environment.yml for the text of a lock."""
    lines = [
        "# Generated from requirements.txt by `python make.py environment`; do not edit.",
        "name: immune-reset",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python={PYTHON}",
        "  - pip",
        "  - pip:",
        *(f"      - {pin}" for pin in pins(text)),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    (ROOT / "environment.yml").write_text(environment(lock), encoding="utf-8", newline="\n")
