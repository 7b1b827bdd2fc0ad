/** JSON answers → the page's types. Nothing is trusted: a missing or mistyped key gives a neutral value, never an exception. */

import { list, number, object, objectOrNull, rest, strings, text, truth, UNKNOWN } from "./json";
import type {
  Artifact,
  ExecutionEntry,
  ExecutionFacts,
  ExecutionPage,
  Finding,
  Json,
  Lineage,
  LineageEdge,
  PipelineEntry,
  PipelineFacts,
  PipelinePage,
  Port,
  Run,
  StepNode,
  Summary,
  Warning,
} from "./types";

function readPort(value: Json): Port {
  const port = object(value);
  const uri = text(port["uri"]);
  const expression = text(port["expression"]);
  return {
    name: text(port["name"]) ?? "",
    uri: uri ?? `\${${expression ?? ""}}`, // an older service has no template for what is not known
    expression,
    kind: text(port["kind"]),
    resolution: text(port["resolution"]) ?? (uri === null ? "unresolved" : null),
    extra: rest(port, ["name", "uri", "expression", "kind", "resolution"]),
  };
}

const RUN_KEYS = [
  "status",
  "startTime",
  "endTime",
  "elapsedSec",
  "jobName",
  "jobArn",
  "failureReason",
  "metrics",
  "job",
];

function readRun(value: Json | undefined): Run | null {
  const run = objectOrNull(value);
  if (!run) return null;
  return {
    status: text(run["status"]) ?? UNKNOWN,
    startTime: text(run["startTime"]),
    endTime: text(run["endTime"]),
    elapsedSec: number(run["elapsedSec"]),
    jobName: text(run["jobName"]),
    jobArn: text(run["jobArn"]),
    failureReason: text(run["failureReason"]),
    metrics: object(run["metrics"]),
    outcome: truth(run["outcome"]) ?? truth(object(run["condition"])["outcome"]),
    job: objectOrNull(run["job"]),
    extra: rest(run, RUN_KEYS),
  };
}

const NODE_KEYS = [
  "id",
  "label",
  "type",
  "description",
  "inputs",
  "outputs",
  "run",
  "registry",
  "security",
  "branchTaken",
  "resources",
];

function readNode(value: Json): StepNode {
  const node = object(value);
  const id = text(node["id"]) ?? "";
  return {
    id,
    label: text(node["label"]) ?? id,
    type: text(node["type"]) ?? UNKNOWN,
    description: text(node["description"]),
    inputs: list(node["inputs"]).map(readPort),
    outputs: list(node["outputs"]).map(readPort),
    run: readRun(node["run"]),
    registry: objectOrNull(node["registry"]),
    security: objectOrNull(node["security"]),
    branchTaken: truth(node["branchTaken"]),
    resources: list(node["resources"]).map(object),
    extra: rest(node, NODE_KEYS),
    raw: node,
  };
}

function readEdge(value: Json): LineageEdge {
  const edge = object(value);
  return {
    from: text(edge["from"]) ?? "",
    to: text(edge["to"]) ?? "",
    via: text(edge["via"]) ?? "",
    trigger: text(edge["trigger"]),
  };
}

const ARTIFACT_KEYS = ["id", "uri", "bucket", "key", "s3", "posture", "producedBy", "consumedBy"];

function readArtifact(value: Json, index: number): Artifact {
  const artifact = object(value);
  const s3 = objectOrNull(artifact["s3"]);
  return {
    id: number(artifact["id"]) ?? index,
    uri: text(artifact["uri"]) ?? "",
    bucket: text(artifact["bucket"]),
    key: text(artifact["key"]),
    s3,
    facts: s3 && {
      region: text(s3["region"]) ?? UNKNOWN,
      encryption: text(s3["encryption"]) ?? UNKNOWN,
      versioning: text(s3["versioning"]) ?? UNKNOWN,
      publicAccess: text(s3["publicAccess"]) ?? UNKNOWN,
    },
    posture: objectOrNull(artifact["posture"]),
    producedBy: strings(artifact["producedBy"]),
    consumedBy: strings(artifact["consumedBy"]),
    extra: rest(artifact, ARTIFACT_KEYS),
    raw: artifact,
  };
}

function readFinding(value: Json, index: number): Finding {
  const finding = object(value);
  const info = object(finding["finding_info"]);
  const suppression = object(finding["suppression"]);
  const reason = text(suppression["reason"]);
  return {
    uid: text(info["uid"]) ?? `finding-${index}`,
    rule: text(finding["rule"]) ?? "",
    severity: text(finding["severity"]) ?? UNKNOWN,
    status: text(finding["status"]) ?? UNKNOWN,
    title: text(info["title"]) ?? text(finding["rule"]) ?? "",
    desc: text(info["desc"]) ?? "",
    path: strings(finding["path"]),
    evidence: object(finding["evidence"]),
    controls: strings(finding["controls"]),
    remediation: text(object(finding["remediation"])["desc"]),
    suppression:
      reason === null ? null : { reason, status: text(suppression["status"]), expires: text(suppression["expires"]) },
    raw: finding,
  };
}

export function readWarning(value: Json): Warning {
  const warning = object(value);
  return {
    code: text(warning["code"]) ?? UNKNOWN,
    message: text(warning["message"]) ?? "",
    resource: text(warning["resource"]),
    action: text(warning["action"]),
    extra: rest(warning, ["code", "message", "resource", "action"]),
  };
}

const PIPELINE_KEYS = ["name", "arn", "lastModifiedTime", "region", "roleArn", "parameters"];

function readPipeline(value: Json | undefined): PipelineFacts {
  const pipeline = object(value);
  return {
    name: text(pipeline["name"]) ?? "",
    arn: text(pipeline["arn"]),
    lastModifiedTime: text(pipeline["lastModifiedTime"]),
    region: text(pipeline["region"]),
    roleArn: text(pipeline["roleArn"]),
    parameters: object(pipeline["parameters"]),
    extra: rest(pipeline, PIPELINE_KEYS),
  };
}

const EXECUTION_KEYS = ["arn", "displayName", "status", "startTime", "endTime", "failureReason"];

function readExecution(value: Json | undefined): ExecutionFacts | null {
  const execution = objectOrNull(value);
  if (!execution) return null;
  return {
    arn: text(execution["arn"]) ?? "",
    displayName: text(execution["displayName"]),
    status: text(execution["status"]) ?? UNKNOWN,
    startTime: text(execution["startTime"]),
    endTime: text(execution["endTime"]),
    failureReason: text(execution["failureReason"]),
    extra: rest(execution, EXECUTION_KEYS),
  };
}

function readSummary(value: Json | undefined): Summary {
  const summary = object(value);
  const counts = Object.entries(object(summary["nodeStatus"]));
  return {
    overallStatus: text(summary["overallStatus"]) ?? UNKNOWN,
    nodeStatus: Object.fromEntries(counts.map(([status, count]) => [status, number(count) ?? 0])),
    elapsedSec: number(summary["elapsedSec"]),
    lastActivityTime: text(summary["lastActivityTime"]),
  };
}

export function readLineage(value: Json): Lineage {
  const answer = object(value);
  const graph = object(answer["graph"]);
  return {
    pipeline: readPipeline(answer["pipeline"]),
    execution: readExecution(answer["execution"]),
    summary: readSummary(answer["summary"]),
    nodes: list(graph["nodes"]).map(readNode),
    edges: list(graph["edges"]).map(readEdge),
    artifacts: list(graph["artifacts"]).map(readArtifact),
    findings: list(answer["findings"]).map(readFinding),
    warnings: list(answer["warnings"]).map(readWarning),
    raw: answer,
  };
}

function readPipelineEntry(value: Json): PipelineEntry {
  const entry = object(value);
  return {
    name: text(entry["name"]) ?? "",
    displayName: text(entry["displayName"]),
    arn: text(entry["arn"]),
    lastModifiedTime: text(entry["lastModifiedTime"]),
    lastExecutionTime: text(entry["lastExecutionTime"]),
    latestStatus: text(object(entry["latestExecution"])["status"]),
    tags: object(entry["tags"]),
  };
}

export function readPipelinePage(value: Json): PipelinePage {
  const page = object(value);
  return {
    region: text(page["region"]),
    pipelines: list(page["pipelines"])
      .map(readPipelineEntry)
      .filter((entry) => entry.name !== ""),
    nextToken: text(page["nextToken"]),
    warnings: list(page["warnings"]).map(readWarning),
  };
}

function readExecutionEntry(value: Json): ExecutionEntry {
  const entry = object(value);
  return {
    arn: text(entry["arn"]) ?? "",
    displayName: text(entry["displayName"]),
    status: text(entry["status"]) ?? UNKNOWN,
    startTime: text(entry["startTime"]),
  };
}

export function readExecutionPage(value: Json): ExecutionPage {
  const page = object(value);
  return {
    executions: list(page["executions"])
      .map(readExecutionEntry)
      .filter((entry) => entry.arn !== ""),
    nextToken: text(page["nextToken"]),
    warnings: list(page["warnings"]).map(readWarning),
  };
}
