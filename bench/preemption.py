#!/usr/bin/env python3
"""How much sooner an urgent request gets its first token where preemption is in vLLM: two servers that differ in the
hook alone, both with all slots taken by background work. Prints one table; takes about five minutes."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parents[1]
TESTS = REPO / "tests/vllm/real"
ROUNDS, TOKENS = 5, 200


def main():
    from server import Stream, Vllm, saturated
    import tiny_model

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        model = tiny_model.write(folder / "tiny")
        servers = [Vllm(folder / name, model, hook=name == "hook") for name in ("hook", "stock")]
        try:
            for server in servers:
                Stream(server.wait(), "warm up", 0, 5).finish()
            # One after the other in each round, so that what else the machine does meets both.
            times = [[first_token(saturated(server, TOKENS)) for server in servers] for _ in range(ROUNDS)]
        finally:
            for server in servers:
                server.stop()
    hook, stock = (statistics.median(column) for column in zip(*times))
    print(f"{'':12}{'with the hook':>16}{'without':>12}{'ratio':>8}")
    print(f"{'first token':12}{hook:>14.2f} s{stock:>10.2f} s{stock / hook:>8.1f}")
    print(f"median of {ROUNDS}, 2 slots, background answers of {TOKENS} tokens")


def first_token(run):
    background, urgent = run
    return urgent.seen[0] - urgent.started


if __name__ == "__main__":
    python = pathlib.Path(subprocess.run([TESTS / "install_vllm.sh"], text=True, check=True,
                                         stdout=subprocess.PIPE).stdout.strip()) / "venv/bin/python"
    if pathlib.Path(sys.prefix) != python.parent.parent:
        os.environ.update(HF_HUB_OFFLINE="1", VLLM_NO_USAGE_STATS="1", TORCHDYNAMO_DISABLE="1", OMP_NUM_THREADS="1",
                          KMP_BLOCKTIME="0")
        os.execv(python, [python, *sys.argv])
    sys.path[:0] = [str(TESTS), str(REPO / "tests/e2e")]
    main()
