"""Table of rules: the title, severities, controls and remediation of each, and the function that finds it."""

from __future__ import annotations

from chalicelib.core.findings.rule import CRITICAL, HIGH, INFORMATIONAL, LOW, MEDIUM, Rule
from chalicelib.core.findings.rules import boundaries, buckets, encryption, exposure, isolation, provenance

NIST = "NIST.800-53.r5:"
HUB = "SecurityHub:"

# FLOW-18 (expired data) is not here: nothing that the service reads says when data expires. Of Security Hub's
# controls, S3.7 asks for the cross-Region copy that FLOW-05 warns of, S3.10 is S3.13 again for versioned buckets,
# S3.20 can be met by the root user alone, and S3.11, S3.19, S3.22 to S3.25 are about what is not read.
# SageMaker.9 to .15 and .20 to .25 are about resources that are no part of a pipeline.
RULES: tuple[Rule, ...] = (
    Rule(
        id="FLOW-01",
        title="Sensitive data flows into a public bucket",
        severities=(CRITICAL,),
        controls=(
            *(f"{HUB}{control}" for control in ("S3.2", "S3.3", "S3.8")),
            *(f"{NIST}{control}" for control in ("AC-3", "AC-4", "AC-21", "SC-7")),
            "AISF:AISF-DATA-04",
            "MITRE-ATTACK:T1530",
        ),
        remediation="Block all public access on the bucket, or write the output to a bucket that is blocked; "
        "then look in the access logs for who has read it.",
        find=exposure.public_sinks,
    ),
    Rule(
        id="FLOW-02",
        title="Pipeline reads training data anyone can write",
        severities=(CRITICAL,),
        controls=(f"{HUB}S3.3", f"{NIST}SI-7", "MITRE-ATLAS:AML.T0020"),
        remediation="Remove the public grant or the public policy and block public access; check the data against "
        "a trusted copy before training again.",
        find=exposure.open_training_data,
    ),
    Rule(
        id="FLOW-03",
        title="Encryption downgrade across a step",
        severities=(HIGH, MEDIUM),
        controls=(f"{HUB}S3.17", f"{NIST}SC-13", f"{NIST}SC-28(1)", "AISF:AISF-INFRA-05"),
        remediation="Give the step an output KMS key at least as strong as its input's, or make one the default of "
        "the output's bucket.",
        find=encryption.downgrades,
    ),
    Rule(
        id="FLOW-04",
        title="KMS key changes along the flow",
        severities=(HIGH, INFORMATIONAL),
        controls=(f"{NIST}SC-12",),
        remediation="Check that the change is meant; where the key is another account's, that its owner may decide "
        "who reads the data.",
        find=encryption.key_changes,
    ),
    Rule(
        id="FLOW-05",
        title="Cross-Region data flow",
        severities=(HIGH, MEDIUM),
        controls=(f"{NIST}AC-4", f"{NIST}SA-9(5)"),
        remediation="Keep the data in the pipeline's own Region, or record why it may leave it.",
        find=boundaries.other_regions,
    ),
    Rule(
        id="FLOW-06",
        title="Cross-account data flow",
        severities=(HIGH, MEDIUM),
        controls=(
            f"{HUB}S3.6",
            "Prowler:s3_bucket_cross_account_access",
            f"{NIST}AC-4(21)",
            "MITRE-ATTACK:T1537",
        ),
        remediation="Check that the other account is meant; name it in the role's policy (aws:ResourceAccount), and "
        "remove replication that nobody asked for.",
        find=boundaries.other_accounts,
    ),
    Rule(
        id="FLOW-07",
        title="Unversioned data behind a registered model",
        severities=(HIGH, MEDIUM),
        controls=(
            *(f"{HUB}{control}" for control in ("S3.14", "S3.15")),
            *(f"{NIST}{control}" for control in ("SI-7", "CP-9", "AU-10")),
            "MITRE-ATLAS:AML.T0020",
        ),
        remediation="Switch versioning on for the bucket, so that the data behind the model can be shown later.",
        find=provenance.unversioned_origins,
    ),
    Rule(
        id="FLOW-08",
        title="Artifact written by more than one step",
        severities=(HIGH, MEDIUM),
        controls=(f"{NIST}SI-7",),
        remediation="Give each step a location of its own, or make one depend on the other.",
        find=provenance.shared_outputs,
    ),
    Rule(
        id="FLOW-09",
        title="Step overwrites its own lineage",
        severities=(MEDIUM,),
        controls=(f"{NIST}SI-7", f"{NIST}AU-10"),
        remediation="Write outside the locations that the pipeline reads, for instance below the execution's id.",
        find=provenance.overwritten_inputs,
    ),
    Rule(
        id="FLOW-10",
        title="Sensitive data processed without network isolation/VPC",
        severities=(HIGH, MEDIUM, LOW),
        controls=(
            f"{HUB}SageMaker.5",
            "Prowler:sagemaker_training_jobs_network_isolation_enabled",
            f"{NIST}SC-7",
        ),
        remediation="Set EnableNetworkIsolation on the job, and run it in a VPC with endpoints for what it needs.",
        find=isolation.open_networks,
    ),
    Rule(
        id="FLOW-11",
        title="Distributed step without inter-container encryption",
        severities=(MEDIUM,),
        controls=(
            *(f"{HUB}SageMaker.{number}" for number in (9, 10, 13, 15)),
            f"{NIST}SC-8",
        ),
        remediation="Set EnableInterContainerTrafficEncryption, or run the step on one instance.",
        find=isolation.bare_traffic,
    ),
    Rule(
        id="FLOW-12",
        title="Untrusted or mutable image touches sensitive data",
        severities=(MEDIUM, INFORMATIONAL),
        controls=(
            f"{HUB}SageMaker.16",
            f"{HUB}SageMaker.19",
            f"{NIST}SR-3",
            f"{NIST}CM-14",
            "MITRE-ATLAS:AML.T0010",
        ),
        remediation="Name the image by digest (@sha256:…), in a registry of your own account or of AWS.",
        find=isolation.doubtful_images,
    ),
    Rule(
        id="FLOW-13",
        title="Environment boundary crossed",
        severities=(HIGH,),
        controls=(f"{NIST}AC-4", f"{NIST}SA-3(2)"),
        remediation="Use data of the pipeline's own environment, or correct the tag that says otherwise.",
        find=boundaries.environments,
    ),
    Rule(
        id="FLOW-14",
        title="Pipeline references a bucket that does not exist",
        severities=(HIGH,),
        controls=("Prowler:s3_bucket_shadow_resource_vulnerability", f"{NIST}SR-3"),
        remediation="Create the bucket in your own account, or remove the reference; have the role write to buckets "
        "of your account only (aws:ResourceAccount).",
        find=boundaries.dangling_buckets,
    ),
    Rule(
        id="FLOW-15",
        title="Registered model without traceable origin",
        severities=(HIGH,),
        controls=(f"{NIST}SR-4", f"{NIST}AU-10", "AISF:AISF-ML-04"),
        remediation="Register the model file that a step of this pipeline made, or withdraw the approval.",
        find=provenance.models_without_origin,
    ),
    Rule(
        id="FLOW-16",
        title="Sensitive path crosses a blind spot",
        severities=(LOW,),
        controls=(f"{NIST}CA-7",),
        remediation="Grant the reads that the warnings name, so that the bucket can be judged.",
        find=exposure.blind_spots,
    ),
    Rule(
        id="FLOW-17",
        title="Sensitive flow without TLS-only policy / without access logging",
        severities=(MEDIUM, LOW),
        controls=(f"{HUB}S3.5", f"{HUB}S3.9", f"{NIST}SC-8", f"{NIST}AU-2"),
        remediation="Deny s3:* where aws:SecureTransport is false, on the bucket and its objects, and switch access "
        "logging on.",
        find=exposure.bare_sinks,
    ),
    Rule(
        id="S3.1",
        title="S3 general purpose buckets should have block public access settings enabled",
        severities=(MEDIUM,),
        controls=(f"{HUB}S3.1", f"{NIST}AC-3", f"{NIST}SC-7"),
        remediation="Switch all four block public access settings on for the account.",
        find=buckets.account_open,
    ),
    Rule(
        id="S3.2",
        title="S3 general purpose buckets should block public read access",
        severities=(CRITICAL,),
        controls=(f"{HUB}S3.2", f"{NIST}AC-3", f"{NIST}AC-21"),
        remediation="Remove the public grant or policy, and block public access on the bucket.",
        find=buckets.public_read,
    ),
    Rule(
        id="S3.3",
        title="S3 general purpose buckets should block public write access",
        severities=(CRITICAL,),
        controls=(f"{HUB}S3.3", f"{NIST}AC-3", f"{NIST}AC-21"),
        remediation="Remove the public grant or policy, and block public access on the bucket.",
        find=buckets.public_write,
    ),
    Rule(
        id="S3.5",
        title="S3 general purpose buckets should require requests to use SSL",
        severities=(MEDIUM,),
        controls=(f"{HUB}S3.5", f"{NIST}SC-8(1)"),
        remediation="Add a policy statement that denies s3:* to everyone where aws:SecureTransport is false, on the "
        "bucket and its objects.",
        find=buckets.plain_http,
    ),
    Rule(
        id="S3.6",
        title="S3 general purpose bucket policies should restrict access to other AWS accounts",
        severities=(HIGH,),
        controls=(f"{HUB}S3.6", f"{NIST}CA-9(1)"),
        remediation="Take those actions away from principals of other accounts in the bucket policy.",
        find=buckets.foreign_rights,
    ),
    Rule(
        id="S3.8",
        title="S3 general purpose buckets should block public access",
        severities=(HIGH,),
        controls=(f"{HUB}S3.8", f"{NIST}AC-3", f"{NIST}SC-7"),
        remediation="Switch all four block public access settings on for the bucket or its account.",
        find=buckets.not_blocked,
    ),
    Rule(
        id="S3.9",
        title="S3 general purpose buckets should have server access logging enabled",
        severities=(MEDIUM,),
        controls=(f"{HUB}S3.9", f"{NIST}AU-2", f"{NIST}AU-12"),
        remediation="Switch server access logging on, into a bucket in the same Region.",
        find=buckets.unlogged,
    ),
    Rule(
        id="S3.12",
        title="ACLs should not be used to manage user access to S3 general purpose buckets",
        severities=(MEDIUM,),
        controls=(f"{HUB}S3.12", f"{NIST}AC-3"),
        remediation="Set object ownership to BucketOwnerEnforced, and grant access by policy.",
        find=buckets.acl_grants,
    ),
    Rule(
        id="S3.13",
        title="S3 general purpose buckets should have Lifecycle configurations",
        severities=(LOW,),
        controls=(f"{HUB}S3.13", f"{NIST}SI-13(5)"),
        remediation="Give the bucket lifecycle rules, so that data does not outlive its use.",
        find=buckets.without_lifecycle,
    ),
    Rule(
        id="S3.14",
        title="S3 general purpose buckets should have versioning enabled",
        severities=(LOW,),
        controls=(f"{HUB}S3.14", f"{NIST}CP-9"),
        remediation="Switch versioning on.",
        find=buckets.unversioned,
    ),
    Rule(
        id="S3.15",
        title="S3 general purpose buckets should have Object Lock enabled",
        severities=(MEDIUM,),
        controls=(f"{HUB}S3.15", f"{NIST}CP-6(2)"),
        remediation="Switch object lock on where data must not be deleted or replaced for a time.",
        find=buckets.without_lock,
    ),
    Rule(
        id="S3.17",
        title="S3 general purpose buckets should be encrypted at rest with AWS KMS keys",
        severities=(MEDIUM,),
        controls=(f"{HUB}S3.17", f"{NIST}SC-28(1)"),
        remediation="Make SSE-KMS the bucket's default encryption.",
        find=buckets.without_kms,
    ),
    Rule(
        id="SageMaker.4",
        title="SageMaker endpoint production variants should have an initial instance count greater than 1",
        severities=(MEDIUM,),
        controls=(f"{HUB}SageMaker.4", f"{NIST}CP-10"),
        remediation="Start each production variant on two instances or more.",
        find=isolation.lone_instances,
    ),
    Rule(
        id="SageMaker.5",
        title="SageMaker models should have network isolation enabled",
        severities=(MEDIUM,),
        controls=(f"{HUB}SageMaker.5", f"{NIST}SC-7"),
        remediation="Set EnableNetworkIsolation on the model.",
        find=isolation.open_models,
    ),
    Rule(
        id="SageMaker.16",
        title="SageMaker models should use private registry in VPC for primary containers",
        severities=(MEDIUM,),
        controls=(f"{HUB}SageMaker.16",),
        remediation="Set ImageConfig.RepositoryAccessMode to Vpc, with the image in a registry inside the VPC.",
        find=isolation.public_registries,
    ),
    Rule(
        id="SageMaker.19",
        title="SageMaker models should use private registry in VPC for multi-container inference pipelines",
        severities=(MEDIUM,),
        controls=(f"{HUB}SageMaker.19",),
        remediation="Set ImageConfig.RepositoryAccessMode to Vpc on each container, with the images in a registry "
        "inside the VPC.",
        find=isolation.public_registries_of_several,
    ),
)
