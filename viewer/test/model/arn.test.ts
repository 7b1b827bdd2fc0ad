import { describe, expect, it } from "vitest";
import { consoleLink, bucketLink, shortName } from "../../src/model/arn";

const ARN = "arn:aws:sagemaker:ap-northeast-2:123456789012:";

describe("links to the AWS console", () => {
  it("lead to the job's own page", () => {
    expect(consoleLink(`${ARN}training-job/pipelines-x-Train`)).toBe(
      "https://ap-northeast-2.console.aws.amazon.com/sagemaker/home?region=ap-northeast-2#/jobs/pipelines-x-Train",
    );
    expect(consoleLink("arn:aws-cn:sagemaker:cn-north-1:123456789012:processing-job/p")).toMatch(
      "https://cn-north-1.console.amazonaws.cn/",
    );
    expect(consoleLink("arn:aws:lambda:us-east-1:123456789012:function:notify:1")).toMatch(/#\/functions\/notify$/);
  });

  it.each([
    null,
    "",
    "x",
    "javascript:alert(1)",
    "arn:aws:sagemaker:evil.com#:1:training-job/x",
    "arn:constructor:sagemaker:us-east-1:1:training-job/x",
    `${ARN}constructor/x`,
    `${ARN}unknown-kind/x`,
  ])("are not made from %s", (text) => expect(consoleLink(text)).toBeNull());

  it("carry any name safely", () => {
    const link = new URL(bucketLink("b?x=/", `a b/"<c>&/k`, "eu-west-1", null)!);
    expect([link.host, link.searchParams.get("prefix"), link.searchParams.get("region")]).toEqual([
      "s3.console.aws.amazon.com",
      `a b/"<c>&/`,
      "eu-west-1",
    ]);
    expect(bucketLink("b", null, "evil region", null)).toBe("https://s3.console.aws.amazon.com/s3/buckets/b?");
  });
});

describe("an ARN's short name", () => {
  it("is the end that tells", () => {
    expect(shortName(`${ARN}pipeline/p/execution/abc`)).toBe("abc");
  });
});
