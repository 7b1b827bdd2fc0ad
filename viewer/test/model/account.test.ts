import { describe, expect, it } from "vitest";
import { readAccountPage } from "../../src/api/readAccount";
import { accountHits, attention, isStart, byReason } from "../../src/model/account";

const place = (bucket: string, publicAccess: string, sensitive: boolean | string) => ({
  bucket,
  sensitive,
  posture: { publicAccess },
});
const PAGE = readAccountPage({
  pipelines: [
    { name: "churn", findings: { Critical: 2 } },
    { name: "lake-loader", findings: { High: 9 } },
  ],
  places: [place("open", "Public", false), place("lake", "Blocked", true), place("leaky", "Public", true)],
  coverage: { unread: [{ pipeline: "x", why: "AccessDenied", action: "sagemaker:DescribePipeline" }] },
});

describe("what needs attention", () => {
  it("is what is public, the sensitive first, then what is critical, and always what was not read", () => {
    expect(attention(PAGE).map(({ why }) => why)).toEqual(["publicSensitive", "public", "critical", "unread"]);
    expect(attention(PAGE, 2).map(({ why }) => why)).toEqual(["publicSensitive", "unread"]);
    expect(attention(readAccountPage({}))).toEqual([]);
  });
});

describe("the search over the account", () => {
  it("takes locations, ARNs and ids as they are", () => {
    expect(["s3://lake/raw", "arn:aws:sagemaker:r:1:model/m", "pipeline:x", "model:m"].every(isStart)).toBe(true);
    expect(["lake", "s3://", "javascript:alert(1)", "arn:"].some(isStart)).toBe(false);
    expect(accountHits(PAGE, " s3://lake/raw ")[0]!.place).toBe("s3://lake/raw");
  });

  it("finds buckets and pipelines, and offers the name as a model's, endpoint's or package's", () => {
    expect(accountHits(PAGE, "LAKE").map((hit) => hit.place)).toEqual([
      "s3://lake/",
      "pipeline:lake-loader",
      "model:LAKE",
      "endpoint:LAKE",
      "package:LAKE",
    ]);
    expect(accountHits(PAGE, " ")).toEqual([]);
  });
});

describe("what could not be read", () => {
  it("is said once for each reason, with all permissions that would tell", () => {
    const unread = [
      { why: "AccessDenied", action: "s3:GetBucketTagging" },
      { why: "Throttled", action: null },
      { why: "AccessDenied", action: "s3:GetBucketAcl" },
      { why: "AccessDenied", action: "s3:GetBucketAcl" },
    ];

    expect(byReason(unread)).toEqual([
      ["AccessDenied", ["s3:GetBucketAcl", "s3:GetBucketTagging"]],
      ["Throttled", []],
    ]);
  });
});
