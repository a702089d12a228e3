import { ownProgram } from "../../../own-program.ts";
import type { AwsCalls } from "./aws-calls.ts";

const QUEUE_ARN = /^arn:[^:]+:batch:([^:]+):/;

/** @param queue - where it is an ARN, that names the region */
export function loadAws(queue: string | null): Promise<AwsCalls> {
  const { openAws } = ownProgram("batch", "client") as typeof import("./open-aws.ts");
  return Promise.resolve(openAws(QUEUE_ARN.exec(queue ?? "")?.[1] ?? null));
}
