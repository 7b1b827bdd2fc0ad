import { useState, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { nextSort, parseSort, sorted, type Column } from "../model/table";
import { SkipOver } from "./SkipOver";

export interface ShownColumn<Row> extends Column<Row> {
  cell?: (row: Row) => ReactNode;
  numeric?: boolean;
}

interface TableProps<Row> {
  caption: string;
  columns: readonly ShownColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sort: string | null;
  onSort: (sort: string | null) => void;
  /** The key of the row that is chosen. */
  chosen?: string | null;
  /** Attributes for tests and styles. */
  rowData?: (row: Row) => Record<`data-${string}`, string>;
}

/** More rows are drawn when the reader asks for them: thousands at once are of no use to anybody. */
const MOST_DRAWN = 200;

/** A table that is sorted by its heads; its first column names the row. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, rowKey, sort, onSort, chosen = null, rowData } = props;
  const { t, number } = useWords();
  const [all, setAll] = useState(false);
  const ordered = sorted(rows, columns, sort);
  const drawn = all ? ordered : ordered.slice(0, MOST_DRAWN);
  return (
    <SkipOver count={rows.length}>
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {drawn.map((row) => (
            <tr key={rowKey(row)} className={rowKey(row) === chosen ? "chosen" : undefined} {...rowData?.(row)}>
              {columns.map(({ key, value, cell, numeric }, i) => {
                const content = cell ? cell(row) : value(row);
                return i === 0 ? (
                  <th key={key} scope="row">
                    {content}
                  </th>
                ) : (
                  <td key={key} className={numeric ? "number" : undefined}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="muted table-note">{t("choose.none")}</p>}
      {drawn.length < rows.length && (
        <p className="table-note">
          <button type="button" className="plain" onClick={() => setAll(true)}>
            {t("table.showAll", { count: number(rows.length), shown: number(drawn.length) })}
          </button>
        </p>
      )}
    </SkipOver>
  );
}

interface HeadProps<Row> {
  column: ShownColumn<Row>;
  sort: string | null;
  onSort: (sort: string | null) => void;
}

function Head<Row>({ column: { key, title, numeric }, sort, onSort }: HeadProps<Row>) {
  const by = parseSort(sort);
  const here = by?.key === key;
  return (
    <th
      scope="col"
      className={numeric ? "number" : undefined}
      aria-sort={here ? (by.down ? "descending" : "ascending") : "none"}
    >
      <button type="button" data-sort={key} onClick={() => onSort(nextSort(sort, key))}>
        {title}
        <Icon name={here ? (by.down ? "down" : "up") : "sort"} size={12} />
      </button>
    </th>
  );
}
