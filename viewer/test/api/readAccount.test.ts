import { describe, expect, it } from "vitest";
import { readAccountPage, readDifference, readImpact } from "../../src/api/readAccount";
import type { Json } from "../../src/api/types";

const STRANGE: Json[] = [
  null,
  1,
  "x",
  [],
  {},
  { pipelines: {}, places: "p", coverage: 3, totals: [1], findings: null },
  { pipelines: [null, { name: 7, findings: "x", unread: [null] }], places: [{}, { bucket: "b", posture: 1 }] },
  { start: [null, 1, {}], nodes: [{ id: 3, path: {}, facts: [], distance: "far" }], edges: [null, {}], weakest: "w" },
  { changes: [null, {}, { cause: 1, reach: [], before: null }], from: 1, summary: { kinds: [] } },
];

describe("the account's answers", () => {
  it.each(STRANGE.map((value) => [JSON.stringify(value), value]))(
    "are read without an exception from %s",
    (_, value) => {
      const [page, impact, difference] = [readAccountPage(value), readImpact(value), readDifference(value)];

      expect(page.pipelines.every(({ name }) => name !== "")).toBe(true);
      expect(impact.nodes.every(({ id }) => typeof id === "string")).toBe(true);
      expect(difference.changes.every(({ subject }) => typeof subject === "string")).toBe(true);
    },
  );

  it("say that nothing is known where nothing was read, never a verdict", () => {
    const { places, pipelines } = readAccountPage({
      places: [{ bucket: "b", sensitive: "Unknown" }],
      pipelines: [{ name: "p" }],
    });

    expect(places[0]).toMatchObject({ publicAccess: "Unknown", encryption: "Unknown", sensitive: null, readAt: null });
    expect(pipelines[0]).toMatchObject({ status: null, sensitive: null });
    expect(readImpact({ weakest: null }).weakest).toBeNull();
  });
});
