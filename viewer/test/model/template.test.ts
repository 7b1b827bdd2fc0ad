import { describe, expect, it } from "vitest";
import { shortUri } from "../../src/model/search";
import { isTemplate, knownPart, piecesOf, segmentsOf } from "../../src/model/template";

const TRAIN = "s3://lake/runs/${Execution.PipelineExecutionId}/train";

describe("a template", () => {
  it("is a text with a closed ${…}, and nothing else is one", () => {
    expect(
      [TRAIN, "${Parameters.Bucket}", "s3://lake/x", "s3://lake/${open", "s3://lake/$x", "{a}", ""].map(isTemplate),
    ).toEqual([true, true, false, false, false, false, false]);
  });

  it("is the sum of its pieces", () => {
    const texts = [TRAIN, "${a}${b}/x", "plain", "s3://b/${Steps.Ask.OutputParameters['a/b']}/x", "", "${"];
    for (const text of texts)
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
    expect(piecesOf(TRAIN).map(({ open }) => open)).toEqual([false, true, false]);
  });

  it("is known as far as its first open piece", () => {
    expect([TRAIN, "${a}/x", "s3://lake/x"].map(knownPart)).toEqual(["s3://lake/runs/", "", "s3://lake/x"]);
  });

  it("is not split within a piece", () => {
    expect(segmentsOf("s3://b/${Steps.Ask.OutputParameters['a/b']}/x")).toEqual([
      "s3:",
      "",
      "b",
      "${Steps.Ask.OutputParameters['a/b']}",
      "x",
    ]);
    expect(segmentsOf("")).toEqual([""]);
    expect(shortUri("s3://b/models/${Steps.Train.TrainingJobName}/output/model.tar.gz")).toBe("model.tar.gz");
  });
});
