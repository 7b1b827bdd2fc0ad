import { useCallback, useEffect, useRef, useState } from "react";
import { ApiFailure } from "../api/client";

/** What is on the way or has come, for one question; a refresh keeps the last answer until the next is there. */
export interface Loaded<T> {
  data: T | null;
  failure: ApiFailure | null;
  loading: boolean;
  /** When the question now on its way was asked, ms since the epoch. */
  since: number;
  reload: () => void;
}

interface State<T> {
  question: string | null;
  data: T | null;
  failure: ApiFailure | null;
  loading: boolean;
  since: number;
}

/** The last answers, so that a screen that is come back to is there at once, and then brought up to date. */
const kept = new Map<string, unknown>();
const MOST_KEPT = 20;

function keep(question: string, data: unknown): void {
  kept.delete(question);
  kept.set(question, data);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

function recall<T>(question: string | null): T | null {
  return question === null ? null : ((kept.get(question) as T | undefined) ?? null);
}

const NOTHING = { question: null, data: null, failure: null, loading: false, since: 0 };

/**
 * Asks whenever `question` changes (null asks nothing) or `reload` is called; late answers to older
 * questions are dropped. `question` names what is asked for and with what, so that no two things share one.
 */
export function useLoad<T>(question: string | null, ask: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<State<T>>(() => ({ ...NOTHING, question, data: recall<T>(question) }));
  const [turn, setTurn] = useState(0);
  const latestAsk = useRef(ask);
  latestAsk.current = ask;

  useEffect(() => {
    if (question === null) {
      setState(NOTHING);
      return;
    }
    const controller = new AbortController();
    setState((known) => ({
      question,
      loading: true,
      since: Date.now(),
      data: known.question === question ? known.data : recall<T>(question),
      failure: known.question === question ? known.failure : null,
    }));
    latestAsk.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        keep(question, data);
        setState((known) => ({ ...known, data, failure: null, loading: false }));
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const failure = error instanceof ApiFailure ? error : new ApiFailure(-1, String(error));
        setState((known) => ({ ...known, failure, loading: false }));
      },
    );
    return () => controller.abort();
  }, [question, turn]);

  const reload = useCallback(() => setTurn((known) => known + 1), []);
  const current = state.question === question;
  return {
    data: current ? state.data : null,
    failure: current ? state.failure : null,
    loading: question !== null && (!current || state.loading),
    since: state.since,
    reload,
  };
}
