import { describe, expect, it } from "vitest";
import { buildFlowScene, groupId, type FlowOptions } from "../../src/layout/flowScene";
import { flowOf } from "../../src/model/reveal";
import { impact } from "../impacts";

const CHAIN = ["s3://lake/raw", "step:etl/Clean", "s3://lake/clean", "step:etl/Join", "s3://other/x", "step:ml/Train"];
const FLOW = flowOf(impact(CHAIN));
const scene = (options: Partial<FlowOptions>) =>
  buildFlowScene(FLOW, { shown: new Set(CHAIN), hidden: new Set(), fold: "none", open: [], ...options });
const ids = (options: Partial<FlowOptions>) =>
  scene(options)
    .boxes.map(({ id }) => id)
    .toSorted();

describe("the account's graph", () => {
  it("has a box for each vertex where nothing is folded", () => {
    expect(ids({})).toEqual(CHAIN.toSorted());
    expect(scene({}).links.length).toBe(CHAIN.length - 1);
  });

  it("folds steps by pipeline and places by bucket, but no group of one", () => {
    expect(ids({ fold: "pipeline" })).toEqual(
      ["pipeline:etl", "s3://lake/clean", "s3://lake/raw", "s3://other/x", "step:ml/Train"].toSorted(),
    );
    expect(ids({ fold: "both" })).toEqual(["bucket:lake", "pipeline:etl", "s3://other/x", "step:ml/Train"].toSorted());
  });

  it("draws one link for all edges of a kind between two groups, and none within", () => {
    const links = scene({ fold: "both" }).links.map(({ source, word, target }) => `${source} ${word} ${target}`);
    expect(links.toSorted()).toEqual([
      "bucket:lake reads pipeline:etl",
      "pipeline:etl writes bucket:lake",
      "pipeline:etl writes s3://other/x",
      "s3://other/x reads step:ml/Train",
    ]);
  });

  it("leaves a group open that the reader has opened", () => {
    expect(ids({ fold: "both", open: ["pipeline:etl"] })).toContain("step:etl/Clean");
  });

  it("folds by itself where it is large, unless the reader says otherwise", () => {
    const long = Array.from({ length: 90 }, (_, i) => (i % 2 ? `step:p/S${i}` : `s3://lake/${i}`));
    const flow = flowOf(impact(long));
    const options = { shown: new Set(long), hidden: new Set<string>(), open: [] };
    expect(buildFlowScene(flow, { ...options, fold: null }).boxes.length).toBe(2);
    expect(buildFlowScene(flow, { ...options, fold: "none" }).boxes.length).toBe(90);
  });

  it("knows which box a vertex is drawn in", () => {
    const { boxOf } = scene({ fold: "both" });
    expect(["s3://lake/raw", "step:ml/Train"].map((id) => boxOf.get(id))).toEqual(["bucket:lake", "step:ml/Train"]);
    expect(groupId(FLOW.vertices.get("s3://lake/raw")!)).toBe("bucket:lake");
  });
});
