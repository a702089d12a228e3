import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import type { SecretVariables } from "./run-secrets.ts";

/**
 * Where secrets of one kind come from. To add one, write a file with such an object in `providers`, give it a row in
 * `providers/index.ts`, and its options one in `sdk/decorators/secret-source.ts`.
 */
export interface SecretProvider<Type extends SecretSource["type"] = SecretSource["type"]> {
  readonly type: Type;
  /**
   * `launcher`: read where the run is started, and handed to tasks elsewhere. `task`: read where the task runs, with what
   * that place may do; the launcher never sees it.
   */
  readBy(source: SourceOf<Type>, at: SecretPlace): "launcher" | "task";
  /** True where only an engine that says so brings them to its jobs: see `brings` of `SecretDelivery`. */
  readonly isBrought?: boolean;
  /** Its file, absolute, where it is one of this machine: such a file is never shipped. */
  fileOf?(source: SourceOf<Type>, at: SecretPlace): string;
  /** @throws SecretFault */
  read(source: SourceOf<Type>, at: SecretPlace): SecretVariables | Promise<SecretVariables>;
}

export type SourceOf<Type extends SecretSource["type"]> = Extract<SecretSource, { readonly type: Type }>;

export interface SecretPlace {
  /** Relative paths start from its folder. */
  readonly flowFile: string;
}

/** Why secrets cannot be had: completes "Cannot get the secrets of step train because …", and never says a value. */
export class SecretFault extends Error {
  readonly hint: string;
  readonly details: readonly string[];

  constructor(because: string, rest: { readonly hint: string; readonly details?: readonly string[]; cause?: unknown }) {
    super(because, { cause: rest.cause });
    this.hint = rest.hint;
    this.details = rest.details ?? [];
  }
}
