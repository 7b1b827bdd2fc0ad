import { describe, expect, it } from "vitest";
import { search, shortUri } from "../../src/model/search";
import { answer, ran } from "../answers";

const ARN = "arn:aws:sagemaker:ap-northeast-2:123456789012:";

describe("a location's short name", () => {
  it("is the end that tells", () => {
    expect(
      [
        "s3://b/a/model.tar.gz",
        "s3://b/a/raw/2026/03/",
        "s3://b",
        "s3://b/",
        `${ARN}model-package/churn/12`,
        "fsx://fs-1/data",
        "x",
      ].map(shortUri),
    ).toEqual(["model.tar.gz", "2026/03/", "b", "b/", "churn/12", "data", "x"]);
  });
});

describe("search", () => {
  const lineage = answer({
    nodes: [ran("Train-A", "Failed"), ran("Other")],
    artifacts: [{ uri: "s3://bucket/train/x", bucket: "bucket", s3: { publicAccess: "Public" } }],
  });
  it("finds steps and data by every word of what is typed", () => {
    expect(search(lineage, "TRAIN").map(({ place }) => place)).toEqual(["node:Train-A", "artifact:0"]);
    expect(search(lineage, "train failed").map(({ place }) => place)).toEqual(["node:Train-A"]);
    expect(search(lineage, "public").map(({ place }) => place)).toEqual(["artifact:0"]);
    expect(search(lineage, "  ")).toEqual([]);
    expect(search(lineage, ".*")).toEqual([]);
  });
});
