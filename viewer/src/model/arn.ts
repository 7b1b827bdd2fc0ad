/** ARNs → pages of the AWS console, for the kinds whose page has a known address; anything else has no link. */

export interface Arn {
  partition: string;
  service: string;
  region: string;
  account: string;
  resource: string;
}

export function parseArn(text: string): Arn | null {
  const [prefix, partition, service, region, account, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || resource.length === 0) return null;
  return { partition, service, region: region ?? "", account: account ?? "", resource: resource.join(":") };
}

const DOMAINS: Record<string, string> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

/** SageMaker's resource types, and the console's word for each list. */
const SAGEMAKER_PAGES: Record<string, string> = {
  "training-job": "jobs",
  "processing-job": "processing-jobs",
  "transform-job": "transform-jobs",
  "hyper-parameter-tuning-job": "hyper-tuning-jobs",
  model: "models",
  endpoint: "endpoints",
  "endpoint-config": "endpointConfig",
};

function host(partition: string, region: string): string | null {
  const domain = Object.hasOwn(DOMAINS, partition) ? DOMAINS[partition] : undefined;
  return domain && REGION.test(region) ? `https://${region}.${domain}` : null;
}

export function consoleLink(text: string | null): string | null {
  const arn = text ? parseArn(text) : null;
  const root = arn && host(arn.partition, arn.region);
  if (!arn || !root) return null;
  const slash = arn.resource.indexOf("/");
  const [kind, name] = [arn.resource.slice(0, slash), encodeURIComponent(arn.resource.slice(slash + 1))];
  if (arn.service === "sagemaker" && slash > 0 && Object.hasOwn(SAGEMAKER_PAGES, kind)) {
    return `${root}/sagemaker/home?region=${arn.region}#/${SAGEMAKER_PAGES[kind]}/${name}`;
  }
  if (arn.service === "lambda" && arn.resource.startsWith("function:")) {
    const [, fn = ""] = arn.resource.split(":");
    return `${root}/lambda/home?region=${arn.region}#/functions/${encodeURIComponent(fn)}`;
  }
  return null;
}

/** A bucket's page, at the key's folder; `arn` tells the partition. */
export function bucketLink(
  bucket: string,
  key: string | null,
  region: string,
  pipelineArn: string | null,
): string | null {
  const partition = (pipelineArn && parseArn(pipelineArn)?.partition) || "aws";
  const domain = Object.hasOwn(DOMAINS, partition) ? DOMAINS[partition] : undefined;
  if (!domain) return null;
  const folder = key?.slice(0, key.lastIndexOf("/") + 1) ?? "";
  const query = new URLSearchParams();
  if (REGION.test(region)) query.set("region", region);
  if (folder) query.set("prefix", folder);
  const prefix = partition === "aws" ? "s3." : "";
  return `https://${prefix}${domain}/s3/buckets/${encodeURIComponent(bucket)}?${query.toString()}`;
}

/** The last part of an ARN's resource: `…/execution/abc` is `abc`. */
export function shortName(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1) || arn;
}
