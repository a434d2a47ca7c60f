"""Becomes another program, and has the kernel kill it once its parent is gone.

Run as ``python leash.py PARENT_PID PROGRAM ARGUMENT…``. Asked for by the child
itself, after its own exec: Python's ``preexec_fn`` may deadlock in a process with
threads, and a supervisor that speaks gRPC has some. See prctl(2), PR_SET_PDEATHSIG;
the setting outlives execve(2). On systems without it, the program just runs.

SIGKILL and not SIGTERM: nobody is left who could insist, and every store of the
mesh is made to survive it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie ourselves to the parent, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # It may have died before the kernel was told.
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(program[0], program)  # noqa: S606  # a shell would be one process too many


if __name__ == "__main__":
    main()
