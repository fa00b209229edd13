"""Build again what changed where Sphinx does not look: its own extensions, and style sheets and pictures.

Without this, a page keeps the old style sheet until its text changes, because Sphinx copies static files only when it
writes a page.
"""

import hashlib
from pathlib import Path


def digest(places):
    """A short digest of all files in the given files and folders, by name and content."""
    found = hashlib.sha256()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def note_digests(app, config):
    """Make the digests part of the configuration: a change of extensions reads, one of static files writes all pages."""
    config.ir_extensions = digest([Path(__file__).parent])
    config.ir_static = digest([Path(app.confdir, entry) for entry in config.html_static_path])


def setup(app):
    app.add_config_value("ir_extensions", "", "env")
    app.add_config_value("ir_static", "", "html")
    app.connect("config-inited", note_digests)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
