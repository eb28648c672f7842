#!/usr/bin/env python3
"""How fast web pages become Markdown: MB of HTML a second on one core, beside Mozilla's Readability with Turndown under
node (linkedom, the faster of its DOMs, and jsdom) and trafilatura's Markdown, in one run on the same pages. Each page's
time is taken inside the program, without reading the file or starting; ours is the fastest of three, theirs of one
after a first page. Exit 1 when we are not ten times as fast as each."""
import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "web"))
import pages  # noqa: E402

PROGRAM = HERE.parent / "build/bench/bench_markdown"
LEAST_RATIO = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60, help="of each corpus, evenly taken")
    parser.add_argument("--no-gate", action="store_true")
    options = parser.parse_args()
    folder = pathlib.Path(subprocess.run([HERE / "web/install.sh"], check=True, capture_output=True, text=True).stdout.strip())
    chosen = []
    for corpus in (list(pages.readability_pages(folder)), list(pages.trafilatura_pages(folder))):
        chosen += corpus[:: max(1, len(corpus) // options.pages)]
    megabytes = sum(page.path.stat().st_size for page in chosen) / 1e6
    environment = dict(os.environ, AUTOSRE_PEERS=str(folder))
    peer = str(HERE / "web/readability_peer.mjs")
    python = str(folder / "venv/bin/python")
    programs = {
        "autosre": [str(PROGRAM), "--links", "--repeat", "3"],
        "autosre, whole": [str(PROGRAM), "--links", "--whole", "--repeat", "3"],
        "Readability, linkedom": ["node", peer, "--linkedom", "--markdown"],
        "Readability, jsdom": ["node", "--max-old-space-size=6000", peer, "--markdown"],
        "trafilatura": [python, str(HERE / "web/trafilatura_peer.py"), "--markdown"],
    }
    print(f"{len(chosen)} pages, {megabytes:.1f} MB")
    print(f"{'':22} {'MB/s':>8} {'times ours':>11}")
    own = None
    slow = []
    for name, argv in programs.items():
        warm = [chosen[0]] + chosen
        seconds = sum(answer["seconds"] for answer in pages.run_tool(argv, warm, environment)[1:])
        own = own or seconds
        print(f"{name:22} {megabytes / seconds:8.2f} {seconds / own:11.1f}", flush=True)
        if not name.startswith("autosre") and seconds < LEAST_RATIO * own:
            slow.append(name)
    if slow and not options.no_gate:
        print("FAILED: not ten times as fast as " + ", ".join(slow), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
