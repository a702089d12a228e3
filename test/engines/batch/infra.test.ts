import fs from "node:fs";
import { BatchClient, DescribeJobQueuesCommand } from "@aws-sdk/client-batch";
import { CloudFormationClient, ValidateTemplateCommand } from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { awsQuery, createStack, CREDENTIALS, TEMPLATE } from "../../rigs/aws/stack.ts";

interface Policy {
  readonly Statement: readonly {
    Effect: string;
    Action: string | string[];
    Resource: string | string[];
    Condition?: unknown;
  }[];
}

describeWith(MOTO, "the CloudFormation template", () => {
  const moto = motoForFile();

  function settings() {
    return { endpoint: moto.url(), region: "us-east-1", credentials: CREDENTIALS };
  }

  async function queues(...names: string[]) {
    const { jobQueues = [] } = await new BatchClient(settings()).send(
      new DescribeJobQueuesCommand({ jobQueues: names }),
    );
    return jobQueues;
  }

  async function policyOf(role: string, PolicyName: string): Promise<Policy> {
    const asked = { service: "iam", Action: "GetRolePolicy", RoleName: role.split("/").at(-1)!, PolicyName };
    const [, encoded = ""] = /<PolicyDocument>(.*)<\/PolicyDocument>/s.exec(await awsQuery(moto.url(), asked)) ?? [];
    // moto keeps it as Python would write it, and what is left out as nothing in the list.
    const text = decodeURIComponent(encoded).replaceAll("'", '"').replaceAll(", None", "");
    return JSON.parse(text) as Policy;
  }

  test("keeps to the schemas of what it creates", async () => {
    const TemplateBody = fs.readFileSync(TEMPLATE, "utf8");
    const client = new CloudFormationClient(settings());
    await expect(client.send(new ValidateTemplateCommand({ TemplateBody }))).resolves.toMatchObject({
      Description: expect.stringContaining("Millrace"),
    });
    const broken = TemplateBody.replace("MaxvCpus: !Ref MaxVCpus", "MaxCpus: !Ref MaxVCpus");
    await expect(client.send(new ValidateTemplateCommand({ TemplateBody: broken }))).rejects.toThrow(
      "'MaxvCpus' is a required property",
    );
  });

  test("creates a bucket and a queue that takes jobs, and says where they are", async () => {
    const outputs = await createStack(moto.url(), { name: "plain" });
    expect(Object.keys(outputs).sort()).toEqual([
      ...["Bucket", "Datastore", "EventRole", "ExecutionRole", "JobQueue", "JobRole", "StateMachineRole"],
      "StepFunctionsPrefix",
    ]);
    expect(outputs["Datastore"]).toBe(`s3://${outputs["Bucket"]}/millrace`);
    expect(await queues(outputs["JobQueue"]!)).toMatchObject([
      { jobQueueArn: outputs["JobQueue"], state: "ENABLED", status: "VALID" },
    ]);
    for (const role of ["JobRole", "ExecutionRole", "StateMachineRole", "EventRole"])
      expect(outputs[role]).toMatch(/^arn:aws:iam::\d{12}:role\//);
  });

  test("has a bucket that nobody else reads, and that gives up uploads which nobody ended", async () => {
    const { Bucket } = await createStack(moto.url(), { name: "bucket" });
    const encryption = await (await fetch(`${moto.url()}/${Bucket}?encryption`)).text();
    expect(encryption).toContain("<SSEAlgorithm>AES256</SSEAlgorithm>");
    // moto takes no notice of these in a template.
    const text = fs.readFileSync(TEMPLATE, "utf8");
    expect(text.match(/^ +(Block|Ignore|Restrict)Public\w+: true$/gm)).toHaveLength(4);
    expect(text).toMatch(/Effect: Deny\n[^#]+aws:SecureTransport: "false"$/m);
    expect(text).toMatch(/^ +AbortIncompleteMultipartUpload:\n +DaysAfterInitiation: 7$/m);
  });

  test("gives jobs the objects of the datastore, and nothing else", async () => {
    const { Bucket, JobRole } = await createStack(moto.url(), { name: "roles" });
    const role = JobRole!.split("/").at(-1)!;
    const { Statement } = await policyOf(JobRole!, "datastore");
    expect(Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        Resource: `arn:aws:s3:::${Bucket}/millrace/*`,
      },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { "s3:prefix": "millrace/*" } },
      },
    ]);
    const attached = { service: "iam", Action: "ListAttachedRolePolicies", RoleName: role };
    expect(await awsQuery(moto.url(), attached)).not.toContain("<PolicyArn>");
  });

  test("gives state machines their queues, their executions and the datastore, and EventBridge their start", async () => {
    const { Bucket, JobQueue, StateMachineRole, EventRole } = await createStack(moto.url(), {
      name: "production",
      parameters: { StepFunctionsPrefix: "films" },
    });
    const { Statement } = await policyOf(StateMachineRole!, "runs");
    const open = Statement.filter(({ Resource }) => [Resource].flat().includes("*"));
    expect(open.flatMap(({ Action }) => Action)).toEqual(["batch:DescribeJobs"]);
    const allowing = (action: string) =>
      Statement.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => Resource);
    expect(allowing("batch:SubmitJob")).toContain(JobQueue);
    expect(allowing("s3:GetObject")).toEqual([`arn:aws:s3:::${Bucket}/millrace/*`]);
    const machines = [expect.stringMatching(/^arn:aws:states:us-east-1:\d{12}:stateMachine:films-\*$/)];
    expect(allowing("states:StartExecution")).toEqual(machines);
    const start = await policyOf(EventRole!, "start");
    expect(start.Statement).toEqual([{ Effect: "Allow", Action: "states:StartExecution", Resource: machines[0] }]);
  });

  test("makes a second queue for GPUs, and takes spot instances, where it is told to", async () => {
    const parameters = { GpuInstanceTypes: "g5.xlarge,g5.2xlarge", UseSpot: "true" };
    const outputs = await createStack(moto.url(), { name: "gpu", parameters });
    const [plain, gpu] = [await queues(outputs["JobQueue"]!), await queues(outputs["GpuJobQueue"]!)];
    expect(gpu).toMatchObject([{ state: "ENABLED", status: "VALID" }]);
    expect(gpu[0]?.computeEnvironmentOrder).not.toEqual(plain[0]?.computeEnvironmentOrder);
  });
});
