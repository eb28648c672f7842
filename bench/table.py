"""The rows of a report: what was measured, against what, and whether it is within its limit."""

from dataclasses import dataclass


@dataclass
class Row:
    what: str
    autosre: float
    other: float  # nginx, unless `what` names something else
    ratio: float
    ratios: tuple  # lowest and highest of the rounds
    unit: str
    ratio_limit: float | None = None
    value_limit: float | None = None

    @property
    def over(self):
        return ((self.ratio_limit is not None and self.ratio > self.ratio_limit)
                or (self.value_limit is not None and self.autosre > self.value_limit))

    def _limit(self):
        if self.ratio_limit is not None:
            return f"{self.ratio_limit:.2f} x"
        return f"{self.value_limit:g} {self.unit}" if self.value_limit is not None else ""

    def cells(self):
        verdict = ("over" if self.over else "ok") if self._limit() else ""
        return [self.what, f"{self.autosre:.2f} {self.unit}", f"{self.other:.2f} {self.unit}",
                f"{self.ratio:.2f}", "{:.2f}-{:.2f}".format(*self.ratios), self._limit(), verdict]


HEADINGS = ["what", "autosre", "nginx", "ratio", "range", "limit", ""]
CURVE_HEADINGS = ["streams", "autosre us/delta", "nginx us/delta", "ratio", "autosre deltas/s",
                  "nginx deltas/s", "autosre gap p99 ms", "nginx gap p99 ms"]


@dataclass
class CurvePoint:
    streams: int
    cost: tuple  # autosre, nginx: CPU microseconds per delta
    rate: tuple  # deltas per second that arrived
    gap: tuple   # 99th percentile of the time between two deltas of a stream, ms
    ratio: float

    def cells(self):
        return [str(self.streams), *(f"{c:.2f}" for c in self.cost), f"{self.ratio:.2f}",
                *(f"{r:.0f}" for r in self.rate), *(f"{g:.1f}" for g in self.gap)]


def aligned(headings, rows):
    lines = [headings, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    return "\n".join("  ".join(
        cell.ljust(width) if i == 0 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)
