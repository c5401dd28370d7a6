"""Stop work in this process that takes too long."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeIsOver(BaseException):
    """Raised in the middle of the work; no ``except Exception`` on the way may swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeIsOver` in the block if it lasts longer.

    A signal where there is one, which stops a regular expression too; in Windows and in other
    threads than the main one an exception sent to the thread, which stops code in Python alone.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with _alarm(seconds):
            yield
    else:
        with _exception_sent(seconds):
            yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def over(_number: int, _frame: FrameType | None) -> None:
        raise TimeIsOver

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _exception_sent(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    is_over, lock = threading.Event(), threading.Lock()

    def send() -> None:
        with lock:
            if not is_over.is_set():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeIsOver))

    timer = threading.Timer(seconds, send)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            is_over.set()
            # Sent but not raised yet: it must not be raised in what comes next.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
