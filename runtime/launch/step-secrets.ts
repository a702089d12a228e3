import { MillraceError } from "../../sdk/errors.ts";
import { secretSourcesOf } from "../../sdk/decorators/secrets.ts";
import { type AnyClass, decoratorUsesOf } from "../../sdk/metadata.ts";
import { stepMethods } from "../graph/flow-class.ts";
import { type Redactor, redactor } from "../secrets/redactor.ts";
import { resolveSecrets } from "../secrets/resolve-secrets.ts";

export interface SecretsOf {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly configs: Readonly<Record<string, unknown>>;
  /** Where no other step will run. */
  readonly onlyStep?: string;
}

/** The values of each step's secrets, by variable; that they can be had is so settled before the run starts. */
export function stepSecrets(of: SecretsOf): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const secrets = new Map<string, Readonly<Record<string, string>>>();
  for (const [step, { fn }] of stepMethods(of.Flow)) {
    if (step !== (of.onlyStep ?? step)) continue;
    const sources = secretSourcesOf(decoratorUsesOf(fn), of.configs);
    if (sources.length > 0) secrets.set(step, resolveSecrets(sources, { flowFile: of.flowFile, step }));
  }
  return secrets;
}

/** What masks the secrets of each step in its output: whoever stores output must know the values before the first task prints. */
export function stepRedactors(of: SecretsOf): ReadonlyMap<string, Redactor> {
  return new Map([...stepSecrets(of)].map(([step, values]) => [step, redactor(Object.values(values))]));
}

/** @throws MillraceError for steps whose secrets would have to leave this machine */
export function refuseSecretsElsewhere(of: SecretsOf, steps: readonly string[]): void {
  const names = [...stepSecrets(of).keys()].filter((step) => steps.includes(step));
  if (names.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_SECRETS",
    headline: `Cannot run ${names.join(", ")} on AWS Batch because the secrets of @secrets are on this machine and do not leave it`,
    hint: "let the job's role read them from where they are kept, or run the step here or with --with docker",
  });
}
