"""Shapes of the execution, its summary, and the run, job and registration of a step."""

from typing import Annotated, Any, TypedDict

from chalicelib.formats.types.words import Said, Time


class ExecutionMore(TypedDict, total=False):
    """Optional keys of `Execution`."""

    displayName: Said[str]
    description: Said[str]
    createdBy: dict[str, Any]
    lastModifiedBy: dict[str, Any]
    lastModifiedTime: Time
    pipelineVersionId: int
    roleArn: str


class Execution(ExecutionMore):
    """The execution that was read; further keys are DescribePipelineExecution's, in camel case."""

    arn: str
    status: Annotated[str, "AWS's own word: Executing, Stopping, Stopped, Failed, Succeeded, …"]
    startTime: Time | None
    endTime: Annotated[Time | None, "The last step's end once the execution is over, else null."]
    failureReason: str | None


class Summary(TypedDict):
    """The execution in four facts."""

    overallStatus: Annotated[str, "The execution's own status; Unknown where none was read."]
    nodeStatus: Annotated[dict[str, int], "How many nodes have each run status."]
    elapsedSec: Annotated[int | None, "Last end minus first start, in whole seconds."]
    lastActivityTime: Annotated[Time | None, "The latest end of a run, else the pipeline's last modification."]


class OperandMore(TypedDict, total=False):
    """Optional keys of `Operand`."""

    expression: Annotated[Said[str], "Where the definition has no plain value."]


class Operand(OperandMore, total=False):
    """One side of a comparison."""

    value: Annotated[Any, "Left out where it is not known."]


class ComparisonMore(TypedDict, total=False):
    """Optional keys of `Comparison`: the operands, under the definition's names in camel case."""

    leftValue: Operand
    rightValue: Operand
    conditions: Said[list["Comparison"]]


class Comparison(ComparisonMore):
    """One condition of a Condition step as it was decided."""

    type: Annotated[str, "The definition's word: Equals, GreaterThanOrEqualTo, In, Not, Or, …"]


class Job(TypedDict, total=False):
    """AWS's description of what a step made; further keys are those of its kind, in camel case. No secrets."""

    type: Annotated[Said[str], "The ARN's word for it: training-job, processing-job, model, endpoint, …"]
    status: Said[str]
    image: Said[str]
    images: Annotated[Said[list[str]], "Where there are several."]
    instanceType: Said[str]
    instanceCount: Said[int]
    roleArn: Said[str]
    billableSec: Said[int]
    failureReason: Said[str]
    creationTime: Said[Time]
    startTime: Said[Time]
    endTime: Said[Time]
    environment: Said[dict[str, str]]
    hyperparameters: Said[dict[str, str]]


class RunMore(TypedDict, total=False):
    """Optional keys of `Run`."""

    displayName: Said[str]
    description: Said[str]
    failureReason: Said[str]
    attempts: Annotated[Said[int], "How often it was tried."]
    earlierAttempts: Said[list["Run"]]
    cachedFrom: Annotated[Said[str], "The ARN of the execution that really made the data."]
    selectedFrom: Annotated[Said[str], "The same, where a selective execution took the step over."]
    outcome: Annotated[Said[str], "What a condition came to: True or False."]
    conditions: Said[list[Comparison]]
    index: Annotated[Said[int], "Which iteration of a ForEach this is."]
    item: Annotated[Said[str], "What the iteration was given."]
    iterations: Annotated[Said[dict[str, int]], "How many iterations have each status."]
    iterationRuns: Said[list["Iteration"]]
    job: Said[Job]
    details: Annotated[Said[dict[str, Any]], "What else AWS's record says, by its metadata key."]


class Run(RunMore):
    """Run of one step in an execution."""

    status: Annotated[str, "AWS's own word: Starting, Executing, Stopping, Stopped, Failed, Succeeded."]
    startTime: Time | None
    endTime: Time | None
    elapsedSec: Annotated[int | None, "Whole seconds."]
    jobName: str | None
    jobArn: str | None
    metrics: Annotated[dict[str, float], "From the job, and from evaluation reports by their dotted path."]


class Iteration(Run):
    """One iteration of a ForEach's body."""

    stepName: str


class Container(TypedDict, total=False):
    """An inference container of a model package."""

    image: Said[str]
    imageDigest: Said[str]
    modelData: Said[str]
    modelDataETag: Said[str]
    additionalData: Said[str]
    framework: Said[str]
    hostname: Said[str]


class Deployment(TypedDict, total=False):
    """An endpoint of this pipeline that serves the package."""

    endpointName: Said[str]
    endpointArn: Said[str]
    knownBy: Annotated[Said[str], "modelPackage: the served model names the package; modelData: it has its file."]


class RegistryMore(TypedDict, total=False):
    """Optional keys of `Registry`."""

    modelPackageGroup: Said[str]
    version: Said[int]
    status: Said[str]
    approvalStatus: Annotated[Said[str], "Approved, Rejected or PendingManualApproval."]
    approvalDescription: Said[str]
    description: Said[str]
    creationTime: Said[Time]
    createdBy: Said[dict[str, str]]
    lastModifiedTime: Said[Time]
    lastModifiedBy: Said[dict[str, str]]
    inferenceImage: Said[str]
    modelData: Said[str]
    containers: Said[list[Container]]
    modelMetrics: Annotated[Said[dict[str, str]], "Locations by dotted name: ModelQuality.Statistics."]
    driftCheckBaselines: Said[dict[str, str]]
    commitId: Said[str]
    repository: Said[str]
    customerMetadata: Said[dict[str, str]]
    endpoints: Said[list[Deployment]]


class Registry(RegistryMore):
    """The model package that a step registered, as the registry has it now; further keys are AWS's, in camel case."""

    modelPackageArn: str
