/** The shapes of `/account`, `/impact` and `/diff`, as far as the page reads them. */

import type { Json, JsonObject, Warning } from "./types";

export interface Unread {
  pipeline: string | null;
  why: string;
  action: string | null;
}

/** How much of the account the answer rests on; `asOf` is null where it was read just now. */
export interface Coverage {
  regions: string[];
  known: number | null;
  read: number | null;
  asOf: string | null;
  unread: Unread[];
}

/** true, false, or null: nothing that would tell was read. */
export type Sensitive = boolean | null;

export interface AccountPipeline {
  name: string;
  region: string | null;
  arn: string | null;
  status: string | null;
  startTime: string | null;
  steps: number | null;
  findings: Record<string, number>;
  sensitive: Sensitive;
  publicPlaces: string[];
  unread: Unread[];
}

export interface AccountPlace {
  bucket: string;
  region: string;
  encryption: string;
  versioning: string;
  publicAccess: string;
  sensitive: Sensitive;
  readBy: string[];
  writtenBy: string[];
  readAt: string | null;
}

export interface AccountPage {
  region: string | null;
  coverage: Coverage;
  totals: Record<string, number>;
  findings: Record<string, number>;
  pipelines: AccountPipeline[];
  places: AccountPlace[];
  nextToken: string | null;
  warnings: Warning[];
  raw: JsonObject;
}

export interface Vertex {
  id: string;
  type: string;
  name: string;
  arn: string | null;
  pipeline: string | null;
  /** Edges from the start; 0 for the start itself. */
  distance: number;
  /** One shortest path, from the start to this vertex. */
  path: string[];
  facts: JsonObject;
  gone: boolean;
  /** Only its id is known: more is reached than one answer lists. */
  unlisted?: boolean;
  raw: JsonObject;
}

export interface FlowEdge {
  from: string;
  to: string;
  via: string;
  known: string | null;
  timing: string | null;
  at: string | null;
}

export interface Impact {
  start: Vertex[];
  nodes: Vertex[];
  edges: FlowEdge[];
  weakest: { id: string; why: string } | null;
  omitted: Record<string, number>;
  coverage: Coverage;
  warnings: Warning[];
  raw: JsonObject;
}

export interface DiffSide {
  pipeline: string | null;
  execution: string | null;
  status: string | null;
  startTime: string | null;
}

export interface ChangeReference {
  kind: string;
  subject: string;
  path: string;
}

export interface Change extends ChangeReference {
  before: Json;
  after: Json;
  difference: number | null;
  relative: number | null;
  cause: { basis: string; desc: string; changes: ChangeReference[] } | null;
  reach: { steps: string[]; models: string[]; endpoints: string[]; more: boolean };
}

export interface Difference {
  pipeline: string | null;
  from: DiffSide;
  to: DiffSide;
  kinds: Record<string, number>;
  findings: Record<string, number>;
  changes: Change[];
  warnings: Warning[];
  raw: JsonObject;
}
