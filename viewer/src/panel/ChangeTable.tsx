import type { Change, Difference } from "../api/accountTypes";
import { useWords, type Words } from "../i18n/words";
import { changeKey, kindCounts, markOf, valueText } from "../model/comparison";
import type { Column } from "../model/table";
import type { Change as ViewChange } from "../state/useView";
import type { View } from "../state/view";
import { FilterBox } from "../ui/FilterBox";
import { Table, type ShownColumn } from "../ui/Table";

const reachCount = ({ reach }: Change) => reach.steps.length + reach.models.length + reach.endpoints.length;

/** The columns of the file: every value whole. */
export function changeColumns({ t }: Words): Column<Change>[] {
  return [
    { key: "kind", title: t("field.kind"), value: ({ kind }) => kind },
    { key: "subject", title: t("diff.subject"), value: ({ subject }) => subject },
    { key: "path", title: t("diff.path"), value: ({ path }) => path },
    { key: "before", title: t("diff.before"), value: ({ before }) => valueText(before) },
    { key: "after", title: t("diff.after"), value: ({ after }) => valueText(after) },
    { key: "difference", title: t("diff.difference"), value: ({ difference }) => difference },
    { key: "cause", title: t("diff.cause"), value: ({ cause }) => cause && cause.desc },
    {
      key: "reach",
      title: t("diff.reach"),
      value: ({ reach }) => [...reach.steps, ...reach.models, ...reach.endpoints].join(" "),
    },
  ];
}

interface TableProps {
  difference: Difference;
  view: View;
  change: (change: ViewChange) => void;
  chosen: string | null;
  onSelect: (key: string) => void;
}

export function ChangeTable({ difference, view, change, chosen, onSelect }: TableProps) {
  const { t, term } = useWords();
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = difference.changes.filter((each) => {
    const text = [each.kind, each.subject, each.path, valueText(each.before), valueText(each.after)]
      .join("\n")
      .toLowerCase();
    return (view.kind === null || view.kind === each.kind) && words.every((word) => text.includes(word));
  });
  return (
    <div className="impact-table">
      <FilterBox label={t("diff.filter")} text={view.search} onText={(search) => change({ search })} />
      <div className="kinds" role="group" aria-label={t("field.kind")}>
        {kindCounts(difference).map(([kind, count]) => (
          <button
            key={kind}
            type="button"
            className="tag"
            data-kind={kind}
            aria-pressed={view.kind === kind}
            onClick={() => change({ kind: view.kind === kind ? null : kind })}
          >
            {term("change", kind)} {count}
          </button>
        ))}
      </div>
      <Table
        caption={t("diff.changes")}
        columns={useColumns(onSelect)}
        rows={shown}
        rowKey={changeKey}
        rowData={(row) => ({ "data-change": changeKey(row) })}
        sort={view.sort}
        onSort={(sort) => change({ sort })}
        chosen={chosen}
      />
    </div>
  );
}

/** A number's change in words: absolute, and relative to what it was. */
export function Amount({ change }: { change: Change }) {
  const { number } = useWords();
  if (change.difference === null) return null;
  const sign = change.difference > 0 ? "+" : "";
  const relative = change.relative === null ? "" : ` (${sign}${number(Math.round(change.relative * 1000) / 10)} %)`;
  return (
    <span className="number">
      {sign}
      {number(change.difference)}
      {relative}
    </span>
  );
}

const MOST_SHOWN = 120;
const cut = (text: string) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

function useColumns(onSelect: (key: string) => void): ShownColumn<Change>[] {
  const { t, term } = useWords();
  return [
    {
      key: "subject",
      title: t("diff.what"),
      value: ({ subject, path }) => `${subject} ${path}`,
      cell: (row) => (
        <>
          <button type="button" className="place-link" onClick={() => onSelect(changeKey(row))}>
            <bdi>{row.subject.replace(/^(step|bucket|finding|edge):/, "")}</bdi>
          </button>
          <small className="muted">
            <bdi>{row.path}</bdi>
          </small>
        </>
      ),
    },
    {
      key: "kind",
      title: t("field.kind"),
      value: ({ kind }) => kind,
      cell: (row) => <span className={`tag mark-${markOf(row)}`}>{term("change", row.kind)}</span>,
    },
    {
      key: "value",
      title: t("diff.value"),
      value: ({ difference, after }) => difference ?? valueText(after),
      cell: (row) => (
        <span className="values">
          {row.before !== null && (
            <del title={valueText(row.before)}>
              <bdi>{cut(valueText(row.before))}</bdi>
            </del>
          )}
          {row.after !== null && (
            <ins title={valueText(row.after)}>
              <bdi>{cut(valueText(row.after))}</bdi>
            </ins>
          )}
          <Amount change={row} />
        </span>
      ),
    },
    {
      key: "reach",
      title: t("diff.reach"),
      value: reachCount,
      numeric: true,
    },
  ];
}
