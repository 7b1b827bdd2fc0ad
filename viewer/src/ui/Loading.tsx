import { useEffect, useState } from "react";
import { useWords } from "../i18n/words";

interface LoadingProps {
  title: string;
  hint?: string;
  since: number;
  /** Stands for the whole screen, and so for its heading. */
  whole?: boolean;
}

/** Shows that something goes on, and for how long already. */
export function Loading({ title, hint, since, whole = false }: LoadingProps) {
  const { t } = useWords();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const tick = () => setSeconds(Math.max(0, Math.floor((Date.now() - since) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <div className="state loading">
      <div className="loading-graph" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
      </div>
      <div role="status">{whole ? <h1>{title}</h1> : <strong>{title}</strong>}</div>
      {hint && <p className="muted">{hint}</p>}
      <progress aria-label={title} />
      <p className="muted" aria-hidden="true">
        {t("load.seconds", { seconds })}
      </p>
    </div>
  );
}
