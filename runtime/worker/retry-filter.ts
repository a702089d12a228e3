import { decoratorUsesOf } from "../../sdk/base/metadata.ts";
import { retryFilterOf } from "../../sdk/decorators/retry.ts";

export interface RetryFilterOptions {
  /** What the step threw. */
  readonly thrown: unknown;
  readonly configs: Readonly<Record<string, unknown>>;
}

/** Asks the `on` function of the step's `@retry`, if it has one, whether this error deserves a further attempt. */
export async function mayRetry(method: object, { thrown, configs }: RetryFilterOptions): Promise<boolean> {
  try {
    const filter = retryFilterOf(decoratorUsesOf(method), configs);
    return filter === null || (await filter(thrown));
  } catch {
    // A filter that fails cannot rule anything out.
    return true;
  }
}
