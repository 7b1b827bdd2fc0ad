import { describe, expect, it } from "vitest";
import { untakenSteps } from "../../src/model/branches";
import { answer, ran, EXECUTED } from "../answers";

const BRANCHED = [
  ["check", "yes", "branch:if"],
  ["check", "no", "branch:else"],
  ["no", "deep", "branch:if"],
] as [string, string, string][];

describe("a branch not taken", () => {
  const untaken = (nodes: Parameters<typeof answer>[0]["nodes"], execution: typeof EXECUTED | null = EXECUTED) =>
    [...untakenSteps(answer({ nodes, edges: BRANCHED, execution }))].toSorted();

  it("is what the condition's outcome leaves out, with all that hangs in it", () => {
    expect(untaken([ran("check", "Succeeded", { outcome: "True" }), ran("yes"), "no", "deep"])).toEqual(["deep", "no"]);
    expect(untaken([ran("check", "Succeeded", { outcome: "False" }), "yes", ran("no"), ran("deep")])).toEqual(["yes"]);
  });

  it("is what the service says", () => {
    expect(untaken([ran("check"), { id: "yes", type: "Fail", branchTaken: false }, "no", "deep"])).toEqual(["yes"]);
  });

  it("is inferred from the other branch where no outcome is known", () => {
    expect(untaken([ran("check"), ran("yes"), "no", "deep"])).toEqual(["deep", "no"]);
  });

  it("is no branch that was merely not reached", () => {
    expect(untaken([ran("check", "Executing"), "yes", "no", "deep"])).toEqual([]);
    expect(untaken([ran("check", "Failed"), "yes", "no", "deep"])).toEqual([]);
    expect(untaken(["check", "yes", "no", "deep"])).toEqual([]);
  });

  it("is never said without an execution", () => {
    expect(untaken(["check", "yes", "no", "deep"], null)).toEqual([]);
  });
});
