"""Reading a model of ten items, beside lavaan's own reader of the same syntax: under 0.3 ms.

python benchmarks/psychometrics/read_model.py
"""

from __future__ import annotations

from _against_r import our_seconds, r_seconds

from psychometrics.cfa.syntax import parse_model

MODEL = "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\ns =~ x7 + x8 + x9 + x10\n"
BOUND = 0.3


def main() -> None:
    """Hundred readings of each, in milliseconds for one."""
    ours = our_seconds(lambda: [parse_model(MODEL) for _ in range(100)], 20) * 10
    reading = f'for (k in 1:100) lavParseModelString("{MODEL}")'
    theirs = r_seconds("library(lavaan)", reading, 10) * 10
    verdict = "reached" if ours < BOUND else "NOT REACHED"
    print(f"ours {ours:.3f} ms, lavaan {theirs:.3f} ms (bound {BOUND} ms: {verdict})")


if __name__ == "__main__":
    main()
