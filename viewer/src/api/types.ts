/**
 * The contract's shapes, as far as the page reads them. `extra` holds what an answer brings besides: the panel
 * shows it as it is, so that a newer service hides nothing behind an older page.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Port {
  name: string;
  /** A location, or a template of one: see `model/template`. */
  uri: string;
  expression: string | null;
  kind: string | null;
  resolution: string | null;
  extra: JsonObject;
}

export interface Run {
  status: string;
  startTime: string | null;
  endTime: string | null;
  elapsedSec: number | null;
  jobName: string | null;
  jobArn: string | null;
  failureReason: string | null;
  metrics: JsonObject;
  /** A condition's result, where the answer has one. */
  outcome: boolean | null;
  job: JsonObject | null;
  extra: JsonObject;
}

export interface StepNode {
  id: string;
  label: string;
  type: string;
  description: string | null;
  inputs: Port[];
  outputs: Port[];
  run: Run | null;
  registry: JsonObject | null;
  security: JsonObject | null;
  /** False where the service says that the branch it stands in was not taken. */
  branchTaken: boolean | null;
  resources: JsonObject[];
  extra: JsonObject;
  raw: JsonObject;
}

export interface LineageEdge {
  from: string;
  to: string;
  via: string;
  trigger: string | null;
}

export interface BucketFacts {
  region: string;
  encryption: string;
  versioning: string;
  publicAccess: string;
}

export interface Artifact {
  id: number;
  uri: string;
  bucket: string | null;
  key: string | null;
  /** The flat strings, as they came. */
  s3: JsonObject | null;
  facts: BucketFacts | null;
  posture: JsonObject | null;
  producedBy: string[];
  consumedBy: string[];
  extra: JsonObject;
  raw: JsonObject;
}

export interface Finding {
  uid: string;
  rule: string;
  severity: string;
  status: string;
  title: string;
  desc: string;
  path: string[];
  evidence: JsonObject;
  controls: string[];
  remediation: string | null;
  /** Why somebody accepted it, what its status would be, and the last day of that. */
  suppression: { reason: string; status: string | null; expires: string | null } | null;
  raw: JsonObject;
}

export interface Warning {
  code: string;
  message: string;
  resource: string | null;
  action: string | null;
  extra: JsonObject;
}

export interface PipelineFacts {
  name: string;
  arn: string | null;
  lastModifiedTime: string | null;
  region: string | null;
  roleArn: string | null;
  parameters: JsonObject;
  extra: JsonObject;
}

export interface ExecutionFacts {
  arn: string;
  displayName: string | null;
  status: string;
  startTime: string | null;
  endTime: string | null;
  failureReason: string | null;
  extra: JsonObject;
}

export interface Summary {
  overallStatus: string;
  nodeStatus: Record<string, number>;
  elapsedSec: number | null;
  lastActivityTime: string | null;
}

export interface Lineage {
  pipeline: PipelineFacts;
  execution: ExecutionFacts | null;
  summary: Summary;
  nodes: StepNode[];
  edges: LineageEdge[];
  artifacts: Artifact[];
  findings: Finding[];
  warnings: Warning[];
  raw: JsonObject;
}

export interface PipelineEntry {
  name: string;
  displayName: string | null;
  arn: string | null;
  lastModifiedTime: string | null;
  lastExecutionTime: string | null;
  latestStatus: string | null;
  tags: JsonObject;
}

export interface PipelinePage {
  region: string | null;
  pipelines: PipelineEntry[];
  nextToken: string | null;
  warnings: Warning[];
}

export interface ExecutionEntry {
  arn: string;
  displayName: string | null;
  status: string;
  startTime: string | null;
}

export interface ExecutionPage {
  executions: ExecutionEntry[];
  nextToken: string | null;
  warnings: Warning[];
}
