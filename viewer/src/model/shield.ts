/**
 * An artifact's shield: what its bucket's two leading facts say, and nothing that was not read.
 *
 * - red: the bucket is read to be public;
 * - amber: a weakness was read (public access is not blocked altogether, or no default encryption);
 * - green: public access is exactly `Blocked`, and a default encryption is read;
 * - grey: a fact that decides was not read (or is a word that this page does not know), or it is no S3 location.
 *
 * A weakness that was read stands even where the other fact is unknown; a pass needs both.
 */

import type { Artifact } from "../api/types";

export type Shield = "green" | "amber" | "red" | "grey";
export type ShieldReason =
  | "public"
  | "notBlocked"
  | "notEncrypted"
  | "blocked"
  | "encrypted"
  | "publicAccessUnknown"
  | "encryptionUnknown"
  | "notS3";

export interface Verdict {
  shield: Shield;
  reasons: ShieldReason[];
}

const ENCRYPTED = ["AES256", "aws:kms", "aws:kms:dsse"];

export function shieldOf(artifact: Artifact): Verdict {
  const facts = artifact.facts;
  if (!facts || artifact.bucket === null) return { shield: "grey", reasons: ["notS3"] };
  const access = accessReason(facts.publicAccess);
  const encryption = encryptionReason(facts.encryption);
  return { shield: worst(access, encryption), reasons: [access, encryption] };
}

/** The shield of a bucket by the two facts alone, as the account's answers have them. */
export function shieldOfFacts(publicAccess: string, encryption: string): Shield {
  return worst(accessReason(publicAccess), encryptionReason(encryption));
}

function accessReason(value: string): ShieldReason {
  if (value === "Public") return "public";
  if (value === "Blocked") return "blocked";
  return value === "NotPublic" ? "notBlocked" : "publicAccessUnknown";
}

function encryptionReason(value: string): ShieldReason {
  if (ENCRYPTED.includes(value)) return "encrypted";
  return value === "None" ? "notEncrypted" : "encryptionUnknown";
}

function worst(access: ShieldReason, encryption: ShieldReason): Shield {
  if (access === "public") return "red";
  if (access === "notBlocked" || encryption === "notEncrypted") return "amber";
  return access === "blocked" && encryption === "encrypted" ? "green" : "grey";
}
