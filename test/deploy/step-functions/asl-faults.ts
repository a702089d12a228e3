import { createRequire } from "node:module";

/** It brings no types. */
const validate = createRequire(import.meta.url)("asl-validator") as (definition: unknown) => {
  readonly isValid: boolean;
  errorsText(): string;
};

/** What a validator of Amazon States Language says of a state machine; null for nothing. */
export function aslFaults(definition: unknown): string | null {
  const { isValid, errorsText } = validate(definition);
  return isValid ? null : errorsText();
}
