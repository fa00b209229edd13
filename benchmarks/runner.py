"""Tools as processes: each runs in its own environment and takes orders one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

from . import environments

PATIENCE = 600.0
"""Seconds after which an order counts as failed."""


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool as a row of the table: its name, what it runs, and in which environment.

    `whole` tools run all patients at once or nothing: they cannot be measured on a few. `cores` is the number of
    processors it uses, 0 for all. `earlier` is the commit whose files it runs from, None for those of today.
    """

    name: str
    module: str
    environment: str = environments.OURS
    package: str = ""
    options: dict = field(default_factory=dict)
    whole: bool = False
    cores: int = 1
    earlier: environments.Commit | None = None

    @property
    def version(self) -> str:
        """The version measured, as the environment's list gives it."""
        from importlib import metadata

        package = self.package or self.environment
        if self.earlier:
            return self.earlier.name
        if self.environment == environments.OURS:
            return metadata.version(package)
        return environments.versions(self.environment)[package]


class Worker:
    """A tool's process. Raises `environments.Missing` if it cannot be started."""

    def __init__(self, tool: Tool, folder: Path):
        environments.make(tool.environment)
        programs = environments.programs(tool.environment)
        told = {"module": tool.module, "folder": str(folder), "options": tool.options}
        log = environments.BUILD / "tools.log"
        # GillesPy2 calls a builder that it looks for on PATH.
        paths = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
        with open(log, "a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [str(programs / "python"), "-m", "benchmarks.worker", json.dumps(told)],
                **environments.files_of(tool.earlier, PATH=paths), text=True, encoding="utf-8", stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip

    def ask(self, keep: Path | None = None, **settings) -> dict:
        """Let the tool run once; return its seconds, its peak in MB and, if there is a reference, its error.

        Raises `RuntimeError` with what the tool said if it failed, ended, or took longer than `PATIENCE`.
        """
        late = threading.Timer(PATIENCE, self.process.kill)
        late.start()
        try:
            self.process.stdin.write(json.dumps({"settings": settings, "keep": str(keep) if keep else None}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = ""
        finally:
            late.cancel()
        if not line:
            raise RuntimeError(f"the process ended, or took more than {PATIENCE:.0f} s")
        answer = json.loads(line)
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
