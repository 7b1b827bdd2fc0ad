import type { FlowEdge, Vertex } from "../api/accountTypes";
import { iconOf, isType, shieldOfVertex } from "../graph/FlowCard";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import type { FlowBox, FlowScene } from "../layout/flowScene";
import { regionOf } from "../model/account";
import { consoleLink } from "../model/arn";
import type { Flow, Side } from "../model/reveal";
import { shortUri } from "../model/search";
import { weakestOn } from "../model/weakest";
import type { Change } from "../state/useView";
import { withPipeline, withStart } from "../state/view";
import { Empty, Facts, Section } from "../ui/Facts";
import { Location, TemplateTag } from "../ui/Location";
import { useWhy } from "../ui/Marks";
import { SkipOver } from "../ui/SkipOver";
import { RawJson, Tree } from "../ui/Tree";
import { Code, ConsoleLink } from "../ui/values";

interface DetailsProps {
  flow: Flow;
  scene: FlowScene;
  chosen: string | null;
  open: readonly string[];
  change: (change: Change) => void;
  onSelect: (id: string) => void;
  onMore: (box: FlowBox, side: Side) => void;
  onToggle: (group: string) => void;
  groupOf: (vertex: Vertex) => string | null;
}

/** The chosen vertex or group: what it is, how it is reached, and the weakest place on the way. */
export function VertexDetails(props: DetailsProps) {
  const { t } = useWords();
  const { flow, scene, chosen } = props;
  const vertex = flow.vertices.get(chosen ?? "");
  if (vertex) return <OneVertex key={vertex.id} vertex={vertex} {...props} />;
  const box = scene.boxes.find(({ id }) => id === chosen);
  if (box?.group) return <GroupDetails box={box} {...props} />;
  return <Empty title={t("panel.nothing")} hint={t(chosen ? "panel.gone" : "impact.chooseHint")} />;
}

function GroupDetails({ box, onSelect, onToggle }: DetailsProps & { box: FlowBox }) {
  const { t, number } = useWords();
  const group = box.group!;
  return (
    <article className="details" data-details={group.id}>
      <header>
        <span className="details-icon">
          <Icon name={group.kind === "pipeline" ? "lineage" : "folder"} size={22} />
        </span>
        <div>
          <h2>
            <bdi>{group.name}</bdi>
          </h2>
          <p className="muted">{t(`impact.group.${group.kind}`, { count: number(group.members.length) })}</p>
        </div>
      </header>
      <p>
        <button type="button" className="plain" data-unfold={group.id} onClick={() => onToggle(group.id)}>
          {t("impact.unfold")}
        </button>
      </p>
      <SkipOver count={group.members.length}>
        <ul className="vertex-list">
          {group.members.slice(0, 200).map((vertex) => (
            <li key={vertex.id}>
              <VertexLink vertex={vertex} onSelect={onSelect} />
            </li>
          ))}
        </ul>
      </SkipOver>
    </article>
  );
}

function VertexLink({ vertex, onSelect }: { vertex: Vertex; onSelect: (id: string) => void }) {
  const isData = vertex.type === "data";
  const shield = shieldOfVertex(vertex);
  return (
    <button
      type="button"
      className={`place-link${isData ? ` shield-${shield}` : ""}`}
      title={vertex.name}
      onClick={() => onSelect(vertex.id)}
    >
      <span className={isData ? "shield" : undefined}>
        <Icon name={isData ? SHIELD_ICONS[shield] : iconOf(vertex)} size={14} />
      </span>
      {isData ? <Location uri={vertex.name} /> : <bdi>{vertex.name}</bdi>}
      {vertex.pipeline !== null && (
        <small className="muted">
          <bdi>{vertex.pipeline}</bdi>
        </small>
      )}
    </button>
  );
}

function OneVertex(props: DetailsProps & { vertex: Vertex }) {
  const { vertex, flow, scene, open, change, onSelect, onMore, onToggle, groupOf } = props;
  const { t } = useWords();
  const why = useWhy();
  const path = vertex.path.flatMap((id) => flow.vertices.get(id) ?? []);
  const weakest = weakestOn(path.length > 0 ? path : [vertex]);
  const box = scene.boxes.find(({ id }) => id === vertex.id);
  const group = groupOf(vertex);
  const isData = vertex.type === "data";
  return (
    <article className="details" data-details={vertex.id}>
      <header>
        <span className="details-icon">
          <Icon name={iconOf(vertex)} size={22} />
        </span>
        <div>
          <h2>
            <bdi>{isData ? shortUri(vertex.name) : vertex.name}</bdi> <TemplateTag uri={isData ? vertex.name : ""} />
          </h2>
          <p className="muted">
            {isType(vertex.type) ? t(`kind.${vertex.type}`) : vertex.type}
            {vertex.gone && ` · ${t("impact.gone")}`}
          </p>
        </div>
      </header>
      <div className="link-row">
        {vertex.distance > 0 && (
          <button
            type="button"
            className="plain"
            data-from-here
            onClick={() => change((view) => withStart(view, isData ? vertex.name : (vertex.arn ?? vertex.id)))}
          >
            <Icon name="reach" size={14} /> {t("impact.fromHere")}
          </button>
        )}
        {vertex.type === "step" && vertex.pipeline !== null && (
          <button
            type="button"
            className="plain"
            data-open-lineage
            onClick={() =>
              change((view) => ({
                ...withPipeline(view, vertex.pipeline!, regionOf(vertex)),
                select: { kind: "node", id: vertex.name },
                tab: "details",
              }))
            }
          >
            <Icon name="lineage" size={14} /> {t("impact.openLineage")}
          </button>
        )}
        {(["up", "down"] as const).map(
          (side) =>
            box &&
            box.undrawn[side] > 0 && (
              <button key={side} type="button" className="plain" data-more={side} onClick={() => onMore(box, side)}>
                <Icon name="plus" size={13} />{" "}
                {t(side === "up" ? "impact.moreUp" : "impact.moreDown", { count: box.undrawn[side] })}
              </button>
            ),
        )}
        {group && open.includes(group) && (
          <button type="button" className="plain" onClick={() => onToggle(group)}>
            {t("impact.foldAgain")}
          </button>
        )}
      </div>
      <Section title={t(isData ? "artifact.location" : "field.name")}>
        {isData ? <Location uri={vertex.name} copy /> : <Code text={vertex.name} copy />}
        <Facts
          rows={[
            [t("overview.pipeline"), vertex.pipeline && <Code text={vertex.pipeline} copy />],
            [t("field.arn"), vertex.arn && <Code text={vertex.arn} copy />],
            [t("impact.hops"), String(vertex.distance)],
          ]}
        />
        <ConsoleLink href={consoleLink(vertex.arn)}>{t("step.console")}</ConsoleLink>
        {Object.keys(vertex.facts).length > 0 && <Tree value={vertex.facts} />}
      </Section>
      {path.length > 1 && (
        <Section title={t("findings.path")} count={path.length - 1}>
          <ol className="finding-path">
            {path.map((each) => (
              <li key={each.id}>
                <VertexLink vertex={each} onSelect={onSelect} />
              </li>
            ))}
          </ol>
        </Section>
      )}
      <Section title={t("impact.weakest")}>
        {weakest ? (
          <p>
            <VertexLink vertex={weakest.vertex} onSelect={onSelect} /> <bdi className="muted">{why(weakest.why)}</bdi>
          </p>
        ) : (
          <p className="muted">{t("impact.weakestUnknown")}</p>
        )}
      </Section>
      <Edges vertex={vertex} flow={flow} onSelect={onSelect} />
      <RawJson value={vertex.raw} />
    </article>
  );
}

function Edges({ vertex, flow, onSelect }: { vertex: Vertex; flow: Flow; onSelect: (id: string) => void }) {
  const { t, term } = useWords();
  const edges = flow.edges.filter(({ from, to }) => from === vertex.id || to === vertex.id);
  if (edges.length === 0) return null;
  return (
    <Section title={t("step.connections")} count={edges.length}>
      <ul className="connections">
        {edges.slice(0, 100).map((edge, i) => {
          const other = flow.vertices.get(edge.from === vertex.id ? edge.to : edge.from)!;
          return (
            <li key={i}>
              <span className="muted">{t(edge.to === vertex.id ? "step.incoming" : "step.outgoing")}</span>
              <VertexLink vertex={other} onSelect={onSelect} />
              <span>
                <span className="tag">{term("via", edge.via)}</span>
                <EdgeNote edge={edge} />
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** How it is known, and whether the writer came before the reader. */
function EdgeNote({ edge }: { edge: FlowEdge }) {
  const { t } = useWords();
  return (
    <>
      {edge.known === "declared" && (
        <span className="tag faint" title={t("impact.declaredHint")}>
          {t("impact.declared")}
        </span>
      )}
      {edge.timing && (
        <span className="tag faint">
          {t(edge.timing === "before" ? "timing.before" : edge.timing === "after" ? "timing.after" : "timing.unknown")}
        </span>
      )}
      {edge.at && (
        <small className="muted">
          <Location uri={edge.at} />
        </small>
      )}
    </>
  );
}
