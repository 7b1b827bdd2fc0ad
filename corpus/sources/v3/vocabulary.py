"""What the SDK itself lists: the words that a definition may be made of."""

from __future__ import annotations

from importlib.metadata import version

from sagemaker.core.workflow.conditions import ConditionTypeEnum
from sagemaker.core.workflow.execution_variables import ExecutionVariable, ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import ParameterTypeEnum
from sagemaker.mlops import workflow
from sagemaker.mlops.workflow.step_collections import StepCollection
from sagemaker.mlops.workflow.step_dependency import TriggerCondition
from sagemaker.mlops.workflow.steps import Step, StepTypeEnum

ROOTS = (Step, StepCollection)
"""What every class of step is derived from."""

PACKAGE = workflow
"""The package that holds the classes of steps."""


def vocabulary() -> dict[str, object]:
    """The SDK's version and its enumerations, each sorted."""
    variables = [value for value in vars(ExecutionVariables).values() if isinstance(value, ExecutionVariable)]
    functions = [Join(values=[]).expr, JsonGet(step_name="S", property_file="F", json_path="p").expr]
    return {
        "sagemaker": version("sagemaker"),
        "stepTypes": sorted(member.value for member in StepTypeEnum),
        "conditions": sorted(member.value for member in ConditionTypeEnum),
        "functions": sorted(key for function in functions for key in function),
        "parameterTypes": sorted(member.value for member in ParameterTypeEnum),
        "executionVariables": sorted(variable.name for variable in variables),
        "triggers": sorted(member.value for member in TriggerCondition),
    }
