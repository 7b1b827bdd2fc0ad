"""Describe operations of SageMaker for what a run has made, with AWS's errors for what is not there."""

from __future__ import annotations

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.sagemaker.exceptions import AWSValidationException, ResourceNotFound
from moto.sagemaker.responses import SageMakerResponse

from sandbox.world import Region, World

_GONE, _INVALID = "ResourceNotFound", "ValidationException"

# For each operation: the parameter that names the resource, the error code where there is none, its kind in ARNs.
DESCRIBED = {
    "DescribeProcessingJob": ("ProcessingJobName", _GONE, "processing-job"),
    "DescribeTrainingJob": ("TrainingJobName", _GONE, "training-job"),
    "DescribeTransformJob": ("TransformJobName", _GONE, "transform-job"),
    "DescribeHyperParameterTuningJob": (
        "HyperParameterTuningJobName",
        _GONE,
        "hyper-parameter-tuning-job",
    ),
    "DescribeAutoMLJob": ("AutoMLJobName", _GONE, "automl-job"),
    "DescribeAutoMLJobV2": ("AutoMLJobName", _GONE, "automl-job"),
    "DescribeJob": ("JobName", _GONE, "job"),
    "DescribeFeatureGroup": ("FeatureGroupName", _GONE, "feature-group"),
    "DescribeModel": ("ModelName", _INVALID, "model"),
    "DescribeModelPackage": ("ModelPackageName", _INVALID, "model-package"),
    "DescribeEndpoint": ("EndpointName", _INVALID, "endpoint"),
    "DescribeEndpointConfig": ("EndpointConfigName", _INVALID, "endpoint-config"),
    "DescribeInferenceComponent": ("InferenceComponentName", _INVALID, "inference-component"),
}
_ERRORS = {"ResourceNotFound": ResourceNotFound, "ValidationException": AWSValidationException}


class Describes(SageMakerResponse):  # type: ignore[misc]
    """SageMaker of moto, whose Describe operations look first at what the runs have made."""

    world: World

    @property
    def here(self) -> Region:
        """Return the content of the region that the call is for."""
        return self.world.region(self.region)

    def _described(self, operation: str) -> ActionResult:
        """Return what a run has made, else moto's own; raise AWS's error for what is not there."""
        key, code, _ = DESCRIBED[operation]
        asked = str(self._get_param(key))
        found = self.here.described(operation, asked)
        if found is not None:
            return ActionResult(found)
        of_moto = getattr(super(), _method(operation), None)
        try:
            if of_moto:
                return of_moto()
        except ServiceException as error:
            raise _ERRORS[code](str(error.message)) from None
        except KeyError:  # moto looks a few things up without asking whether they are there
            pass
        raise _ERRORS[code](f"Could not find {key} '{asked}'.")


def _method(operation: str) -> str:
    return str(camelcase_to_underscores(operation))


def _add_describes() -> None:
    """Add one method for each operation of the table: moto finds operations by method name."""
    for operation in DESCRIBED:

        def method(self: Describes, operation: str = operation) -> ActionResult:
            return self._described(operation)

        setattr(Describes, _method(operation), method)


_add_describes()
