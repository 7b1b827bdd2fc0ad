import { describe, expect, it } from "vitest";
import { readLineage, readPipelinePage, readExecutionPage } from "../../src/api/read";
import type { Json } from "../../src/api/types";

const STRANGE: Json[] = [
  null,
  1,
  "x",
  true,
  [],
  {},
  [null],
  { graph: 1 },
  { graph: { nodes: {}, edges: "e", artifacts: [1, null, []] } },
  {
    graph: { nodes: [null, 3, { id: 7, run: [], inputs: [null, { name: {} }], label: null }] },
    findings: [{}],
    warnings: ["w"],
    summary: { nodeStatus: { a: "x" } },
    execution: 5,
  },
];

describe("an answer", () => {
  it.each(STRANGE.map((value) => [JSON.stringify(value), value]))(
    "is read without an exception from %s",
    (_text, value) => {
      const lineage = readLineage(value as Json);
      expect(lineage.nodes.every(({ id, label }) => typeof id === "string" && typeof label === "string")).toBe(true);
      expect(readPipelinePage(value as Json).pipelines).toEqual([]);
      expect(readExecutionPage(value as Json).executions).toEqual([]);
    },
  );

  it("keeps what the page has never heard of", () => {
    const { nodes, pipeline, warnings } = readLineage({
      pipeline: { name: "p", colour: "blue" },
      graph: {
        nodes: [
          {
            id: "a",
            type: "T",
            qubits: 7,
            run: { status: "Odd", spin: "up" },
            inputs: [{ name: "i", uri: null, weight: 3 }],
          },
        ],
      },
      warnings: [{ code: "C", message: "m", hint: "h" }],
    });
    expect(nodes[0]!.extra).toEqual({ qubits: 7 });
    expect(nodes[0]!.run!.extra).toEqual({ spin: "up" });
    expect(nodes[0]!.inputs[0]!.extra).toEqual({ weight: 3 });
    expect(pipeline.extra).toEqual({ colour: "blue" });
    expect(warnings[0]!.extra).toEqual({ hint: "h" });
  });

  it("makes a template of what an older service could not tell", () => {
    const port = { name: "i", uri: null, expression: "Steps.A.X" };
    const { nodes } = readLineage({ graph: { nodes: [{ id: "a", inputs: [port, { ...port, expression: null }] }] } });
    expect(nodes[0]!.inputs.map(({ uri, resolution }) => [uri, resolution])).toEqual([
      ["${Steps.A.X}", "unresolved"],
      ["${}", "unresolved"],
    ]);
  });

  it("says Unknown for bucket facts that are missing, never a verdict", () => {
    const { artifacts } = readLineage({
      graph: { artifacts: [{ uri: "s3://b/k", bucket: "b", s3: { bucket: "b" } }] },
    });
    expect(artifacts[0]!.facts).toEqual({
      region: "Unknown",
      encryption: "Unknown",
      versioning: "Unknown",
      publicAccess: "Unknown",
    });
  });
});
