"""Processes pinned to their core, and what the kernel says of them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, OTHER_CORE = 0, 1
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    pid: int
    url: str

    def cpu(self) -> float:
        """Seconds of CPU so far, of all threads, in user and kernel."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> int:
        """Bytes that are resident now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024


@contextmanager
def process(module: str, *arguments: str, core: int) -> Iterator[Process]:
    """Runs until the block is left; it prints its URL when it listens."""
    with subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("BENCH_VERBOSE") else subprocess.DEVNULL,
        text=True,
        env=os.environ | {"OPENAI_API_KEY": "", "OTEL_SDK_DISABLED": "true"},
    ) as started:
        os.sched_setaffinity(started.pid, {core})
        prefer(started.pid)
        try:
            assert started.stdout
            yield Process(started.pid, started.stdout.readline().strip())
        finally:
            started.kill()


def prefer(pid: int) -> None:
    """What else runs on the machine should not be measured. Only root may ask for it."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, -15)
