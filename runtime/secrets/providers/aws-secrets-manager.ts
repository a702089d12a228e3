import { askAws } from "../aws/ask-aws.ts";
import type { SecretProvider } from "../secret-provider.ts";
import { secretVariables } from "../secret-variables.ts";

const ARN_REGION = /^arn:[^:]+:secretsmanager:([^:]+):/;

/** A secret of AWS Secrets Manager, in its current version. */
export const AWS_SECRETS_MANAGER: SecretProvider<"aws-secrets-manager"> = {
  type: "aws-secrets-manager",
  readBy: () => "task",
  async read(source) {
    const { id, region = ARN_REGION.exec(id)?.[1] ?? null } = source;
    const { name, text } = await askAws({
      service: "AWS Secrets Manager",
      action: "secretsmanager:GetSecretValue",
      name: id,
      ask: (aws) => aws.secret(id, region),
    });
    return secretVariables(text, { ...source, name });
  },
};
