"""Becomes another program that ends when the process that started it ends, however that one ends.

`python -m connector.serving.tied PID PROGRAM WORDS…`, on Linux; elsewhere the program is merely run. A server
that outlived a killed parent would keep its port, and a second one would write to the same files.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(words: list[str]) -> None:
    """Tie this process to its parent, then become the program; returns only when the parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != int(words[0]):
            return
    os.execv(words[1], words[1:])  # noqa: S606  no shell is what is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
