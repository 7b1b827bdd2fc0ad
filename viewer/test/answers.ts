/** Answers for tests, from as little as makes the point. */

import { readLineage } from "../src/api/read";
import type { Json, Lineage } from "../src/api/types";

interface Made {
  /** Step ids, or whole nodes. */
  nodes?: (string | { [key: string]: Json })[];
  edges?: [from: string, to: string, via?: string][];
  artifacts?: { [key: string]: Json }[];
  findings?: Json[];
  execution?: Json;
  more?: { [key: string]: Json };
}

export function answer({
  nodes = [],
  edges = [],
  artifacts = [],
  findings = [],
  execution = null,
  more = {},
}: Made): Lineage {
  return readLineage({
    pipeline: { name: "p" },
    execution,
    graph: {
      nodes: nodes.map((node) => (typeof node === "string" ? { id: node, type: "Processing" } : node)),
      edges: edges.map(([from, to, via = "ref:Get"]) => ({ from, to, via })),
      artifacts: artifacts.map((artifact, id) => ({ id, ...artifact })),
    },
    findings,
    ...more,
  });
}

export const ran = (id: string, status = "Succeeded", more: { [key: string]: Json } = {}) => ({
  id,
  type: "Processing",
  run: { status, ...more },
});

export const EXECUTED = {
  arn: "arn:aws:sagemaker:ap-northeast-2:123456789012:pipeline/p/execution/x",
  status: "Succeeded",
};
