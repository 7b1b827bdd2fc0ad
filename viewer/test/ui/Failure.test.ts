import { describe, expect, it } from "vitest";
import { actionsIn } from "../../src/ui/Failure";

describe("a refusal", () => {
  it("tells the permission that it names", () => {
    expect(
      actionsIn("not authorised to perform sagemaker:DescribePipeline on arn:aws:sagemaker:r:1:p, nor s3:GetObject"),
    ).toEqual(["sagemaker:DescribePipeline", "s3:GetObject"]);
  });
});
