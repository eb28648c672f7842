#!/usr/bin/env python3
"""Checks the house rules that a compiler cannot: includes only go down the layers, pure code touches
no device, files stay short. Prints each fault as path:line: what; exit 1 if there is one."""
import pathlib
import re
import sys

DEPS = {
    "base": set(),
    "protocol": {"base"},
    "translate": {"protocol", "base"},
    "html": {"base"},
    "config": {"base"},
    "recipe": {"config", "base"},
    "sys": {"config", "base"},
    "gpu": {"config", "sys", "base"},
    "image": {"sys", "config", "base"},
    "ssh": {"config", "sys", "base"},
    "net": {"base"},
    "cdp": {"protocol", "config", "sys", "net", "base"},
    "fetch": {"net", "base"},
    "model": {"config", "sys", "net", "base"},
    "dedicated": {"recipe", "config", "sys", "base"},
    "stack": {"base", "config", "sys", "net"},
    "k3s": {"stack", "recipe", "config", "sys", "net", "base"},
    "agent": {"base", "config", "protocol", "sys", "net", "stack"},
    "backend": {"agent", "stack", "recipe", "gpu", "model", "config", "sys", "net", "base"},
    "gateway": {"translate", "net", "protocol", "base"},
    "mcp": {"cdp", "html", "fetch", "protocol", "net", "sys", "config", "base"},
    "cli": {"mcp", "backend", "agent", "k3s", "stack", "gateway", "recipe", "gpu", "image", "ssh", "model", "dedicated", "config", "sys", "net", "base"},
}
PURE = {"base", "protocol", "translate", "html", "recipe"}
DEVICE_HEADERS = re.compile(r"<(boost/asio|boost/beast|sys/socket|sys/epoll|sys/wait|spawn|fcntl|unistd)\b")
BEAST_HOMES = {"net/http_head.cc", "net/boost_impl.cc", "cdp/websocket_transport.cc"}
MAX_LINES = 400


def faults_of(path, name):
    module = name.split("/")[0]
    lines = path.read_text().splitlines()
    if len(lines) > MAX_LINES:
        yield len(lines), f"{len(lines)} lines, more than {MAX_LINES}"
    for number, line in enumerate(lines, 1):
        ours = re.match(r'#include "([a-z0-9_]+)/', line)
        if ours and ours[1] in DEPS and ours[1] != module and ours[1] not in DEPS.get(module, DEPS):
            yield number, f"{module} must not include {ours[1]}"
        if module in PURE and DEVICE_HEADERS.search(line):
            yield number, f"{module} is pure: no devices"
        if "<boost/beast" in line and name not in BEAST_HOMES:
            yield number, "Beast stays in " + ", ".join(sorted(BEAST_HOMES))


def main(root):
    source = pathlib.Path(root) / "src"
    found = 0
    for path in sorted([*source.rglob("*.cc"), *source.rglob("*.h")]):
        for line, what in faults_of(path, path.relative_to(source).as_posix()):
            print(f"{path}:{line}: {what}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent))
