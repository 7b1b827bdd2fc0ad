/** Small marks that say one fact: protection of a place, findings by severity, sensitivity. */

import type { Sensitive } from "../api/accountTypes";
import { isKey } from "../i18n/format";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import { SEVERITIES, severityRank } from "../model/severity";
import { shieldOfFacts } from "../model/shield";

export function Protection({ publicAccess, encryption }: { publicAccess: string; encryption: string }) {
  const { t } = useWords();
  const shield = shieldOfFacts(publicAccess, encryption);
  return (
    <span className={`mark shield-${shield}`}>
      <Icon name={SHIELD_ICONS[shield]} size={15} title={t(`shield.${shield}`)} />
      <bdi>{publicAccess}</bdi>
    </span>
  );
}

/** The fact that makes a place the weakest, in the reader's words: `publicAccess Public` is "Public access: Public". */
export function useWhy(): (why: string) => string {
  const { t } = useWords();
  return (why) => {
    const [fact = "", ...value] = why.split(" ");
    const key = `field.${fact}`;
    return isKey(key) && value.length > 0 ? `${t(key)}: ${value.join(" ")}` : why;
  };
}

export function FindingCounts({ counts }: { counts: Record<string, number> }) {
  const { t, term, number } = useWords();
  const shown = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => severityRank(a) - severityRank(b));
  if (shown.length === 0) return <span className="muted">{t("overview.noFindings")}</span>;
  return (
    <span className="marks">
      {shown.map(([severity, count]) => (
        <span key={severity} className={`severity severity-${severity}`} title={term("severity", severity)}>
          {number(count)} <span className="severity-word">{term("severity", severity)}</span>
        </span>
      ))}
    </span>
  );
}

/** Sorts the gravest first: one Critical weighs more than any number of Highs. */
export function gravity(counts: Record<string, number>): number {
  return SEVERITIES.reduce((sum, severity) => sum * 1000 + Math.min(999, counts[severity] ?? 0), 0);
}

export function SensitiveMark({ sensitive }: { sensitive: Sensitive }) {
  const { t } = useWords();
  if (sensitive === true) return <span className="tag sensitive">{t("account.sensitive")}</span>;
  return <span className="muted">{t(sensitive === false ? "value.no" : "status.Unknown")}</span>;
}
