import type { Coverage } from "../api/accountTypes";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { Code, Time } from "./values";

/** How much of the account an answer rests on, and when that was read; what was not read is named. */
export function CoverageLine({ coverage }: { coverage: Coverage }) {
  const { t, number, sentence } = useWords();
  const { known, read, asOf, regions, unread } = coverage;
  return (
    <div className="coverage">
      <span>
        {known !== null && read !== null
          ? t("coverage.read", { read: number(read), known: number(known) })
          : t("coverage.unknown")}
        {regions.length > 0 && (
          <>
            {" "}
            · <bdi>{regions.join(", ")}</bdi>
          </>
        )}{" "}
        · {asOf ? t("coverage.asOf") : t("coverage.live")} {asOf && <Time iso={asOf} />}
      </span>
      {unread.length > 0 && (
        <details className="unread">
          <summary>
            <Icon name="warn" size={14} /> {t("coverage.unread", { count: number(unread.length) })}
          </summary>
          <ul>
            {unread.map(({ pipeline, why, action }, i) => (
              <li key={i}>
                {pipeline && <Code text={pipeline} copy />} <bdi className="muted">{sentence(why)}</bdi>{" "}
                {action && <Code text={action} copy />}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
