import type { SecretSource } from "../../../sdk/decorators/secret-source.ts";
import type { SecretProvider } from "../secret-provider.ts";
import { AWS_PARAMETER_STORE } from "./aws-parameter-store.ts";
import { AWS_SECRETS_MANAGER } from "./aws-secrets-manager.ts";
import { ENV_FILE } from "./env-file.ts";
import { FILE } from "./file.ts";
import { INLINE } from "./inline.ts";
import { KUBERNETES } from "./kubernetes.ts";

const PROVIDERS: { readonly [Type in SecretSource["type"]]: SecretProvider<Type> } = {
  "env-file": ENV_FILE,
  inline: INLINE,
  file: FILE,
  "aws-secrets-manager": AWS_SECRETS_MANAGER,
  "aws-parameter-store": AWS_PARAMETER_STORE,
  kubernetes: KUBERNETES,
};

/** The provider of a source. */
export function providerOf(source: SecretSource): SecretProvider {
  return PROVIDERS[source.type] as SecretProvider;
}
