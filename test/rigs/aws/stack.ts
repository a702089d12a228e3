import fs from "node:fs";
import path from "node:path";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Parameter,
} from "@aws-sdk/client-cloudformation";
import { ROOT } from "../harness.ts";
import { authorization } from "./moto.ts";

// What the SDK will want of Node one day is no result of a test.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

export const TEMPLATE = path.join(ROOT, "runtime/engines/infra/millrace.yaml");
export const CREDENTIALS = { accessKeyId: "testing", secretAccessKey: "testing" };

/** Creates what the template describes, in moto's own network; gives the outputs by name. */
export async function createStack(
  moto: string,
  { name, parameters = {} }: { name: string; parameters?: Readonly<Record<string, string>> },
): Promise<Record<string, string>> {
  const client = new CloudFormationClient({ endpoint: moto, region: "us-east-1", credentials: CREDENTIALS });
  const always = {
    // moto takes a list that is a default for its letters.
    InstanceTypes: "optimal",
    VpcId: found(/vpc-[0-9a-f]+/, await awsQuery(moto, { service: "ec2", Action: "DescribeVpcs" })),
    SubnetIds: found(/subnet-[0-9a-f]+/, await awsQuery(moto, { service: "ec2", Action: "DescribeSubnets" })),
  };
  const given = Object.entries({ ...always, ...parameters }).map(([ParameterKey, ParameterValue]): Parameter => ({
    ParameterKey,
    ParameterValue,
  }));
  await client.send(new CreateStackCommand({ StackName: name, TemplateBody: templateForMoto(), Parameters: given }));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const [stack] = Stacks;
  if (stack?.StackStatus !== "CREATE_COMPLETE") throw new Error(`the stack is ${stack?.StackStatus}`);
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  );
}

/** AWS's older protocol, in which EC2 and IAM are asked: what it answers is XML. */
export async function awsQuery(
  moto: string,
  { service, ...fields }: Readonly<Record<string, string>> & { readonly service: string },
): Promise<string> {
  const answer = await fetch(moto, {
    method: "POST",
    headers: { authorization: authorization("us-east-1", service) },
    body: new URLSearchParams({ Version: service === "ec2" ? "2016-11-15" : "2010-05-08", ...fields }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${fields["Action"]}: ${answer.status} ${text}`);
  return text;
}

/** AWS takes a role of its own for Batch where none is named; moto asks for one. */
function templateForMoto(): string {
  const text = fs.readFileSync(TEMPLATE, "utf8");
  return text.replaceAll(/^( *)ReplaceComputeEnvironment: false$/gm, "$&\n$1ServiceRole: !GetAtt ExecutionRole.Arn");
}

function found(pattern: RegExp, text: string): string {
  const [match] = pattern.exec(text) ?? [];
  if (match === undefined) throw new Error(`no ${pattern.source} in ${text}`);
  return match;
}
