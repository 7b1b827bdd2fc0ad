import { useEffect, useState } from "react";
import type { ApiFailure } from "../api/client";
import { isKey } from "../i18n/format";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { Facts } from "./Facts";
import { Code } from "./values";

/** IAM actions that a message names. */
export function actionsIn(message: string): string[] {
  return [...new Set(message.match(/\b[a-z][a-z0-9-]*:[A-Z][A-Za-z0-9]+\b/g) ?? [])];
}

/** Retries by itself after `seconds`, showing the time; null waits for the reader. */
function useCountdown(seconds: number | null, retry: () => void): number | null {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds);
    if (seconds === null) return;
    const end = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      const now = Math.ceil((end - Date.now()) / 1000);
      setLeft(Math.max(0, now));
      if (now <= 0) {
        clearInterval(timer);
        retry();
      }
    }, 500);
    return () => clearInterval(timer);
  }, [seconds, retry]);
  return left;
}

interface FailureProps {
  failure: ApiFailure;
  /** What was asked for, where that was one pipeline. */
  pipeline?: string | null;
  /** What kind of thing that is, where it is no pipeline. */
  subject?: "impact" | "difference";
  region: string;
  onRetry: () => void;
  /** Other ways on, where the question itself may be the reason. */
  onLatest?: (() => void) | undefined;
  onChoose?: (() => void) | undefined;
}

export function Failure({ failure, pipeline, subject, region, onRetry, onLatest, onChoose }: FailureProps) {
  const { t, sentence } = useWords();
  const { status } = failure;
  const known = isKey(`fail.hint.${status}`) ? String(status) : "other";
  const [title, hint] = ["title", "hint"].map((part) => {
    const special = `fail.${part}.${known}.${subject}`;
    return isKey(special) ? special : `fail.${part}.${known}`;
  }) as [string, string];
  const left = useCountdown(failure.retryAfterSec, onRetry);
  useEffect(() => {
    if (status !== 0) return;
    window.addEventListener("online", onRetry);
    return () => window.removeEventListener("online", onRetry);
  }, [status, onRetry]);
  const actions = actionsIn(failure.message);
  return (
    <div className="state failure" role="alert" data-failure={status}>
      <span className="state-icon">
        <Icon name={status === 0 ? "offline" : status === 404 ? "search" : "warn"} size={40} />
      </span>
      <h1>{isKey(title) && t(title)}</h1>
      <p>{isKey(hint) && t(hint, { name: pipeline ?? "", region })}</p>
      <Facts
        rows={[
          [t("fail.said"), status > 0 && failure.message ? <bdi>{sentence(failure.message)}</bdi> : null],
          [
            t("fail.permission"),
            actions.length > 0 ? actions.map((action) => <Code key={action} text={action} copy />) : null,
          ],
          [t("fail.requestId"), failure.requestId && <Code text={failure.requestId} copy />],
          [t("field.status"), status > 0 ? t("fail.status", { status }) : null],
        ]}
      />
      <p className="actions-row">
        <button type="button" className="primary" onClick={onRetry}>
          {t("fail.retry")}
        </button>
        {status === 404 && onLatest && (
          <button type="button" onClick={onLatest}>
            {t("fail.latest")}
          </button>
        )}
        {onChoose && (status === 404 || status === 400) && (
          <button type="button" onClick={onChoose}>
            {t("fail.choose")}
          </button>
        )}
      </p>
      {left !== null && <p className="muted">{t("fail.retryIn", { seconds: left })}</p>}
    </div>
  );
}
