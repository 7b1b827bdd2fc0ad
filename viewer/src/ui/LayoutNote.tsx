import { useState } from "react";
import { useWords } from "../i18n/words";
import type { LayoutState } from "../layout/useLayout";
import { Loading } from "./Loading";

/** In place of a graph that is being laid out, or could not be; of one that is there, nothing. */
export function LayoutNote({ laidOut, count }: { laidOut: LayoutState; count: number }) {
  const { t } = useWords();
  const [since] = useState(() => Date.now());
  if (laidOut.state === "waiting") return <Loading title={t("graph.layingOut", { count })} since={since} />;
  if (laidOut.state === "ready") return null;
  return (
    <p className="state problem" role="alert">
      {t("graph.layoutFailed", { reason: laidOut.reason })}
    </p>
  );
}
