import type { DecoratorUse } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, evaluateOptions, wrongOption } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import type { Reader } from "./reader.ts";
import { secretSource, type SecretSource } from "./secret-source.ts";

/** Options of {@link secrets}. */
export interface SecretsOptions {
  /** Later sources win. */
  readonly sources: readonly SecretSource[];
}

/**
 * Puts secrets into the environment when the task starts: of files, of the code, of AWS, of a cluster. They are never stored, and `***` stands for them in the logs
 * and errors of the whole run, also where they are in base64, hex, JSON or URLs. The step's process ends with the task.
 * Artifacts and checkpoints are stored as they are: a warning names one that holds a secret.
 *
 * @example
 * ```ts
 * class UploadFlow extends FlowSpec {
 *   @secrets({ sources: [{ type: "env-file", path: ".env" }] })
 *   @step async start() {
 *     await upload(process.env.UPLOAD_TOKEN);
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function secrets(options: OptionsOrFactory<SecretsOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function secrets<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@secrets needs parentheses: write @secrets()">;
export function secrets(...args: readonly unknown[]): unknown {
  return annotate("secrets", args);
}

const sourcesOption: Reader<readonly SecretSource[]> = {
  expects:
    'an array of sources: [{ type: "env-file", path: ".env" }] or [{ type: "aws-secrets-manager", id: "prod/db" }]',
  read: (value) => (Array.isArray(value) && value.length > 0 ? value.map(secretSource) : undefined),
  // Only the code can name secrets: what a command line says is seen by everybody on the machine.
  parse: () => null,
};

export const secretsDefinition = define({
  name: "secrets",
  options: { sources: sourcesOption },
  settings({ sources }) {
    if (sources === undefined) throw wrongOption("secrets", "it has no sources", `give ${sourcesOption.expects}`);
    // The values stay out of the settings, which are stored with the run.
    return { hasSecrets: true };
  },
});

/** The sources of a step; asked again in each process, as settings cannot hold them. */
export function secretSourcesOf(
  uses: readonly DecoratorUse[],
  configs: Readonly<Record<string, unknown>>,
): readonly SecretSource[] {
  const use = uses.find((candidate) => candidate.decorator === "secrets");
  if (use === undefined) return [];
  return (evaluateOptions(use, configs) as SecretsOptions | undefined)?.sources ?? [];
}
