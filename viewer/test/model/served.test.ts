import { describe, expect, it } from "vitest";
import type { Impact } from "../../src/api/accountTypes";
import { missesServed, pipelinesOn, withServed } from "../../src/model/served";
import { impact } from "../impacts";

const CHAIN = ["data:s3://lake/raw", "step:etl/Clean", "data:s3://lake/clean", "step:etl/Train", "model:churn"];

/** The answer as the service cuts it: so many of the chain, and what was left out by type. */
function cut(to: number, omitted: Record<string, number>): Impact {
  return { ...impact(CHAIN.slice(0, to)), omitted };
}

/** The answer to the same question for models alone. */
function modelsOf(): Impact {
  const whole = impact(CHAIN);
  return { ...whole, nodes: whole.nodes.slice(-1).map((vertex) => ({ ...vertex, type: "model" })) };
}

describe("what is served and lies beyond the nearest", () => {
  it("is missed where the answer leaves out models, packages or endpoints", () => {
    expect(missesServed(cut(4, { model: 1 }))).toBe(true);
    expect(missesServed(cut(4, { step: 7 }))).toBe(false);
  });

  it("is added with its whole path, and counts as left out no more", () => {
    const whole = withServed(cut(2, { data: 1, step: 1, model: 1 }), modelsOf());

    expect(whole.nodes.map(({ id }) => id).toSorted()).toEqual(CHAIN.slice(1).toSorted());
    expect(whole.edges).toHaveLength(4);
    expect(whole.omitted).toEqual({ data: 0, step: 0, model: 0, endpoint: 0, package: 0 });
  });

  it("says nothing of a place on the path of which the id alone is known", () => {
    const whole = withServed(cut(2, { data: 1, step: 1, model: 1 }), modelsOf());
    const place = whole.nodes.find(({ id }) => id === "data:s3://lake/clean");

    expect(place).toMatchObject({ type: "data", name: "s3://lake/clean", facts: {}, distance: 2, unlisted: true });
    expect(whole.nodes.find(({ id }) => id === "step:etl/Train")).toMatchObject({ pipeline: "etl", name: "Train" });
  });

  it("does not take the place of what is listed", () => {
    const whole = withServed(cut(4, { model: 1 }), modelsOf());

    expect(whole.nodes.some(({ unlisted }) => unlisted)).toBe(false);
    expect(whole.nodes).toHaveLength(4);
  });
});

it("the pipelines on a path come in its order, each once where its steps follow one another", () => {
  const { start, nodes } = impact(["data:a", "step:etl/A", "data:b", "step:etl/B", "data:c", "step:train/C", "data:d"]);

  expect(pipelinesOn([...start, ...nodes])).toEqual(["etl", "train"]);
});
