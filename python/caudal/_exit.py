"""The end of the process, or of a query: functions of the user's that still run are told to
stop.

They run on threads of the core. A thread that is in Python while the interpreter goes away
takes the process down with it, so the end waits for them, as Python waits for its own
threads. Knows nothing of queries.
"""

from __future__ import annotations

import atexit
import time

from caudal import _native

#: How long until a thread that caught what it was told is told again, in seconds.
_AGAIN = 1.0


def wait_for_functions() -> None:
    """From now on the end of the process waits for functions of the user's."""
    atexit.register(_end)


def _end() -> None:
    """Waits until no function of the user's runs; new calls of them are refused."""
    told: dict[int, float] = {}
    while threads := _native.threads_in_user_code():
        now = time.monotonic()
        for ident in threads:
            if ident and now - told.get(ident, -_AGAIN) >= _AGAIN:
                told[ident] = now
                stop_thread(ident)
        time.sleep(0.005)


def stop_thread(ident: int) -> None:
    """Raises `SystemExit` in a thread, as soon as it is between two steps of Python."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(SystemExit))
