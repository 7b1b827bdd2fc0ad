"""Scope of an expression, which is all that it may refer to, and the result of resolving one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.values.doc import NOTHING
from chalicelib.core.values.model import Definition, Doc, Step

LITERAL = "literal"
PARAMETER_DEFAULT = "parameter default"
EXECUTION_VALUE = "execution value"
JOB_DESCRIPTION = "job description"
_RANK: dict[str | None, int] = {None: 0, LITERAL: 0, PARAMETER_DEFAULT: 1, EXECUTION_VALUE: 2, JOB_DESCRIPTION: 3}


class Resolved(NamedTuple):
    """Result of resolving an expression.

    Where `known`, `value` is the result and `resolution` says how it is known (`literal`, `parameter default`,
    `execution value`, `job description`; a mixture takes the last of these that took part). Else `expression` is what
    the definition says, a `Get`'s path or compact JSON, and `template` is the text as far as it is known
    (`core.definition.templates`).
    """

    known: bool
    value: Any = None
    resolution: str | None = None
    expression: str | None = None
    template: str = ""


class Scope:
    """Values that an expression may refer to; it does not change, and remembers what it once resolved.

    `values`: an execution's parameters by name. `variables`: `Execution.…` and `PipelineExperimentConfig.…` by their
    full path. `run_documents`: by step name, what `Steps.<name>.<path>` addresses at run time. `region`, `account`
    and `partition` complete ARNs of which a definition gives only the name. `step` is the one in which an expression
    stands: a few variables mean something else in each.
    """

    __slots__ = (
        "account",
        "definition",
        "embedded",
        "named",
        "partition",
        "region",
        "run_documents",
        "settled",
        "step",
        "steps",
        "values",
        "variables",
    )

    def __init__(
        self,
        definition: Definition,
        values: Mapping[str, Any] = NOTHING,
        variables: Mapping[str, Any] = NOTHING,
        run_documents: Mapping[str, Doc] = NOTHING,
        region: str | None = None,
        account: str | None = None,
        partition: str = "aws",
        step: str | None = None,
    ) -> None:
        self.definition = definition
        self.values = values
        self.variables = variables
        self.run_documents = run_documents
        self.region = region
        self.account = account
        self.partition = partition
        self.step = step
        # A path means the same for the life of a scope, and is looked up once.
        self.steps: dict[str, Step] = {step.name: step for step in definition.steps}
        self.settled: dict[str, Resolved] = {}
        self.embedded: dict[int, Any] = {}
        self.named: dict[int, dict[str, Any]] = {}

    def at(self, step: str) -> "Scope":
        """Return the same values as an expression in the step called `step` sees them, with the same caches."""
        if self.step == step:
            return self
        there = object.__new__(Scope)
        for name in Scope.__slots__:
            setattr(there, name, getattr(self, name))
        there.step = step
        return there


def latest(one: str | None, other: str | None) -> str:
    """Return, of two ways in which parts of a value are known, the one that changes most from run to run."""
    return (other if _RANK[other] > _RANK[one] else one) or LITERAL
