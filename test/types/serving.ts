import { predict, serve, Service } from "../../sdk/serving/index.ts";
import { z } from "zod";

/** What the compiler says of services, under both dialects of decorators. */

const Customer = z.object({ tenure: z.number(), plan: z.string().default("basic") });
const Score = z.object({ churn: z.number() });

class ChurnService extends Service<{ readonly weights: Float64Array }> {
  static model = "churn@production";

  @predict({ input: Customer, output: Score, batch: { maxSize: 64, maxWaitMs: 5 } })
  score(rows: z.infer<typeof Customer>[]): z.infer<typeof Score>[] {
    return rows.map(({ tenure }) => ({ churn: tenure * (this.model.weights[0] ?? 0) }));
  }

  @predict({ input: z.number() })
  async anything(rows: readonly number[]) {
    return rows.map((row) => [row]);
  }

  // @ts-expect-error a row has no such type
  @predict({ input: Customer, output: Score })
  wrongRow(rows: string[]): z.infer<typeof Score>[] {
    return rows.map(() => ({ churn: 0 }));
  }

  // @ts-expect-error an answer has no such type
  @predict({ input: Customer, output: Score })
  wrongAnswer(rows: z.infer<typeof Customer>[]): string[] {
    return rows.map(({ plan }) => plan);
  }

  // @ts-expect-error a method takes rows, and gives one answer for each
  @predict({ input: Customer, output: Score })
  noArray(row: z.infer<typeof Customer>): z.infer<typeof Score> {
    return { churn: row.tenure };
  }

  // @ts-expect-error there is no such option
  @predict({ input: Customer, batch: { size: 4 } })
  wrongOption(rows: z.infer<typeof Customer>[]) {
    return rows;
  }
}

serve(ChurnService);
serve(class extends Service {});
// @ts-expect-error it is no service
serve(class {});
class NumberedService extends Service {
  static model = 7;
}
// @ts-expect-error a model is named by a reference
serve(NumberedService);
