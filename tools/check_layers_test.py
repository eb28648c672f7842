#!/usr/bin/env python3
"""The checker finds what it is for, and nothing in clean code."""
import pathlib
import subprocess
import sys
import tempfile

CHECKER = pathlib.Path(__file__).with_name("check_layers.py")
CASES = {
    "upward include": ('base/a.cc', '#include "net/url.h"\n', "base must not include net"),
    "device in pure code": ('protocol/a.h', '#include <boost/asio/io_context.hpp>\n', "is pure"),
    "Beast elsewhere": ('gateway/a.cc', '#include <boost/beast/http.hpp>\n', "Beast stays in"),
    "long file": ('net/a.cc', "\n" * 401, "401 lines"),
    "clean code": ('gateway/a.cc', '#include "net/url.h"\n#include <string>\n', None),
}

failed = 0
for case, (name, text, expected) in CASES.items():
    with tempfile.TemporaryDirectory() as root:
        path = pathlib.Path(root) / "src" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
        run = subprocess.run([sys.executable, CHECKER, root], capture_output=True, text=True)
    right = (run.returncode == 0 and not run.stdout) if expected is None else (
        run.returncode == 1 and expected in run.stdout)
    if not right:
        print(f"{case}: exit {run.returncode}, said {run.stdout!r}")
        failed += 1
sys.exit(1 if failed else 0)
