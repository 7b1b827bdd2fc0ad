/** Rows in the order that the reader asks for, and as CSV; pure. */

export type Cell = string | number | null;

export interface Column<Row> {
  key: string;
  title: string;
  /** What the column is sorted by, and what stands in a file. */
  value: (row: Row) => Cell;
}

/** `name` sorts upwards, `-name` downwards. */
export function parseSort(sort: string | null): { key: string; down: boolean } | null {
  if (!sort) return null;
  return sort.startsWith("-") ? { key: sort.slice(1), down: true } : { key: sort, down: false };
}

/** What a click on a column's head asks for: upwards, downwards, then the answer's own order again. */
export function nextSort(sort: string | null, key: string): string | null {
  if (sort === key) return `-${key}`;
  return sort === `-${key}` ? null : key;
}

/** Equal rows keep the answer's order; what has no value comes last either way. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string | null): Row[] {
  const wanted = parseSort(sort);
  const column = columns.find(({ key }) => key === wanted?.key);
  if (!wanted || !column) return [...rows];
  const collator = new Intl.Collator(undefined, { numeric: true });
  const compare = (a: Cell, b: Cell) =>
    typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
  return rows.toSorted((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return wanted.down ? compare(b, a) : compare(a, b);
  });
}

/** A cell that a spreadsheet would take for a formula is made text, as OWASP advises; quotes are doubled. */
function csvCell(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const text = cell ?? "";
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, with a header. */
export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ title }) => csvCell(title)),
    ...rows.map((row) => columns.map(({ value }) => csvCell(value(row)))),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}
