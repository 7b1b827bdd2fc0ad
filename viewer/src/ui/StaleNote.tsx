import type { ApiFailure } from "../api/client";
import { useWords } from "../i18n/words";

interface NoteProps {
  failure: ApiFailure | null;
  onRetry: () => void;
}

/** What is shown is the last answer that came: why no newer one did, and a way to ask again. */
export function StaleNote({ failure, onRetry }: NoteProps) {
  const { t, sentence } = useWords();
  if (!failure) return null;
  const said = sentence(failure.message) || t("fail.status", { status: failure.status });
  return (
    <p className="problem stale" role="alert" data-stale={failure.status}>
      {t("live.stale", { reason: failure.status === 0 ? t("fail.title.0") : said })}{" "}
      <button type="button" className="plain" onClick={onRetry}>
        {t("fail.retry")}
      </button>
    </p>
  );
}
