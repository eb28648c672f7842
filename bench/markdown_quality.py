#!/usr/bin/env python3
"""How well the main content of web pages is found, beside Mozilla's Readability (jsdom) and trafilatura, on the public
test pages of both. Two measures:

- Readability's pages, token F1: the text against the expected one, over the multisets of their words, averaged over the
  pages. What is expected there is Readability's own output, so that its figure is 1 by construction.
- trafilatura's pages, segments: people have noted what must be in the text and what must not. Precision, recall and F1
  over all segments, as trafilatura's own evaluation counts them. Images and captions off, as in trafilatura.

Words are runs of letters and digits: no markup counts, for none of the three. Exit 1 when a floor is not held."""
import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "web"))
import pages  # noqa: E402

PROGRAM = HERE.parent / "build/bench/bench_markdown"
# Held whether or not the peers run: measured figures, a little below.
FLOORS = {"token F1": 0.945, "segment F1": 0.905}
TOLERANCE = 0.003  # below trafilatura that is still its equal


def peers(folder):
    python = str(folder / "venv/bin/python")
    return {"readability": ["node", "--max-old-space-size=6000", str(HERE / "web/readability_peer.mjs")],
            "trafilatura": [python, str(HERE / "web/trafilatura_peer.py")]}


def scores(first, second, answers):
    token_f1 = sum(pages.token_f1(a["text"], p.text) for a, p in zip(answers[0], first)) / len(first)
    found = missed = wrong = 0
    for answer, page in zip(answers[1], second):
        counts = pages.segment_counts(page, answer["text"])
        found, missed, wrong = found + counts[0], missed + counts[1], wrong + counts[2]
    precision, recall = found / max(1, found + wrong), found / max(1, found + missed)
    return {"token F1": token_f1, "precision": precision, "recall": recall,
            "segment F1": 2 * precision * recall / max(1e-9, precision + recall)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out: they take minutes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = pathlib.Path(subprocess.run([HERE / "web/install.sh"], check=True, capture_output=True, text=True).stdout.strip())
    first, second = list(pages.readability_pages(folder)), list(pages.trafilatura_pages(folder))
    environment = dict(os.environ, AUTOSRE_PEERS=str(folder))
    ours = [str(PROGRAM)]
    results = {"autosre": scores(first, second, (pages.run_tool(ours, first), pages.run_tool([*ours, "--no-images"], second)))}
    for name, argv in {} if options.only_ours else peers(folder).items():
        results[name] = scores(first, second, [pages.run_tool(argv, corpus, environment) for corpus in (first, second)])
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print(f"{len(first)} pages of Readability, {len(second)} of trafilatura")
        print(f"{'':12} {'token F1':>9} {'precision':>10} {'recall':>7} {'segment F1':>11}")
        for name, row in results.items():
            print(f"{name:12} {row['token F1']:9.4f} {row['precision']:10.4f} {row['recall']:7.4f} {row['segment F1']:11.4f}")
    own = results["autosre"]
    failed = [f"{name} {own[name]:.4f} is below {floor}" for name, floor in FLOORS.items() if own[name] < floor]
    for name, row in results.items():
        if name != "autosre" and own["segment F1"] < row["segment F1"] - TOLERANCE:
            failed.append(f"segment F1 {own['segment F1']:.4f} is below {name}'s {row['segment F1']:.4f}")
    if "trafilatura" in results and own["token F1"] < results["trafilatura"]["token F1"]:
        failed.append("token F1 is below trafilatura's")
    for failure in failed:
        print("FAILED:", failure, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
