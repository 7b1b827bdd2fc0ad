import { describe, expect, it } from "vitest";
import { bySeverity, gravestAt, isSuppressed, severityCounts } from "../../src/model/severity";
import { answer } from "../answers";

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
      finding("Critical", "Suppressed", ["node:a", "node:b"]),
    ],
  });

  it("come gravest first, the certain before the uncertain", () => {
    expect(bySeverity(findings.filter((each) => !isSuppressed(each))).map(({ uid }) => uid)).toEqual([
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

  it("mark each place on their path once, with the gravest, and count nowhere once suppressed", () => {
    expect(gravestAt(findings)).toEqual(new Map([["node:a", { severity: "Critical", count: 2 }]]));
  });
});
