/** GETs against the service that served this page, and what can go wrong with them, in the page's words. */

import type { AccountPage, Difference, Impact } from "./accountTypes";
import { apiKey } from "./apiKey";
import { missesServed, SERVED, withServed } from "../model/served";
import { readExecutionPage, readLineage, readPipelinePage } from "./read";
import { readAccountPage, readDifference, readImpact } from "./readAccount";
import type { ExecutionPage, Json, Lineage, PipelinePage } from "./types";

export type Query = Record<string, string | null | undefined>;

/** Why there is no answer. `status` is 0 where none came at all. */
export class ApiFailure extends Error {
  override name = "ApiFailure";
  constructor(
    readonly status: number,
    message: string,
    readonly requestId: string | null = null,
    readonly retryAfterSec: number | null = null,
  ) {
    super(message);
  }

  /** API Gateway, not the service, answers these: the stage wants a key. */
  get wantsKey(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/**
 * The API's root. The page's own scripts always stand one segment below it, at `viewer/<file>`, so their address
 * tells the root even where the page's does not (`https://…/prod` without its slash).
 */
export function apiRoot(moduleUrl: string = import.meta.url): URL {
  return new URL(import.meta.env.DEV ? "/" : "../", moduleUrl);
}

export function requestUrl(path: string, query: Query, root: URL = apiRoot()): URL {
  const url = new URL(path, root);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, value);
  }
  return url;
}

export function retryAfterSeconds(header: string | null): number | null {
  const seconds = header === null ? NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

async function failure(response: Response): Promise<ApiFailure> {
  const retryAfter = retryAfterSeconds(response.headers.get("Retry-After"));
  const gatewayId = response.headers.get("x-amzn-requestid");
  try {
    const body = (await response.json()) as { message?: unknown; requestId?: unknown } | null;
    const message = typeof body?.message === "string" ? body.message : "";
    const requestId = typeof body?.requestId === "string" ? body.requestId : gatewayId;
    return new ApiFailure(response.status, message, requestId, retryAfter);
  } catch {
    return new ApiFailure(response.status, "", gatewayId, retryAfter);
  }
}

async function get(path: string, query: Query, signal: AbortSignal): Promise<Json> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const key = apiKey.read();
  if (key) headers["x-api-key"] = key;
  let response: Response;
  try {
    response = await fetch(requestUrl(path, query), { headers, signal, redirect: "error" });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiFailure(0, error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw await failure(response);
  try {
    return (await response.json()) as Json;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiFailure(response.status, "the answer is not JSON");
  }
}

export async function getLineage(query: Query, signal: AbortSignal): Promise<Lineage> {
  return readLineage(await get("lineage", query, signal));
}

export async function getPipelines(query: Query, signal: AbortSignal): Promise<PipelinePage> {
  return readPipelinePage(await get("pipelines", query, signal));
}

export async function getExecutions(query: Query, signal: AbortSignal): Promise<ExecutionPage> {
  return readExecutionPage(await get("executions", query, signal));
}

export async function getAccount(query: Query, signal: AbortSignal): Promise<AccountPage> {
  return readAccountPage(await get("account", query, signal));
}

/**
 * The nearest, and in a second question whatever is served and lies farther away than those. Where that one fails, the
 * first answer counts what it leaves out.
 */
export async function getImpact(query: Query, signal: AbortSignal): Promise<Impact> {
  const nearest = readImpact(await get("impact", query, signal));
  if (!missesServed(nearest)) return nearest;
  try {
    return withServed(nearest, readImpact(await get("impact", { ...query, types: SERVED.join(",") }, signal)));
  } catch (error) {
    if (error instanceof ApiFailure) return nearest;
    throw error;
  }
}

export async function getDifference(query: Query, signal: AbortSignal): Promise<Difference> {
  return readDifference(await get("diff", query, signal));
}
