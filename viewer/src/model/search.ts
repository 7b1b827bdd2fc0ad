/** Search by any word of a step's or artifact's name, type, status, location or job. */

import type { Artifact, Lineage, StepNode } from "../api/types";
import type { IconName } from "../icons/paths";
import { segmentsOf } from "./template";

export interface Hit {
  place: string;
  title: string;
  subtitle: string;
  icon: IconName;
}

function stepText(node: StepNode): string {
  return [node.id, node.label, node.type, node.run?.status, node.run?.jobName].join("\n").toLowerCase();
}

function artifactText(artifact: Artifact): string {
  return [artifact.uri, ...Object.values(artifact.facts ?? {})].join("\n").toLowerCase();
}

/** Every word must be found; steps come before artifacts, each in the answer's order. */
export function search(lineage: Lineage, query: string, limit = Infinity): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const matches = (text: string) => words.every((word) => text.includes(word));
  const steps = lineage.nodes
    .filter((node) => matches(stepText(node)))
    .map((node) => ({ place: `node:${node.id}`, title: node.label, subtitle: node.type, icon: "processing" as const }));
  const artifacts = lineage.artifacts
    .filter((artifact) => matches(artifactText(artifact)))
    .map((artifact) => ({
      place: `artifact:${artifact.id}`,
      title: shortUri(artifact.uri),
      subtitle: artifact.uri,
      icon: "data" as const,
    }));
  return [...steps, ...artifacts].slice(0, limit);
}

/** The end of a location that says something: `s3://bucket/a/model.tar.gz` is `model.tar.gz`, `…/2026/03/` is `2026/03/`. */
export function shortUri(uri: string): string {
  const place = uri.startsWith("arn:") ? uri.slice(uri.lastIndexOf(":") + 1).replace(/^[\w-]+\//, "") : uri;
  const trailing = place.endsWith("/") ? "/" : "";
  const segments = segmentsOf(place.slice(0, place.length - trailing.length));
  const last = segments.at(-1) ?? "";
  const before = segments.length > 4 || !uri.includes("://") ? segments.at(-2) : undefined;
  const short = last.length < 4 && before ? `${before}/${last}` : last;
  return short === "" ? uri : short + trailing;
}
