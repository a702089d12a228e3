/** A class that {@link serve} takes. */
export type ServiceClass = (new () => Service<unknown>) & {
  /**
   * Which version of which model: `churn@production`, `churn@7` or `churn@latest`; where an alias points is looked at again
   * and again. A service without it has no model.
   */
  readonly model?: string;
};

/**
 * What answers with a model. A subclass names the model and has at least one method with `@predict`; each process that
 * answers makes one instance.
 *
 * @example
 * ```ts
 * import { predict, serve, Service } from "millrace/serving";
 * import { z } from "zod";
 *
 * const Customer = z.object({ tenure: z.number(), charges: z.number() });
 * const Score = z.object({ churn: z.number() });
 *
 * class ChurnService extends Service<{ readonly weights: Float64Array }> {
 *   static model = "churn@production";
 *
 *   @predict({ input: Customer, output: Score, batch: { maxSize: 64, maxWaitMs: 5 } })
 *   score(rows: z.infer<typeof Customer>[]): z.infer<typeof Score>[] {
 *     const [bias = 0, slope = 0] = this.model.weights;
 *     return rows.map(({ tenure }) => ({ churn: 1 / (1 + Math.exp(bias + slope * tenure)) }));
 *   }
 * }
 *
 * serve(ChurnService); // tsx service.ts serve
 * ```
 */
export abstract class Service<M = undefined> {
  /** The model, as its version was stored. */
  readonly model!: M;

  /** Called once in each process, when the model is there and before the first rows are. May be async. */
  prepare(): void | Promise<void> {}
}
