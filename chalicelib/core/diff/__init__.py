"""Difference of two `/lineage` answers: a pure function of both, for executions or definitions alike."""

from chalicelib.core.diff.causes.cause import READ
from chalicelib.core.diff.difference import compared, diff
from chalicelib.core.diff.facts import KINDS
from chalicelib.core.diff.laws import apply, mirror

__all__ = ["KINDS", "READ", "apply", "compared", "diff", "mirror"]
