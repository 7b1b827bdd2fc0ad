import { useCallback, useEffect, useRef, useState } from "react";
import { ApiFailure, getExecutions, getPipelines } from "../api/client";
import type { ExecutionPage, PipelinePage } from "../api/types";
import { useLoad, type Loaded } from "./useLoad";

/** A first page, and the pages after it as far as the reader has asked for them. */
export interface Paged<P> extends Loaded<P> {
  more: (() => void) | null;
  /** Why the last page that was asked for did not come; asking again is the reader's retry. */
  missed: ApiFailure | null;
}

type Page = { nextToken: string | null };

export function usePaged<P extends Page>(
  question: string | null,
  ask: (token: string | null, signal: AbortSignal) => Promise<P>,
  join: (first: P, next: P) => P,
): Paged<P> {
  const [pages, setPages] = useState<{ question: string | null; joined: P | null }>({ question: null, joined: null });
  const [token, setToken] = useState<string | null>(null);
  const [missed, setMissed] = useState<ApiFailure | null>(null);
  const busy = useRef(false);
  const first = useLoad(question, (signal) => ask(null, signal));

  useEffect(() => {
    setPages({ question, joined: first.data });
    setToken(null);
    setMissed(null);
  }, [question, first.data]);

  useEffect(() => {
    if (token === null) return;
    const controller = new AbortController();
    busy.current = true;
    ask(token, controller.signal)
      .then((next) => {
        if (controller.signal.aborted) return;
        busy.current = false;
        setPages((known) => ({ ...known, joined: known.joined ? join(known.joined, next) : next }));
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted)
          setMissed(error instanceof ApiFailure ? error : new ApiFailure(-1, String(error)));
      })
      .finally(() => {
        busy.current = false;
        setToken(null);
      });
    return () => controller.abort();
  }, [token]);

  const joined = pages.question === question ? (pages.joined ?? first.data) : first.data;
  const next = joined?.nextToken ?? null;
  const more = useCallback(() => {
    if (busy.current) return;
    setMissed(null);
    setToken(next);
  }, [next]);
  return { ...first, data: joined, more: next === null ? null : more, missed };
}

export function usePipelines(region: string | null, domain: string | null): Paged<PipelinePage> {
  return usePaged(
    `pipelines\n${region ?? ""}\n${domain ?? ""}`,
    (nextToken, signal) => getPipelines({ region, domain, maxResults: "100", nextToken }, signal),
    (first, next) => ({
      ...next,
      region: first.region,
      pipelines: [...first.pipelines, ...next.pipelines],
      warnings: [...first.warnings, ...next.warnings],
    }),
  );
}

export function useExecutions(pipeline: string | null, region: string | null): Paged<ExecutionPage> {
  return usePaged(
    pipeline === null ? null : `executions\n${pipeline}\n${region ?? ""}`,
    (nextToken, signal) => getExecutions({ pipeline, region, nextToken }, signal),
    (first, next) => ({
      ...next,
      executions: [...first.executions, ...next.executions],
      warnings: [...first.warnings, ...next.warnings],
    }),
  );
}
