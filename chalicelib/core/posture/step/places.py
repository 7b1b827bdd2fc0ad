"""Places at which each kind of step says how it is protected: keys, network, role, images."""

from collections.abc import Mapping
from typing import NamedTuple


class Places(NamedTuple):
    """Paths of one kind of job's settings, the same in `Arguments` and in the Describe response.

    A path is one of `field_path`; `|` stands between two paths of which the first with a value counts. A setting
    without a path does not exist for this kind of job. `jobs` are the paths of the job definitions, where the
    document holds several or wraps one.
    """

    volume_key: str = ""
    output_key: str = ""
    vpc: str = ""
    isolation: str = ""
    traffic: str = ""
    counts: tuple[str, ...] = ()
    fewest: bool = False
    role: str = ""
    images: tuple[str, ...] = ()
    digests: str = ""
    registry: tuple[str, ...] = ()
    remote_debug: str = ""
    jobs: tuple[str, ...] = ()
    note: str = ""


TRAINING = Places(
    volume_key="ResourceConfig.VolumeKmsKeyId",
    output_key="OutputDataConfig.KmsKeyId",
    vpc="VpcConfig",
    isolation="EnableNetworkIsolation",
    traffic="EnableInterContainerTrafficEncryption",
    counts=("ResourceConfig.InstanceCount", "ResourceConfig.InstanceGroups[].InstanceCount"),
    role="RoleArn",
    images=("AlgorithmSpecification.TrainingImage",),
    remote_debug="RemoteDebugConfig.EnableRemoteDebug",
)
TUNING = Places(
    volume_key="ResourceConfig.VolumeKmsKeyId|HyperParameterTuningResourceConfig.VolumeKmsKeyId",
    output_key="OutputDataConfig.KmsKeyId",
    vpc="VpcConfig",
    isolation="EnableNetworkIsolation",
    traffic="EnableInterContainerTrafficEncryption",
    counts=(
        "ResourceConfig.InstanceCount",
        "ResourceConfig.InstanceGroups[].InstanceCount",
        "HyperParameterTuningResourceConfig.InstanceCount",
        "HyperParameterTuningResourceConfig.InstanceConfigs[].InstanceCount",
    ),
    role="RoleArn",
    images=("AlgorithmSpecification.TrainingImage",),
    jobs=("TrainingJobDefinition", "TrainingJobDefinitions[]"),
)
PROCESSING = Places(
    volume_key="ProcessingResources.ClusterConfig.VolumeKmsKeyId",
    # The older check steps wrote the key with each output.
    output_key="ProcessingOutputConfig.KmsKeyId|ProcessingOutputConfig.Outputs[].S3Output.KmsKeyId",
    vpc="NetworkConfig.VpcConfig",
    isolation="NetworkConfig.EnableNetworkIsolation",
    traffic="NetworkConfig.EnableInterContainerTrafficEncryption",
    counts=("ProcessingResources.ClusterConfig.InstanceCount",),
    role="RoleArn",
    images=("AppSpecification.ImageUri",),
)
AUTOML = Places(
    volume_key="AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId|SecurityConfig.VolumeKmsKeyId",
    output_key="OutputDataConfig.KmsKeyId",
    vpc="AutoMLJobConfig.SecurityConfig.VpcConfig|SecurityConfig.VpcConfig",
    traffic="AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption"
    "|SecurityConfig.EnableInterContainerTrafficEncryption",
    role="RoleArn",
)
PLACES: Mapping[str, Places] = {
    "Training": TRAINING,
    "Tuning": TUNING,
    "Processing": PROCESSING,
    "QualityCheck": PROCESSING,
    "ClarifyCheck": PROCESSING,
    "AutoML": AUTOML,
    "Transform": Places(
        volume_key="TransformResources.VolumeKmsKeyId",
        output_key="TransformOutput.KmsKeyId",
        counts=("TransformResources.InstanceCount",),
        note="Network, role and image are those of the model that it runs.",
    ),
    "Model": Places(
        vpc="VpcConfig",
        isolation="EnableNetworkIsolation",
        role="ExecutionRoleArn",
        images=("PrimaryContainer.Image", "Containers[].Image"),
        registry=("PrimaryContainer", "Containers[]"),
    ),
    "RegisterModel": Places(
        output_key="SecurityConfig.KmsKeyId",
        images=("InferenceSpecification.Containers[].Image",),
        digests="InferenceSpecification.Containers[].ImageDigest",
    ),
    "EndpointConfig": Places(
        volume_key="KmsKeyId",
        output_key="DataCaptureConfig.KmsKeyId|AsyncInferenceConfig.OutputConfig.KmsKeyId",
        vpc="VpcConfig",
        isolation="EnableNetworkIsolation",
        counts=("ProductionVariants[].InitialInstanceCount",),
        fewest=True,
        role="ExecutionRoleArn",
    ),
    "InferenceComponent": Places(
        images=tuple(
            f"{at}.Container.{image}"
            for at in ("Specification", "Specifications[]")
            # As a step asks for it, and as its description says which one runs.
            for image in ("Image", "DeployedImage.SpecifiedImage")
        )
    ),
    "EMR": Places(role="ExecutionRoleArn"),
    "EMRServerless": Places(role="ExecutionRoleArn"),
}


def setting_paths(step_type: str, setting: str) -> tuple[str, ...]:
    """Return the paths, in the `Arguments` of a kind of step, that a setting of `step_security` is read from."""
    places = PLACES.get(step_type)
    if places is None:
        return ()
    ways = {
        "networkIsolation": (places.isolation,),
        "interContainerEncryption": (places.traffic,),
        "instanceCount": places.counts,
        "images": places.images,
        "privateRegistry": tuple(f"{path}.ImageConfig.RepositoryAccessMode" for path in places.registry),
    }[setting]
    paths = [path for way in ways for path in way.split("|") if path]
    return tuple(f"{job}.{path}" for job in places.jobs for path in paths) + tuple(paths)
