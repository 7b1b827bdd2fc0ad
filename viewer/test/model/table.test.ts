import { describe, expect, it } from "vitest";
import { nextSort, sorted, toCsv, type Column } from "../../src/model/table";

interface Row {
  name: string;
  count: number | null;
}
const COLUMNS: Column<Row>[] = [
  { key: "name", title: "Name", value: ({ name }) => name },
  { key: "count", title: "Count", value: ({ count }) => count },
];
const ROWS: Row[] = [
  { name: "b10", count: 2 },
  { name: "b9", count: null },
  { name: "a", count: 10 },
];
const names = (sort: string | null) => sorted(ROWS, COLUMNS, sort).map(({ name }) => name);

describe("a table", () => {
  it("is sorted by a column, numbers as numbers, with what has no value last", () => {
    expect(names("name")).toEqual(["a", "b9", "b10"]);
    expect(names("-name")).toEqual(["b10", "b9", "a"]);
    expect(names("count")).toEqual(["b10", "a", "b9"]);
    expect(names("-count")).toEqual(["a", "b10", "b9"]);
  });

  it("keeps the answer's order where no known column is asked for", () => {
    expect([null, "constructor", "-"].map(names)).toEqual(Array(3).fill(["b10", "b9", "a"]));
  });

  it("goes up, down and back to the answer's order, click by click", () => {
    expect(["name", "-name", null, "count"].map((sort) => nextSort(sort, "name"))).toEqual([
      "-name",
      null,
      "name",
      "name",
    ]);
  });

  it("is written as CSV that no spreadsheet takes for formulas", () => {
    const rows = [
      { name: '=cmd|"/c calc"!A1', count: -1 },
      { name: "a,b\nc", count: null },
      { name: "한국어", count: 3 },
    ];
    expect(toCsv(COLUMNS, rows)).toBe('Name,Count\r\n"\'=cmd|""/c calc""!A1",-1\r\n"a,b\nc",\r\n한국어,3\r\n');
  });
});
