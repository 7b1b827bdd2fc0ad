/** Answers of `/account`, `/impact` and `/diff` → the page's types; nothing is trusted. */

import type {
  AccountPage,
  AccountPipeline,
  AccountPlace,
  Change,
  ChangeReference,
  Coverage,
  Difference,
  DiffSide,
  FlowEdge,
  Impact,
  Sensitive,
  Unread,
  Vertex,
} from "./accountTypes";
import { list, number, object, strings, text, truth, UNKNOWN } from "./json";
import { readWarning } from "./read";
import type { Json } from "./types";

function counts(value: Json | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, count]) => [name, number(count) ?? 0]));
}

function sensitive(value: Json | undefined): Sensitive {
  return truth(value);
}

function readUnread(value: Json): Unread {
  const unread = object(value);
  return { pipeline: text(unread["pipeline"]), why: text(unread["why"]) ?? UNKNOWN, action: text(unread["action"]) };
}

function readCoverage(value: Json | undefined): Coverage {
  const coverage = object(value);
  const pipelines = object(coverage["pipelines"]);
  return {
    regions: strings(coverage["regions"]),
    known: number(pipelines["known"]),
    read: number(pipelines["read"]),
    asOf: text(coverage["asOf"]),
    unread: list(coverage["unread"]).map(readUnread),
  };
}

function readAccountPipeline(value: Json): AccountPipeline {
  const row = object(value);
  const execution = object(row["latestExecution"]);
  return {
    name: text(row["name"]) ?? "",
    region: text(row["region"]),
    arn: text(row["arn"]),
    status: text(execution["status"]),
    startTime: text(execution["startTime"]),
    steps: number(row["steps"]),
    findings: counts(row["findings"]),
    sensitive: sensitive(row["sensitive"]),
    publicPlaces: strings(row["publicPlaces"]),
    unread: list(row["unread"]).map(readUnread),
  };
}

function readPlace(value: Json): AccountPlace {
  const place = object(value);
  const posture = object(place["posture"]);
  return {
    bucket: text(place["bucket"]) ?? "",
    region: text(posture["region"]) ?? UNKNOWN,
    encryption: text(posture["encryption"]) ?? UNKNOWN,
    versioning: text(posture["versioning"]) ?? UNKNOWN,
    publicAccess: text(posture["publicAccess"]) ?? UNKNOWN,
    sensitive: sensitive(place["sensitive"]),
    readBy: strings(place["readBy"]),
    writtenBy: strings(place["writtenBy"]),
    readAt: text(place["readAt"]),
  };
}

export function readAccountPage(value: Json): AccountPage {
  const page = object(value);
  return {
    region: text(page["region"]),
    coverage: readCoverage(page["coverage"]),
    totals: counts(page["totals"]),
    findings: counts(page["findings"]),
    pipelines: list(page["pipelines"])
      .map(readAccountPipeline)
      .filter(({ name }) => name !== ""),
    places: list(page["places"])
      .map(readPlace)
      .filter(({ bucket }) => bucket !== ""),
    nextToken: text(page["nextToken"]),
    warnings: list(page["warnings"]).map(readWarning),
    raw: page,
  };
}

function readVertex(value: Json): Vertex {
  const vertex = object(value);
  const id = text(vertex["id"]) ?? "";
  return {
    id,
    type: text(vertex["type"]) ?? UNKNOWN,
    name: text(vertex["name"]) ?? id,
    arn: text(vertex["arn"]),
    pipeline: text(vertex["pipeline"]),
    distance: number(vertex["distance"]) ?? 0,
    path: strings(vertex["path"]),
    facts: object(vertex["facts"]),
    gone: vertex["gone"] === true,
    raw: vertex,
  };
}

function readFlowEdge(value: Json): FlowEdge {
  const edge = object(value);
  return {
    from: text(edge["from"]) ?? "",
    to: text(edge["to"]) ?? "",
    via: text(edge["via"]) ?? "",
    known: text(edge["known"]),
    timing: text(edge["timing"]),
    at: text(edge["at"]),
  };
}

export function readImpact(value: Json): Impact {
  const answer = object(value);
  const weakest = object(answer["weakest"]);
  const id = text(weakest["id"]);
  return {
    start: list(answer["start"]).map(readVertex),
    nodes: list(answer["nodes"]).map(readVertex),
    edges: list(answer["edges"]).map(readFlowEdge),
    weakest: id === null ? null : { id, why: text(weakest["why"]) ?? "" },
    omitted: counts(answer["omitted"]),
    coverage: readCoverage(answer["coverage"]),
    warnings: list(answer["warnings"]).map(readWarning),
    raw: answer,
  };
}

function readSide(value: Json | undefined): DiffSide {
  const side = object(value);
  return {
    pipeline: text(side["pipeline"]),
    execution: text(side["execution"]),
    status: text(side["status"]),
    startTime: text(side["startTime"]),
  };
}

function readReference(value: Json): ChangeReference {
  const reference = object(value);
  return {
    kind: text(reference["kind"]) ?? UNKNOWN,
    subject: text(reference["subject"]) ?? "",
    path: text(reference["path"]) ?? "",
  };
}

function readChange(value: Json): Change {
  const change = object(value);
  const cause = object(change["cause"]);
  const reach = object(change["reach"]);
  return {
    ...readReference(value),
    before: change["before"] ?? null,
    after: change["after"] ?? null,
    difference: number(change["difference"]),
    relative: number(change["relative"]),
    cause:
      text(cause["desc"]) === null && list(cause["changes"]).length === 0
        ? null
        : {
            basis: text(cause["basis"]) ?? "",
            desc: text(cause["desc"]) ?? "",
            changes: list(cause["changes"]).map(readReference),
          },
    reach: {
      steps: strings(reach["steps"]),
      models: strings(reach["models"]),
      endpoints: strings(reach["endpoints"]),
      more: reach["more"] === true,
    },
  };
}

export function readDifference(value: Json): Difference {
  const answer = object(value);
  const summary = object(answer["summary"]);
  return {
    pipeline: text(answer["pipeline"]),
    from: readSide(answer["from"]),
    to: readSide(answer["to"]),
    kinds: counts(summary["kinds"]),
    findings: counts(summary["findings"]),
    changes: list(answer["changes"]).map(readChange),
    warnings: list(answer["warnings"]).map(readWarning),
    raw: answer,
  };
}
