import { randomBytes } from "node:crypto";
import { authorization } from "./moto.ts";
import { awsQuery } from "./stack.ts";

const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** A job queue of its own, on machines that are just there or on Fargate. Jobs are containers of this machine's engine. */
export async function makeQueue(
  moto: string,
  { on = "EC2", state = "ENABLED", name = `queue-${randomBytes(6).toString("hex")}` }: QueueOptions = {},
): Promise<string> {
  const role = `role-${name}`;
  const created = await awsQuery(moto, {
    ...{ service: "iam", Action: "CreateRole" },
    ...{ RoleName: role, AssumeRolePolicyDocument: TRUST },
  });
  const serviceRole = /<Arn>([^<]+)<\/Arn>/.exec(created)?.[1];
  const types = on === "MIXED" ? (["FARGATE_SPOT", "FARGATE"] as const) : [on];
  const environments = types.map((type) => ({ type, environment: `environment-${type}-${name}` }));
  for (const { type, environment } of environments)
    await askBatch(moto, "createcomputeenvironment", {
      computeEnvironmentName: environment,
      serviceRole,
      ...(type === "EC2" ? { type: "UNMANAGED" } : { type: "MANAGED", computeResources: await fargate(moto, type) }),
    });
  await askBatch(moto, "createjobqueue", {
    ...{ jobQueueName: name, state, priority: 1 },
    computeEnvironmentOrder: environments.map(({ environment }, at) => ({
      order: at + 1,
      computeEnvironment: environment,
    })),
  });
  return name;
}

export interface QueueOptions {
  /** `MIXED`: machines of Spot, and others. */
  readonly on?: "EC2" | "FARGATE" | "FARGATE_SPOT" | "MIXED";
  readonly state?: "ENABLED" | "DISABLED";
  readonly name?: string;
}

/** One request to Batch; what it answers is whatever the operation answers. */
export async function askBatch<T = unknown>(moto: string, operation: string, request: object): Promise<T> {
  const answer = await fetch(`${moto}/v1/${operation}`, {
    method: "POST",
    headers: { authorization: authorization("us-east-1", "batch") },
    body: JSON.stringify(request),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** Jobs end at once as succeeded, without containers; or they are real ones, as in the beginning. */
export async function setContainers(moto: string, areReal: boolean): Promise<void> {
  await tellMoto(moto, "config", { batch: { use_docker: areReal } });
}

/** How long each of a job's states lasts, in whole seconds. */
export async function setJobStates(moto: string, seconds: number): Promise<void> {
  const transition = seconds === 0 ? { progression: "immediate" } : { progression: "time", seconds };
  await tellMoto(moto, "state-manager/set-transition", { model_name: "batch::job", transition });
}

async function tellMoto(moto: string, what: string, body: object): Promise<void> {
  const answer = await fetch(`${moto}/moto-api/${what}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
}

async function fargate(moto: string, type: string): Promise<object> {
  const subnets = await awsQuery(moto, { service: "ec2", Action: "DescribeSubnets" });
  const groups = await awsQuery(moto, { service: "ec2", Action: "DescribeSecurityGroups" });
  return {
    ...{ type, maxvCpus: 16 },
    subnets: [/subnet-[0-9a-f]+/.exec(subnets)?.[0]],
    securityGroupIds: [/sg-[0-9a-f]+/.exec(groups)?.[0]],
  };
}
