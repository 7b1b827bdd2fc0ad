import { describe, expect, it } from "vitest";
import { readable } from "../../src/ui/Tree";

describe("a key of the answer", () => {
  it("becomes words where it is camelCase, and stays as it is where it is a name", () => {
    expect(
      ["failureReason", "volumeKmsKeyId", "attempts", "train:auc", "s3Uri", "__proto__", "한국어"].map(readable),
    ).toEqual(["Failure reason", "Volume kms key id", "Attempts", "train:auc", "S3 uri", "__proto__", "한국어"]);
  });
});
