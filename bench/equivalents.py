"""Guards whose absence no test can notice, with the reason; bench/mutants.py leaves them out."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
