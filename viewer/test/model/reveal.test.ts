import { describe, expect, it } from "vitest";
import { ALL, askFor, flowOf, revealed, sideOutputs, sidesOf, tokenOf, undrawn } from "../../src/model/reveal";
import { impact } from "../impacts";

/** raw → Clean → clean → Train → model; Clean also writes a report, and an open bucket. */
const FLOW = flowOf(
  impact(["raw", "step:p/Clean", "clean", "step:p/Train", "model"], {
    aside: [
      ["step:p/Clean", "report", {}],
      ["step:p/Clean", "open", { publicAccess: "Public" }],
    ],
  }),
);
const none = new Set<string>();
const shown = (more: string[], hidden: ReadonlySet<string> = none, wanted: string[] = []) =>
  [...revealed(FLOW, { more, hidden, wanted })].toSorted();

describe("what is drawn", () => {
  it("is the start and one hop each side at first", () => {
    expect(shown([])).toEqual(["raw", "step:p/Clean"]);
  });

  it("grows by the neighbours that are asked for, in whatever order", () => {
    const asks = [askFor("clean", "down"), askFor("step:p/Clean", "down")];
    expect(shown(asks)).toEqual(["clean", "open", "raw", "report", "step:p/Clean", "step:p/Train"]);
    expect(shown(asks.toReversed())).toEqual(shown(asks));
    expect(shown([askFor("nowhere", "up"), "nonsense"])).toEqual(shown([]));
  });

  it("is everything where that is asked for, but what is hidden, unless it is wanted", () => {
    expect(shown([ALL]).length).toBe(FLOW.vertices.size);
    expect(shown([ALL], new Set(["report"]))).not.toContain("report");
    expect(shown([], new Set(["report"]), ["report"])).toContain("report");
  });

  it("tells how many neighbours are not drawn on each side", () => {
    expect(undrawn(FLOW, new Set(shown([])), none, "step:p/Clean")).toEqual({ up: 0, down: 3 });
    expect(undrawn(FLOW, new Set(shown([])), new Set(["report"]), "step:p/Clean")).toEqual({ up: 0, down: 2 });
  });
});

describe("side outputs", () => {
  it("are what nothing reads beside what is read; the unprotected and the only output are none", () => {
    expect([...sideOutputs(FLOW, null)]).toEqual(["report"]);
  });

  it("are not said of where the walk ended", () => {
    expect([...sideOutputs(FLOW, 2)]).toEqual([]);
  });
});

describe("an id's short name", () => {
  it("is short, the same each time, and another for another id", () => {
    const names = Array.from({ length: 2000 }, (_, i) => tokenOf(`step:pipeline-${i}/Train`));
    expect(new Set(names).size).toBe(2000);
    expect(names.every((name) => /^[a-z0-9]{1,7}$/.test(name))).toBe(true);
  });
});

describe("the sides of the start", () => {
  const flow = flowOf(impact(["start", "a", "b"], { aside: [["a", "report", {}]] }));
  const at = (id: string) => [flow.vertices.get(id)!];

  it("are what the data reaches and what it was made from", () => {
    const { up, down } = sidesOf(flow, at("a"), null);
    expect([[...up], [...down]]).toEqual([["start"], ["b", "report"]]);
    expect([...sidesOf(flow, at("start"), 1).down]).toEqual(["a"]);
  });

  it("share what lies in a circle, and never hold the start", () => {
    flow.down.set("b", ["start"]);
    flow.up.set("start", ["b"]);
    const { up, down } = sidesOf(flow, at("start"), null);
    expect([up.has("b"), down.has("b"), up.has("start"), down.has("start")]).toEqual([true, true, false, false]);
  });
});
