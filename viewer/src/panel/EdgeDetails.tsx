import type { Lineage, LineageEdge } from "../api/types";
import { useWords } from "../i18n/words";
import { Facts, Section } from "../ui/Facts";
import { Location } from "../ui/Location";
import { Code } from "../ui/values";
import { StepLink, type Select } from "./links";

export function EdgeDetails({
  edges,
  lineage,
  onSelect,
}: {
  edges: LineageEdge[];
  lineage: Lineage;
  onSelect: Select;
}) {
  const { t, term } = useWords();
  const edge = edges[0]!;
  const passing = lineage.artifacts.filter(
    ({ producedBy, consumedBy }) => producedBy.includes(edge.from) && consumedBy.includes(edge.to),
  );
  return (
    <article className="details" data-details="edge">
      <header>
        <div>
          <h2>{term("via", edge.via)}</h2>
          <p className="muted">
            <Code text={edge.via} />
          </p>
        </div>
      </header>
      <Section title={t("step.connections")}>
        <Facts
          rows={[
            [t("field.from"), <StepLink id={edge.from} lineage={lineage} onSelect={onSelect} />],
            [t("field.to"), <StepLink id={edge.to} lineage={lineage} onSelect={onSelect} />],
            [t("field.trigger"), edges.flatMap(({ trigger }) => trigger ?? []).join(", ") || null],
          ]}
        />
      </Section>
      {passing.length > 0 && (
        <Section title={t("graph.data")} count={passing.length}>
          <ul className="ports">
            {passing.map((artifact) => (
              <li key={artifact.id}>
                <button
                  type="button"
                  className="place-link"
                  onClick={() => onSelect({ kind: "artifact", id: artifact.id })}
                >
                  <Location uri={artifact.uri} />
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </article>
  );
}
