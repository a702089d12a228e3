import { askAws } from "../aws/ask-aws.ts";
import type { SecretProvider } from "../secret-provider.ts";
import { secretVariables } from "../secret-variables.ts";

const ARN_REGION = /^arn:[^:]+:ssm:([^:]+):/;

/** A parameter of AWS Systems Manager, decrypted where it is a `SecureString`. */
export const AWS_PARAMETER_STORE: SecretProvider<"aws-parameter-store"> = {
  type: "aws-parameter-store",
  readBy: () => "task",
  async read(source) {
    const { name: asked, region = ARN_REGION.exec(asked)?.[1] ?? null } = source;
    const { name, text } = await askAws({
      service: "AWS Parameter Store",
      action: "ssm:GetParameter",
      name: asked,
      ask: (aws) => aws.parameter(asked, region),
    });
    return secretVariables(text, { ...source, name });
  },
};
