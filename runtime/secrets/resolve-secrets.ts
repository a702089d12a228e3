import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { SecretFault, type SecretPlace } from "./secret-provider.ts";
import { providerOf } from "./providers/index.ts";
import type { SecretVariables } from "./run-secrets.ts";

/**
 * The variables that a step's secret sources give; later sources win.
 * @throws MillraceError where one of them cannot be had
 */
export async function resolveSecrets(
  sources: readonly SecretSource[],
  at: SecretPlace & { readonly step: string },
): Promise<SecretVariables> {
  const read = await Promise.allSettled(sources.map((source) => readSource(source, at)));
  // Of several that fail the first is told, whichever answers first.
  return read.reduce<SecretVariables>((all, one) => {
    if (one.status === "rejected") throw one.reason;
    return { ...all, ...one.value };
  }, {});
}

async function readSource(
  source: SecretSource,
  { step, flowFile }: SecretPlace & { readonly step: string },
): Promise<SecretVariables> {
  try {
    return await providerOf(source).read(source, { flowFile });
  } catch (error) {
    if (!(error instanceof SecretFault)) throw error;
    const { message, details, hint, cause } = error;
    throw new MillraceError({
      code: "MILLRACE_SECRETS",
      headline: `Cannot get the secrets of step ${step} because ${message}`,
      ...{ details, hint, cause },
    });
  }
}
