import type { Change, ChangeReference, Difference } from "../api/accountTypes";
import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { changeKey, markOf, stepOf, valueText } from "../model/comparison";
import { Empty, Facts, Section } from "../ui/Facts";
import { Tree } from "../ui/Tree";
import { Code } from "../ui/values";
import { Amount } from "./ChangeTable";

interface DetailsProps {
  difference: Difference;
  lineage: Lineage | null;
  chosen: string | null;
  onSelect: (key: string) => void;
}

/** One change: what was and what is, why, and what lies downstream of it. */
export function ChangeDetails({ difference, lineage, chosen, onSelect }: DetailsProps) {
  const { t, term, sentence } = useWords();
  const change = difference.changes.find((each) => changeKey(each) === chosen);
  if (!change) return <Empty title={t("panel.nothing")} hint={t("diff.chooseHint")} />;
  const { reach, cause } = change;
  const nothing = reach.steps.length + reach.models.length + reach.endpoints.length === 0;
  return (
    <article className="details" data-details={chosen}>
      <header>
        <div>
          <h2>
            <bdi>{change.subject.replace(/^(step|bucket|finding|edge):/, "")}</bdi>
          </h2>
          <p className="muted">
            <span className={`tag mark-${markOf(change)}`}>{term("change", change.kind)}</span>{" "}
            {t(`diff.mark.${markOf(change)}`)}
          </p>
        </div>
      </header>
      {change.path && <Code text={change.path} copy />}
      <Section title={t("diff.value")}>
        <Facts
          rows={[
            [t("diff.before"), change.before !== null && <Value change={change} side="before" />],
            [t("diff.after"), change.after !== null && <Value change={change} side="after" />],
            [t("diff.difference"), change.difference !== null && <Amount change={change} />],
          ]}
        />
      </Section>
      <Section title={t("diff.cause")}>
        {cause ? (
          <>
            <p>
              <bdi>{sentence(cause.desc)}</bdi>
            </p>
            <Causes references={cause.changes} difference={difference} onSelect={onSelect} />
          </>
        ) : (
          <p className="muted">{t("diff.noCause")}</p>
        )}
      </Section>
      <Section title={t("diff.reach")}>
        {nothing ? (
          <p className="muted">{t("diff.noReach")}</p>
        ) : (
          <Facts
            rows={[
              [
                t("overview.steps"),
                reach.steps.length > 0 && <Names names={reach.steps.map((id) => labelOf(lineage, id))} />,
              ],
              [t("total.models"), reach.models.length > 0 && <Names names={reach.models} />],
              [t("total.endpoints"), reach.endpoints.length > 0 && <Names names={reach.endpoints} />],
            ]}
          />
        )}
        {reach.more && <p className="muted">{t("diff.moreReach")}</p>}
      </Section>
    </article>
  );
}

function labelOf(lineage: Lineage | null, id: string): string {
  return lineage?.nodes.find((node) => node.id === id)?.label ?? stepOf(id) ?? id;
}

function Names({ names }: { names: string[] }) {
  return (
    <span className="link-row">
      {names.map((name) => (
        <bdi key={name}>{name}</bdi>
      ))}
    </span>
  );
}

function Value({ change, side }: { change: Change; side: "before" | "after" }) {
  const value = change[side];
  return value !== null && typeof value === "object" ? (
    <Tree value={value} raw />
  ) : (
    <Code text={valueText(value)} copy />
  );
}

interface CausesProps {
  references: readonly ChangeReference[];
  difference: Difference;
  onSelect: (key: string) => void;
}

function Causes({ references, difference, onSelect }: CausesProps) {
  const { term } = useWords();
  const known = new Set(difference.changes.map(changeKey));
  return (
    <ul className="vertex-list">
      {references
        .filter((reference) => known.has(changeKey(reference)))
        .map((reference) => (
          <li key={changeKey(reference)}>
            <button type="button" className="place-link" onClick={() => onSelect(changeKey(reference))}>
              <span className="tag">{term("change", reference.kind)}</span> <bdi>{reference.subject}</bdi>
            </button>
          </li>
        ))}
    </ul>
  );
}
