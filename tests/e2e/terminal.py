"""A program in a pseudo-terminal, driven as a person would."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time

from proxy import wait_until


def without_escapes(raw):
    text = re.sub(r"\x1b\[\d*[CG]", " ", raw.decode(errors="replace"))
    return re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])", "", text)


class Terminal:
    """A program in a pseudo-terminal; what it draws, without the escapes, is `shown`."""

    def __init__(self, words, folder, environment, rows=40, columns=110):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(words, cwd=folder, env=environment, stdin=slave,
                                        stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self.raw = b""  # since the last line was entered
        self.before = b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data

    @property
    def shown(self):
        return without_escapes(self.raw)

    @property
    def everything(self):
        return without_escapes(self.before + self.raw)

    def wait_for(self, text, seconds=15):
        wanted = text.replace(" ", "")
        try:
            wait_until(lambda: wanted in re.sub(r"\s", "", self.shown), seconds, repr(text))
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.shown[-1500:]}") from None

    def type(self, text):
        os.write(self.master, text.encode())

    def settle(self, seconds=0.2):
        """Waits until nothing more is drawn."""
        state = [len(self.raw), time.monotonic()]

        def is_quiet():
            if len(self.raw) != state[0]:
                state[:] = [len(self.raw), time.monotonic()]
            return time.monotonic() - state[1] > seconds

        wait_until(is_quiet, 10, "the terminal at rest")

    def enter(self, text):
        """A line; Enter only once it is drawn, for what comes in one piece is taken as pasted."""
        self.settle()
        self.before, self.raw = self.before + self.raw, b""
        self.type(text)
        wait_until(lambda: self.raw, 10, f"{text!r} on the screen")
        self.settle()
        self.type("\r")

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.master)
