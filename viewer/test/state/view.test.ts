import { describe, expect, it } from "vitest";
import {
  type Selection,
  type View,
  EMPTY_VIEW,
  changed,
  parseView,
  formatView,
  lineageQuery,
  withoutPipeline,
  withPipeline,
  withStart,
} from "../../src/state/view";

const FULL: View = {
  region: "eu-west-1",
  domain: "d-abc",
  pipeline: "a pipeline & more=x#?",
  execution: "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/p/execution/e1",
  includeLatestExec: false,
  posture: "full",
  show: "data",
  direction: "TB",
  select: { kind: "node", id: "Train" },
  tab: "details",
  search: "model tar",
  language: "ko",
  theme: "dark",
  list: "places",
  sort: "-findings",
  start: "s3://lake/raw & more/",
  way: "upstream",
  depth: 3,
  fold: "bucket",
  open: ["pipeline:a,b", "bucket:<x>"],
  more: ["1a2b3c-d", "zz-u"],
  leaves: true,
  from: "latest-1",
  to: "definition",
  kind: "metric",
  panel: false,
  at: { x: -120, y: 3400, zoom: 0.085 },
};

const SELECTIONS: Selection[] = [
  { kind: "node", id: "artifact:3" },
  { kind: "node", id: `"<script>&\u0000한국어` },
  { kind: "artifact", id: 0 },
  { kind: "edge", from: "a,b", to: `["c"]`, via: "ref:Get" },
  { kind: "finding", uid: "FLOW-03:9c1e" },
];

describe("the address", () => {
  it("holds the whole state, to and fro", () => {
    expect(parseView(formatView(FULL))).toEqual(FULL);
  });

  it("is empty for a fresh view", () => {
    expect(formatView(EMPTY_VIEW)).toBe("");
    expect(parseView("")).toEqual(EMPTY_VIEW);
  });

  it.each(SELECTIONS)("keeps the selection $kind whatever it is called", (select) => {
    expect(parseView(formatView({ ...EMPTY_VIEW, select })).select).toEqual(select);
  });

  it.each(["artifact:x", "artifact:-1", "edge:[1,2,3]", "edge:[", 'edge:["a"]', "nonsense", "window:1"])(
    "drops the selection %s that it cannot read",
    (text) => expect(parseView(`?select=${encodeURIComponent(text)}`).select).toBeNull(),
  );

  it("falls back to defaults for words that it does not know", () => {
    const view = parseView("?show=all&posture=maximal&dir=RL&tab=x&lang=fr&theme=pink&includeLatestExec=maybe");
    expect(view).toEqual(EMPTY_VIEW);
  });

  it("reads the service's own forms of a boolean", () => {
    for (const word of ["false", "0", "no", "FALSE"])
      expect(parseView(`?includeLatestExec=${word}`).includeLatestExec).toBe(false);
    for (const word of ["true", "1", "yes", ""])
      expect(parseView(`?includeLatestExec=${word}`).includeLatestExec).toBe(true);
  });
});

describe("the question that a view asks", () => {
  it("names one execution, or says whether the latest is wanted", () => {
    expect(lineageQuery(FULL)).toMatchObject({ execution: FULL.execution, includeLatestExec: null, posture: "full" });
    expect(lineageQuery({ ...FULL, execution: null })).toMatchObject({ execution: null, includeLatestExec: "false" });
  });

  it("forgets what belonged to another pipeline", () => {
    const { region, domain, includeLatestExec, posture, show, direction, language, theme } = FULL;
    const stays = { region, domain, includeLatestExec, posture, show, direction, language, theme };
    expect(withoutPipeline(FULL)).toEqual({ ...EMPTY_VIEW, ...stays });
    expect(withPipeline(FULL, "other")).toEqual({ ...EMPTY_VIEW, ...stays, pipeline: "other" });
    expect(withStart(FULL, "s3://b")).toEqual({ ...EMPTY_VIEW, ...stays, start: "s3://b" });
  });
});

describe("a change of the view", () => {
  const moved = { ...EMPTY_VIEW, start: "s3://lake/", at: { x: 1, y: 2, zoom: 1 } };

  it("keeps the place in the graph while the graph keeps its shape", () => {
    expect(changed(moved, { ...moved, tab: "details", search: "x", panel: false }).at).toEqual(moved.at);
  });

  it.each([{ fold: "both" }, { open: ["bucket:b"] }, { show: "data" }, { direction: "TB" }, { depth: 2 }] as const)(
    "shows the graph whole again with $fold$open$show$direction$depth",
    (change) => {
      expect(changed(moved, { ...moved, ...change, open: [...(change.open ?? [])] } as View).at).toBeNull();
    },
  );

  it("goes to the place that comes with the change", () => {
    const there = { ...moved, direction: "LR" as const, at: { x: 9, y: 9, zoom: 2 } };
    expect(changed(moved, there).at).toEqual(there.at);
  });
});

describe("a place in the graph", () => {
  it.each(["1,2", "1,2,0", "1,2,-1", "a,b,c", "1,2,3,4", "1e9,0,1", "99999999,0,1", "1,2,NaN"])(
    "is none where the address says %s",
    (at) => {
      expect(parseView(`?at=${at}`).at).toBeNull();
    },
  );
});
