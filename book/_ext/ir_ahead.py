"""Run the pages that have code ahead of the builder, one on each core: myst_nb runs them one after the other.

What ran to its end goes into the cache in which myst_nb looks first. A page that fails is left to myst_nb, which runs it
once more and reports the error where a reader of the log expects it.
"""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from sphinx.util import logging

LOG = logging.getLogger(__name__)


def cores():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(notebook, path, timeout):
    """The result of one notebook, run in a kernel of its own and in its own folder."""
    return single_nb_execution(notebook, str(path.parent), timeout, allow_errors=False)


def missing(cache, notebooks):
    """Those of the notebooks, path and notebook, that the cache does not hold."""
    for path, notebook in notebooks.items():
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            yield path, notebook


def run_ahead(notebooks, cache_folder, timeout, workers):
    """Run the notebooks that the cache does not hold, `workers` at a time; yield path and seconds of each that ran."""
    cache = get_cache(cache_folder)
    with ThreadPoolExecutor(workers) as pool:
        runs = {pool.submit(run, notebook, path, timeout): path for path, notebook in missing(cache, notebooks)}
        for done in as_completed(runs):
            result, path = done.result(), runs[done]
            if not result.err:
                bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                yield path, result.time


def notebooks(env, names):
    """The pages that myst_nb reads as notebooks, lessons as well as Markdown with cells of code: path and notebook."""
    for path in (Path(env.doc2path(name)) for name in names):
        text = path.read_text(encoding="utf-8")
        if reader := create_nb_reader(str(path), env.myst_config, env.mystnb_config, text):
            yield path, reader.read(text)


def before_pages_are_read(app, env, names):
    """Run those of the pages that have code."""
    settings = env.mystnb_config
    found = dict(notebooks(env, names))
    for path, seconds in run_ahead(found, settings.execution_cache_path, settings.execution_timeout, cores()):
        LOG.info("%s: Executed notebook in %.2f seconds", path, seconds)


def setup(app):
    app.connect("env-before-read-docs", before_pages_are_read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
