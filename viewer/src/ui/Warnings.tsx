import type { Warning } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { Empty, Facts, Section } from "./Facts";
import { SkipOver } from "./SkipOver";
import { Tree } from "./Tree";
import { Code } from "./values";

export function Warnings({ warnings }: { warnings: Warning[] }) {
  const { t, sentence } = useWords();
  if (warnings.length === 0) return <Empty title={t("warnings.none")} hint={t("warnings.noneHint")} />;
  const actions = [...new Set(warnings.flatMap(({ action }) => action ?? []))].toSorted();
  return (
    <>
      {actions.length > 0 && (
        <Section title={t("warnings.actions")} count={actions.length}>
          <ul className="actions">
            {actions.map((action) => (
              <li key={action}>
                <Code text={action} copy />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <SkipOver count={warnings.length}>
        <ul className="warnings">
          {warnings.map((warning, i) => (
            <li key={i} data-warning={warning.code}>
              <p>
                <Icon name="warn" size={15} />
                <strong>
                  <bdi>{warning.code}</bdi>
                </strong>
              </p>
              <p>
                <bdi>{sentence(warning.message)}</bdi>
              </p>
              <Facts
                rows={[
                  [t("warnings.resource"), warning.resource && <Code text={warning.resource} copy />],
                  [t("warnings.action"), warning.action && <Code text={warning.action} copy />],
                ]}
              />
              {Object.keys(warning.extra).length > 0 && <Tree value={warning.extra} />}
            </li>
          ))}
        </ul>
      </SkipOver>
    </>
  );
}
