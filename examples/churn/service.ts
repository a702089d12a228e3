import { predict, serve, Service } from "millrace/serving";
import { z } from "zod";
import { Customer } from "./customers.ts";
import { type ChurnModel, probabilities } from "./logistic-regression.ts";

const Score = z.object({ churn: z.number().describe("how likely the customer is to leave") });

/** Answers with whichever version is in production. */
class ChurnService extends Service<ChurnModel> {
  static model = "churn@production";

  @predict({ input: Customer, output: Score, batch: { maxSize: 64, maxWaitMs: 5 } })
  score(rows: Customer[]): z.infer<typeof Score>[] {
    return probabilities(this.model, rows).map((churn) => ({ churn }));
  }
}

serve(ChurnService);
