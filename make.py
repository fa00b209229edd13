"""Build, test and open the book, with nothing installed but Python 3.11 or later.

    python make.py book           make the environment, run every lesson, build the book
    python make.py test [...]     the same, then the tests on every core; further words go to pytest (-k tolerance)
    python make.py test tests/fast   those of the optional room, which the line above leaves out
    python make.py lab [...]      open JupyterLab in notebooks/
    python make.py store [...]    run lessons and store the text outputs that nbval checks (default: every lesson)
    python make.py bench [...]    measure the engine beside its peers (benchmarks/README.md; further words: cases)
    python make.py links          write the launch links into every lesson
    python make.py questions      write the questions of every lesson into its notebooks, from src/immunereset/lesson
    python make.py minutes        write the table of lessons and their computed minutes into README.md
    python make.py environment    write environment.yml from requirements.txt
    python make.py picture        build the book and take the README's picture out of it
    python make.py clean          remove what was built

This file needs the standard library only, and stays readable by Python 3.6, so that an old Python gets a sentence
instead of a syntax error. What needs more than the standard library lives in tools/ and runs inside `.venv`.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "immunereset-set-up.txt"
TESTS_STAMP = VENV / "immunereset-set-up-tests.txt"
BUILD = ROOT / "_build"
HTML = BUILD / "html"
LOG = BUILD / "book.log"
OLDEST_PYTHON = (3, 11)
SECONDS_A_LESSON = 20
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Problem(Exception):
    """A sentence for the reader; ends the program with exit code 1."""


def say(text=""):
    print(text, flush=True)


def venv_program(name):
    """Path of a program inside the environment: bin/ on Linux and macOS, Scripts/ on Windows."""
    folder, ending = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return str(VENV / folder / (name + ending))


def run(*command, **options):
    """Run a command in the project folder; a failure raises Problem."""
    code = subprocess.call(command, cwd=str(ROOT), **options)
    if code:
        raise Problem("This command failed with exit code {}: {}".format(code, " ".join(command)))


def digest(*paths):
    """One fingerprint of the given files and of every file under the given folders."""
    whole = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.is_file())
        for file in files:
            if "__pycache__" not in file.parts:
                whole.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


# The environment


def python_stamp():
    """What the environment itself depends on: a virtual environment can be neither moved nor upgraded."""
    return "Python {}.{}.{} in {}".format(*sys.version_info[:3], ROOT)


def working_uv():
    """Path of uv, or None; a launcher on PATH may be there and not work."""
    uv = shutil.which("uv")
    works = uv and subprocess.call([uv, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    return uv if works else None


def create_environment(uv):
    say("Making the environment .venv with Python {}.{}.{} ...".format(*sys.version_info[:3]))
    if VENV.exists():
        shutil.rmtree(str(VENV))
    if uv:
        return run(uv, "venv", "--quiet", "--python", sys.executable, str(VENV))
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        raise Problem(
            "This Python cannot make environments: its module venv or ensurepip is missing. "
            "On Debian and Ubuntu: sudo apt-get install python3-venv"
        )
    run(sys.executable, "-m", "venv", str(VENV))


KERNEL = """\
# Every kernel warns that its messages are not encrypted; that matters on shared computers, not to a reader.
get_config().IPKernelApp.log_level = "ERROR"
# JupyterLab writes what a kernel says of its language into each notebook that it opens. With Python's full version the
# notebook would count as changed wherever that version differs.
from ipykernel.ipkernel import IPythonKernel

IPythonKernel.language_info["version"] = "3"
"""
NO_NEWS = """\
{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
"""
JUPYTER = {"etc/ipython/ipython_kernel_config.py": KERNEL, "share/jupyter/lab/settings/overrides.json": NO_NEWS}


def settle_jupyter(prefix):
    """Make Jupyter quiet in the environment below `prefix`: no warnings, no news, no notebook changed by opening it."""
    for name, text in JUPYTER.items():
        path = Path(prefix) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def install(lock):
    """Install the packages of a lock."""
    uv, python = working_uv(), venv_program("python")
    started = time.monotonic()
    say("Installing the packages of {} with {} ...".format(lock, "uv" if uv else "pip"))
    installer = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    run(*installer, "--quiet", "--require-hashes", "-r", lock)
    say("Installed in {:.0f} s.".format(time.monotonic() - started))
    return installer


def set_up():
    """Make .venv and install what the lessons need and this package, unless that has been done already."""
    if sys.version_info < OLDEST_PYTHON:
        raise Problem(
            "This is Python {}.{}; the book needs Python {}.{} or later. "
            "Run it with another interpreter, for example: make PYTHON=python3.12 book".format(
                *sys.version_info[:2], *OLDEST_PYTHON
            )
        )
    settled = hashlib.sha256(repr(sorted(JUPYTER.items())).encode()).hexdigest()
    wanted = [python_stamp(), digest(ROOT / "requirements.txt", ROOT / "pyproject.toml"), settled]
    done = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.is_file() else [None]
    if done == wanted:
        return
    if done[0] != wanted[0]:
        create_environment(working_uv())
    installer = install("requirements.txt")
    run(*installer, "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    settle_jupyter(VENV)
    STAMP.write_text("\n".join(wanted), encoding="utf-8")


def set_up_tests():
    """The same, and what only tests and benchmarks need."""
    set_up()
    wanted = digest(ROOT / "requirements.txt", ROOT / "requirements-tests.txt")
    if TESTS_STAMP.is_file() and TESTS_STAMP.read_text(encoding="utf-8") == wanted:
        return
    install("requirements-tests.txt")
    TESTS_STAMP.write_text(wanted, encoding="utf-8")


def run_tool(module, *args):
    run(venv_program("python"), "-m", "tools." + module, *args)


# The book


def digest_of_lessons():
    """What the results of a lesson depend on besides its own text."""
    return digest(STAMP, ROOT / "src", ROOT / "data", ROOT / "book" / "references.bib")


def drop_what_is_stale():
    """Remove results that the sources no longer vouch for.

    The cache of executed lessons knows the text of each lesson and nothing else, and Sphinx remembers a page without
    its warnings. So the cache goes when the package, the data or the environment changed; the pages go with it, and
    also when the book's settings, contents or own code changed, or the last build did not succeed. Returns what to call
    when this build succeeds.
    """
    BUILD.mkdir(exist_ok=True)
    lessons, pages = BUILD / "lessons.digest", BUILD / "pages.digest"
    book = ROOT / "book"
    wanted_lessons = digest_of_lessons()
    wanted_pages = wanted_lessons + digest(ROOT / "_config.yml", book / "_toc.yml", book / "_ext")
    if not lessons.is_file() or lessons.read_text() != wanted_lessons:
        shutil.rmtree(str(BUILD / ".jupyter_cache"), ignore_errors=True)
        lessons.write_text(wanted_lessons)
    if not pages.is_file() or pages.read_text() != wanted_pages:
        for folder in (BUILD / ".doctrees", BUILD / "jupyter_execute", HTML):
            shutil.rmtree(str(folder), ignore_errors=True)
    if pages.is_file():
        pages.unlink()
    return lambda: pages.write_text(wanted_pages)


class Progress:
    """Turns the builder's output into one line for each lesson, and keeps the rest for the log."""

    LESSON = re.compile(r"([\w-]+)\.ipynb: Executed notebook in ([\d.]+) seconds")

    def __init__(self):
        self.complaints = []

    def output(self, line):
        found = self.LESSON.search(line)
        if found:
            seconds = float(found.group(2))
            say("    ran {} in {:.1f} s".format(found.group(1), seconds))
            if seconds > SECONDS_A_LESSON:
                say("    That is more than the {} s a lesson may take.".format(SECONDS_A_LESSON))

    def complaint(self, line):
        if line.strip():
            self.complaints.append(line)


def watch(command, progress):
    """Run the builder, report its progress, write everything it says to the log; returns the exit code."""
    # A page does not say how long its figures took to compute: TQDM_DISABLE silences what a lesson tells its user.
    quiet = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "TQDM_DISABLE": "1"}
    environment = dict(os.environ, PYTHONUNBUFFERED="1", PYTHONUTF8="1", **quiet)
    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    with open(str(LOG), "w", encoding="utf-8") as log:

        def follow(stream, tell):
            for line in stream:
                line = COLOURS.sub("", line).rstrip()
                log.write(line + "\n")
                tell(line)

        errors = threading.Thread(target=follow, args=(process.stderr, progress.complaint))
        errors.start()
        follow(process.stdout, progress.output)
        errors.join()
    return process.wait()


def book():
    """Run every lesson that changed and build the book; warnings are errors."""
    set_up()
    confirm = drop_what_is_stale()
    started = time.monotonic()
    say("Building the book ...")
    progress = Progress()
    code = watch([venv_program("jupyter-book"), "build", ".", "--toc", "book/_toc.yml", "-W", "--keep-going"], progress)
    for line in progress.complaints:
        say(line)
    if code:
        for report in sorted((HTML / "reports").rglob("*.err.log")):
            text = COLOURS.sub("", report.read_text(encoding="utf-8", errors="replace"))
            # What comes before the message is the builder's own way to the cell.
            say("\n{}\n{}".format(report.relative_to(ROOT), text.split("CellExecutionError: ")[-1].rstrip()))
        raise Problem("The book was not built; the whole log is in {}".format(LOG.relative_to(ROOT)))
    confirm()
    say("Built in {:.0f} s. Open it at\n{}".format(time.monotonic() - started, (HTML / "index.html").as_uri()))


# The commands


def cores():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_every_core(words):
    """The words for pytest that spread the tests over this machine's cores, unless the given words already say how.

    There is one process more than cores, because a test that waits for a page leaves its core to another. The tests of
    one file stay together: they share what is slow to make. The order is that of tests/conftest.py.
    """
    given = [*words, *os.environ.get("PYTEST_ADDOPTS", "").split()]
    if cores() == 1 or any(re.match(r"-n|--numprocesses|--dist|--pdb|no:xdist", word) for word in given):
        return []
    say("Testing on {} cores ...".format(cores()))
    return ["-n", str(cores() + 1), "--dist", "loadfile", "--no-loadscope-reorder"]


def without_fast(words):
    """The words for pytest that leave out the optional room, which no lesson needs, unless the given words ask for it."""
    return [] if any("fast" in word for word in words) else ["--ignore=tests/fast"]


def test(*args):
    """Build the book, then run the tests of the package, the data, the lessons and the built book."""
    failed_book = None
    try:
        book()
    except Problem as problem:
        failed_book = problem
        say("{}\nThe tests run all the same.".format(problem))
    set_up_tests()
    run(venv_program("python"), "-m", "pytest", "--durations=20", *on_every_core(args), *without_fast(args), *args)
    if failed_book:
        raise failed_book


def lab(*args):
    """Open JupyterLab in notebooks/."""
    set_up()
    run(venv_program("jupyter-lab"), "notebooks", *args)


def store(*lessons):
    """Run lessons from a fresh kernel and store the text outputs of cells tagged nbval-check-output."""
    set_up()
    run_tool("lessons", "store", *(os.path.abspath(lesson) for lesson in lessons))


def bench(*args):
    """Measure the engine beside its peers; the results go to benchmarks/results.csv."""
    set_up_tests()
    run(venv_program("python"), "-m", "benchmarks", *args)


def links():
    """Write the launch links and the setup cell into every lesson."""
    set_up()
    run_tool("lessons", "links")


def questions():
    """Write the questions of every lesson into its notebooks."""
    set_up()
    run_tool("questions")


def minutes():
    """Write the table of lessons and their computed minutes into README.md."""
    set_up()
    run_tool("minutes")


def environment():
    """Write environment.yml from requirements.txt."""
    set_up()
    run_tool("environment")


def picture():
    """Build the book and take the README's picture out of it."""
    book()
    run_tool("picture")


def clean():
    """Remove what was built; the environment .venv stays."""
    for folder in (BUILD, ROOT / ".pytest_cache", ROOT / ".hypothesis"):
        shutil.rmtree(str(folder), ignore_errors=True)


COMMANDS = {
    command.__name__: command
    for command in (book, test, lab, store, bench, links, questions, minutes, environment, picture, clean)
}
TAKES_MORE_WORDS = ("test", "lab", "store", "bench")


def main(words):
    if hasattr(sys.stdout, "reconfigure"):
        # A Windows console may lack a letter that a warning quotes; show it as "?" instead of stopping.
        sys.stdout.reconfigure(errors="replace")
    if not words or words[0] not in COMMANDS or (words[1:] and words[0] not in TAKES_MORE_WORDS):
        say(__doc__.split("\n\nThis file")[0])
        return 2
    # What lessons and tests import in a hundred processes is compiled once, also where this is set.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        COMMANDS[words[0]](*words[1:])
    except Problem as problem:
        say("\n{}".format(problem))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
