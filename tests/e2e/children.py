"""Programs that a test starts and waits for itself; what it leaves running is ended with it."""

import os
import signal
import subprocess

_started = []


def start(words, **options):
    """Pipes for what it says, nothing to read, a session of its own."""
    process = subprocess.Popen(words, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True, **options)
    _started.append(process)
    return process


def kill(process):
    """With all that it has started in its session."""
    os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()


def end_all():
    while _started:
        process = _started.pop()
        if process.poll() is None:
            kill(process)
