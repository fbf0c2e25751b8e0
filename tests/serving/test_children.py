"""Processes beside the console: begun again when they end, and ended with everything they started."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector.serving import children
from connector.serving.children import Child
from tests.prefect_server import eventually

_STARTS = "import os, sys; open(sys.argv[1], 'a').write('x'); sys.exit(3)"
_FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.pause()"])
with open(sys.argv[1], "w") as file:
    file.write(f"{child.pid}")
time.sleep(600)
"""


def _child(program: str, file: Path, patience: float = 0.2) -> Child:
    return Child(
        "a program",
        (sys.executable, "-c", program, str(file)),
        environment=dict(os.environ),
        folder=file.parent,
        patience=patience,
        log=file.parent / "log",
    )


async def _until(stop: asyncio.Event, keeping: "asyncio.Task[None]", file: Path, size: int) -> None:
    def written() -> bool:
        return file.exists() and file.stat().st_size >= size

    await asyncio.to_thread(eventually, written, f"{file.name} is written", patience=30)
    stop.set()
    await keeping


def test_a_program_that_ends_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_FIRST_PAUSE", 0.01)

    async def story() -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(_child(_STARTS, tmp_path / "starts").keep(stop))
        await _until(stop, keeping, tmp_path / "starts", 2)

    asyncio.run(story())


def test_a_program_that_will_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    async def story() -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(_child(_FAMILY, tmp_path / "pid").keep(stop))
        await _until(stop, keeping, tmp_path / "pid", 2)

    asyncio.run(story())
    assert _is_gone(int((tmp_path / "pid").read_text()))


def _is_gone(pid: int) -> bool:
    """Ended, if perhaps not buried yet: whoever inherits it does that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


_PARENT = """
import asyncio, os, sys
from pathlib import Path
from connector.serving.children import Child

file = Path(sys.argv[1])
program = f"import os, signal; open({str(file)!r}, 'w').write(str(os.getpid())); signal.pause()"
child = Child("a program", (sys.executable, "-c", program), environment=dict(os.environ), folder=file.parent,
    patience=1.0)
asyncio.run(child.keep(asyncio.Event()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_a_program_ends_when_what_started_it_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(file)])
    pid = int(eventually(lambda: file.exists() and file.read_text(), "it runs", patience=30))
    parent.kill()
    parent.wait()
    eventually(lambda: _is_gone(pid), "it ends", patience=30)
