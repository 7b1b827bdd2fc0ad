/** What of an account needs attention first, and what a reader's words in its search mean; pure. */

import type { AccountPage, AccountPipeline, AccountPlace, Coverage, Vertex } from "../api/accountTypes";
import { parseArn } from "./arn";
import type { Hit } from "./search";

export type Attention =
  | { why: "publicSensitive" | "public"; place: AccountPlace }
  | { why: "critical"; pipeline: AccountPipeline }
  | { why: "unread"; pipelines: string[]; actions: string[] };

/** The worst first: public and sensitive places, public ones, pipelines with critical findings, what was not read. */
export function attention(page: AccountPage, most = 6): Attention[] {
  const isPublic = page.places.filter(({ publicAccess }) => publicAccess === "Public");
  const found: Attention[] = [
    ...isPublic
      .filter((place) => place.sensitive === true)
      .map((place) => ({ why: "publicSensitive" as const, place })),
    ...isPublic.filter((place) => place.sensitive !== true).map((place) => ({ why: "public" as const, place })),
    ...page.pipelines
      .filter(({ findings }) => (findings["Critical"] ?? 0) > 0)
      .map((pipeline) => ({ why: "critical" as const, pipeline })),
  ];
  const { unread } = page.coverage;
  if (unread.length === 0) return found.slice(0, most);
  const actions = [...new Set(unread.flatMap(({ action }) => action ?? []))].toSorted();
  const pipelines = [...new Set(unread.flatMap(({ pipeline }) => pipeline ?? []))];
  return [...found.slice(0, most - 1), { why: "unread", pipelines, actions }];
}

/** As many pipelines as one request reads without a store, as the service's own documentation has it. */
const READ_AT_ONCE = 100;

/** Whether there is more than one request can read, so that what was read is no picture of the account. */
export function isTooLarge({ asOf, known, read }: Coverage): boolean {
  return asOf === null && known !== null && read !== null && known > READ_AT_ONCE && read < known;
}

/** Whether a store is set that nothing was scanned into, which is no picture of the account either. */
export function isEmptyStore({ warnings }: Pick<AccountPage, "warnings">): boolean {
  return warnings.some(({ code }) => code === "NothingKept");
}

/** Texts that `/impact` takes as they are. */
const START = /^(s3|fsx|efs|awsathena|redshift):\/\/.|^arn:[^:]*:.|^(pipeline|step|data|package|model|endpoint):./;

export function isStart(text: string): boolean {
  return START.test(text);
}

/** Where a walk over the account may start, by what is typed: the text itself, then buckets and pipelines. */
export function accountHits(page: AccountPage, query: string): Hit[] {
  const text = query.trim();
  if (text === "") return [];
  const wanted = text.toLowerCase();
  const hit = (place: string, icon: Hit["icon"], title: string): Hit => ({ place, icon, title, subtitle: place });
  const itself = isStart(text)
    ? [hit(text, "reach", text)]
    : (["model", "endpoint", "package"] as const).map((type) => hit(`${type}:${text}`, TYPE_ICONS[type], text));
  const places = page.places
    .filter(({ bucket }) => bucket.toLowerCase().includes(wanted))
    .map(({ bucket }) => hit(`s3://${bucket}/`, "data", bucket));
  const pipelines = page.pipelines
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .map(({ name }) => hit(`pipeline:${name}`, "lineage", name));
  return isStart(text) ? [...itself, ...places, ...pipelines] : [...places, ...pipelines, ...itself];
}

/** The region of a vertex: where its job or execution ran, else what its id says where a name stands in several. */
export function regionOf({ id, arn, facts }: Vertex): string | null {
  const execution = facts["execution"];
  const known = parseArn(arn ?? "") ?? parseArn(typeof execution === "string" ? execution : "");
  return known?.region || (/@([a-z0-9-]+)$/.exec(id)?.[1] ?? null);
}

/** The icon of each type of vertex. */
export const TYPE_ICONS = {
  step: "processing",
  data: "data",
  package: "register",
  model: "model",
  endpoint: "endpoint",
} as const satisfies Record<string, Hit["icon"]>;

export function typeIcon(type: string): Hit["icon"] {
  return Object.hasOwn(TYPE_ICONS, type) ? TYPE_ICONS[type as keyof typeof TYPE_ICONS] : "unknown";
}

/** What could not be read, once for each reason, with every permission that would tell. */
export function byReason(unread: readonly { why: string; action: string | null }[]): [string, string[]][] {
  const reasons = new Map<string, Set<string>>();
  for (const { why, action } of unread) {
    const actions = reasons.get(why) ?? new Set();
    if (action) actions.add(action);
    reasons.set(why, actions);
  }
  return [...reasons].map(([why, actions]) => [why, [...actions].toSorted()]);
}
