import type { Impact, Vertex } from "../api/accountTypes";
import { iconOf, isType, shieldOfVertex, stateOf } from "../graph/FlowCard";
import { useWords, type Words } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import { bucketOf } from "../layout/flowScene";
import type { Side } from "../model/reveal";
import { shortUri } from "../model/search";
import type { Column } from "../model/table";
import { isServed } from "../model/served";
import type { Weakest } from "../model/weakest";
import type { Change } from "../state/useView";
import type { View } from "../state/view";
import { FilterBox } from "../ui/FilterBox";
import { useWhy } from "../ui/Marks";
import { Table, type ShownColumn } from "../ui/Table";

export interface ImpactRow {
  vertex: Vertex;
  /** Where it lies, seen from the start: with the data, against it, or both; nothing for the start itself. */
  sides: readonly Side[];
  /** The worst place on the way to it. */
  weakest: Weakest | null;
  /** The pipelines on the way to it. */
  through: readonly string[];
}

/** What the rows are filtered and counted by: which way, and what. */
export const kindsOf = ({ sides, vertex }: ImpactRow): string[] => sides.map((side) => `${side}.${vertex.type}`);

/** The columns of the file: every value whole. */
export function impactColumns({ t }: Words): Column<ImpactRow>[] {
  return [
    { key: "distance", title: t("impact.hops"), value: ({ vertex }) => vertex.distance },
    {
      key: "side",
      title: t("impact.direction"),
      value: ({ sides }) => sides.map((side) => t(`impact.side.${side}`)).join(" "),
    },
    { key: "type", title: t("field.type"), value: ({ vertex }) => vertex.type },
    { key: "name", title: t("field.name"), value: ({ vertex }) => vertex.name },
    { key: "pipeline", title: t("overview.pipeline"), value: ({ vertex }) => vertex.pipeline },
    { key: "state", title: t("field.status"), value: ({ vertex }) => stateOf(vertex) },
    { key: "arn", title: t("field.arn"), value: ({ vertex }) => vertex.arn },
    {
      key: "weakest",
      title: t("impact.weakest"),
      value: ({ weakest }) => weakest && `${weakest.vertex.name}: ${weakest.why}`,
    },
    { key: "path", title: t("findings.path"), value: ({ vertex }) => vertex.path.join(" > ") },
  ];
}

interface TableProps {
  rows: readonly ImpactRow[];
  impact: Impact;
  view: View;
  change: (change: Change) => void;
  chosen: string | null;
  onSelect: (id: string) => void;
}

export function ImpactTable({ rows, view, change, chosen, onSelect }: TableProps) {
  const { t, number } = useWords();
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter((row) => {
    if (view.kind !== null && !kindsOf(row).includes(view.kind)) return false;
    const { vertex } = row;
    const text = [vertex.name, vertex.type, vertex.pipeline, stateOf(vertex)].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <div className="impact-table">
      <FilterBox label={t("impact.filter")} text={view.search} onText={(search) => change({ search })} />
      {view.kind !== null && (
        <p className="table-note">
          {t("impact.shown", { count: number(shown.length), all: number(rows.length) })}{" "}
          <button type="button" className="plain" data-show-all onClick={() => change({ kind: null })}>
            {t("impact.showAll")}
          </button>
        </p>
      )}
      <Table
        caption={t("impact.table")}
        columns={useColumns(onSelect)}
        rows={shown}
        rowKey={({ vertex }) => vertex.id}
        rowData={({ vertex }) => ({ "data-row": vertex.id })}
        sort={view.sort}
        onSort={(sort) => change({ sort })}
        chosen={chosen}
      />
    </div>
  );
}

function useColumns(onSelect: (id: string) => void): ShownColumn<ImpactRow>[] {
  const { t, term } = useWords();
  const why = useWhy();
  return [
    {
      key: "name",
      title: t("field.name"),
      value: ({ vertex }) => vertex.name,
      cell: ({ vertex, through }) => (
        <>
          <button type="button" className="place-link" title={vertex.name} onClick={() => onSelect(vertex.id)}>
            <Icon name={iconOf(vertex)} size={14} />
            <bdi>{vertex.type === "data" ? shortUri(vertex.name) : vertex.name}</bdi>
          </button>
          {isServed(vertex) && through.length > 0 && (
            <small className="muted">
              <bdi>{t("impact.via", { pipelines: through.join(" › ") })}</bdi>
            </small>
          )}
          {(vertex.pipeline ?? vertex.type === "data") && (
            <small className="muted">
              <bdi>{vertex.pipeline ?? vertex.name}</bdi>
            </small>
          )}
        </>
      ),
    },
    {
      key: "type",
      title: t("field.type"),
      value: ({ vertex }) => vertex.type,
      cell: ({ vertex }) => (isType(vertex.type) ? t(`kind.${vertex.type}`) : <bdi>{vertex.type}</bdi>),
    },
    {
      key: "distance",
      title: t("impact.hops"),
      value: ({ vertex }) => vertex.distance,
      cell: ({ vertex, sides }) => (
        <span className="hops">
          {vertex.distance}
          {sides.map((side) => (
            <Icon key={side} name={side} size={13} title={t(`impact.side.${side}`)} />
          ))}
        </span>
      ),
      numeric: true,
    },
    {
      key: "state",
      title: t("field.status"),
      value: ({ vertex }) => stateOf(vertex),
      cell: ({ vertex }) => <bdi>{term("status", stateOf(vertex) ?? "")}</bdi>,
    },
    {
      key: "weakest",
      title: t("impact.weakestShort"),
      value: ({ weakest }) => weakest && weakest.why,
      cell: ({ weakest }) =>
        weakest && (
          <>
            <button
              type="button"
              className={`place-link weakest shield-${shieldOfVertex(weakest.vertex)}`}
              title={weakest.vertex.name}
              onClick={() => onSelect(weakest.vertex.id)}
            >
              <span className="shield">
                <Icon name={SHIELD_ICONS[shieldOfVertex(weakest.vertex)]} size={15} />
              </span>
              <bdi>{bucketOf(weakest.vertex.name) ?? weakest.vertex.name}</bdi>
            </button>
            <small className="muted">
              <bdi>{why(weakest.why)}</bdi>
            </small>
          </>
        ),
    },
  ];
}
