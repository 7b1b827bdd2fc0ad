import { describe, expect, it } from "vitest";
import { bucketLink, consoleLink, shortName } from "../src/model/arn";
import { search, shortUri } from "../src/model/search";
import { lastScanned } from "../src/model/scanned";
import { bySeverity, gravestAt, severityCounts } from "../src/model/severity";
import { isLive, toneOf } from "../src/model/status";
import { readable } from "../src/panel/parts";
import { FIRST_WAIT_SEC, LONGEST_WAIT_SEC, nextWait } from "../src/state/pace";
import { actionsIn } from "../src/states/Failure";
import { answer, ran } from "./answers";

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

describe("short names", () => {
  it("say the end that tells", () => {
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
    expect(shortName(`${ARN}pipeline/p/execution/abc`)).toBe("abc");
  });

  it("make words of camelCase keys, and leave names alone", () => {
    expect(
      ["failureReason", "volumeKmsKeyId", "attempts", "train:auc", "s3Uri", "__proto__", "한국어"].map(readable),
    ).toEqual(["Failure reason", "Volume kms key id", "Attempts", "train:auc", "S3 uri", "__proto__", "한국어"]);
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

describe("findings", () => {
  const finding = (severity: string, status: string, path: string[] = []) => ({
    severity,
    status,
    path,
    finding_info: { uid: severity + status },
  });
  const { findings } = answer({
    findings: [
      finding("Low", "Fail", ["node:a"]),
      finding("Odd", "Fail"),
      finding("Critical", "Warning", ["node:a", "node:a"]),
      finding("Critical", "Fail"),
      finding("High", "Fail"),
    ],
  });

  it("come gravest first, the certain before the uncertain", () => {
    expect(bySeverity(findings).map(({ uid }) => uid)).toEqual([
      "CriticalFail",
      "CriticalWarning",
      "HighFail",
      "LowFail",
      "OddFail",
    ]);
    expect(severityCounts(findings)).toEqual([
      ["Critical", 2],
      ["High", 1],
      ["Low", 1],
      ["Odd", 1],
    ]);
  });

  it("mark each place on their path once, with the gravest", () => {
    expect(gravestAt(findings)).toEqual(new Map([["node:a", { severity: "Critical", count: 2 }]]));
  });
});

describe("last scanned", () => {
  it("is the latest activity, else the latest run's end, else the pipeline's last change", () => {
    const nodes = [
      ran("a", "Succeeded", { endTime: "2026-03-01T10:00:00+00:00" }),
      ran("b", "Succeeded", { endTime: "2026-03-01T09:59:00+00:00" }),
    ];
    expect(lastScanned(answer({ nodes, more: { summary: { lastActivityTime: "L" } } }))).toBe("L");
    expect(lastScanned(answer({ nodes }))).toBe("2026-03-01T10:00:00+00:00");
    expect(lastScanned(answer({ more: { pipeline: { name: "p", lastModifiedTime: "M" } } }))).toBe("M");
    expect(lastScanned(answer({}))).toBeNull();
  });
});

describe("statuses", () => {
  it("have a tone each, and unknown words the neutral one", () => {
    expect(
      ["Succeeded", "Failed", "Executing", "Stopped", "CompletedWithFailures", "Unknown", "toString", null].map(toneOf),
    ).toEqual(["ok", "bad", "running", "warn", "warn", "idle", "idle", "idle"]);
    expect(["Executing", "Stopping", "Succeeded", undefined].map(isLive)).toEqual([true, true, false, false]);
  });

  it("are asked for again at a pace that slackens, and quickens when something changes", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].reduce<number[]>(
      (known) => [...known, nextWait(known.at(-1)!, false)],
      [FIRST_WAIT_SEC],
    );
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(LONGEST_WAIT_SEC);
    expect(nextWait(LONGEST_WAIT_SEC, true)).toBe(FIRST_WAIT_SEC);
  });
});

describe("a refusal", () => {
  it("tells the permission that it names", () => {
    expect(
      actionsIn("not authorised to perform sagemaker:DescribePipeline on arn:aws:sagemaker:r:1:p, nor s3:GetObject"),
    ).toEqual(["sagemaker:DescribePipeline", "s3:GetObject"]);
  });
});
