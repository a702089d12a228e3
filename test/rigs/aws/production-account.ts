import { awsEnvironment, makeBucket } from "./moto.ts";
import { batchEnvironment } from "./batch-environment.ts";
import { awsQuery } from "./stack.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: ["states", "scheduler", "events"].map((service) => ({
    ...{ Effect: "Allow", Action: "sts:AssumeRole" },
    Principal: { Service: `${service}.amazonaws.com` },
  })),
});

/** Variables that lead to an account of LocalEmu's in which flows can be deployed: a bucket, a queue, and roles. */
export async function productionAccount(url: string): Promise<Readonly<Record<string, string>>> {
  const made = await awsQuery(url, {
    ...{ service: "iam", Action: "CreateRole", RoleName: `production-${Date.now()}`, AssumeRolePolicyDocument: TRUST },
  });
  const role = /<Arn>([^<]+)<\/Arn>/.exec(made)?.[1] ?? "";
  return {
    ...awsEnvironment(url),
    ...(await batchEnvironment(url)),
    ...{ MILLRACE_STEP_FUNCTIONS_ROLE: role, MILLRACE_STEP_FUNCTIONS_EVENT_ROLE: role },
    MILLRACE_DATASTORE: `s3://${await makeBucket(url)}/team/store`,
  };
}
