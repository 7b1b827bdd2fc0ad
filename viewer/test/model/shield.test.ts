import { describe, expect, it } from "vitest";
import { type Shield, shieldOf } from "../../src/model/shield";
import { answer } from "../answers";

const ACCESS = ["Blocked", "NotPublic", "Public", "Unknown", "blocked", ""];

const ENCRYPTION = ["AES256", "aws:kms", "aws:kms:dsse", "None", "Unknown", "aws:later"];

function shield(publicAccess: string, encryption: string): Shield {
  const { artifacts } = answer({ artifacts: [{ uri: "s3://b/k", bucket: "b", s3: { publicAccess, encryption } }] });
  return shieldOf(artifacts[0]!).shield;
}

describe("the shield", () => {
  it("is green for exactly a blocked and encrypted bucket", () => {
    const green = ACCESS.flatMap((access) =>
      ENCRYPTION.filter((word) => shield(access, word) === "green").map((word) => [access, word]),
    );
    expect(green).toEqual([
      ["Blocked", "AES256"],
      ["Blocked", "aws:kms"],
      ["Blocked", "aws:kms:dsse"],
    ]);
  });

  it("is red for exactly a public bucket, whatever else is known", () => {
    for (const access of ACCESS) {
      for (const word of ENCRYPTION) expect(shield(access, word) === "red").toBe(access === "Public");
    }
  });

  it("shows a weakness that was read although the other fact was not", () => {
    expect(shield("NotPublic", "Unknown")).toBe("amber");
    expect(shield("Unknown", "None")).toBe("amber");
  });

  it("is grey where a fact that decides is unknown, or a word that the page does not know", () => {
    expect(shield("Blocked", "Unknown")).toBe("grey");
    expect(shield("Unknown", "AES256")).toBe("grey");
    expect(shield("blocked", "AES256")).toBe("grey");
    expect(shield("Blocked", "aws:later")).toBe("grey");
  });

  it("is grey for what lies in no bucket, and says why", () => {
    const { artifacts } = answer({
      artifacts: [
        { uri: "arn:aws:sagemaker:r:1:model/m", bucket: null, s3: { publicAccess: "Unknown", encryption: "Unknown" } },
      ],
    });
    expect(shieldOf(artifacts[0]!)).toEqual({ shield: "grey", reasons: ["notS3"] });
  });
});
