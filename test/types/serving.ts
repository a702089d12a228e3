import { entity, featureView, last, rows, sum } from "../../sdk/features/index.ts";
import { predict, type PredictRow, serve, Service, serviceClient } from "../../sdk/serving/index.ts";
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

/** What a client of it may ask, and what it gets. */
interface Dated {
  readonly at: Date;
  readonly tags: readonly string[];
}

class DatedService extends Service {
  @predict({ input: z.array(z.number()) })
  async dates(rows: number[][]): Promise<Dated[]> {
    return rows.map(([ms]) => ({ at: new Date(ms ?? 0), tags: [] }));
  }

  notAsked = 1;
  helper(text: string) {
    return text;
  }
}

async function clients() {
  const churn = serviceClient<ChurnService, { score: { row: z.input<typeof Customer> } }>("http://localhost:3000");
  // What has a default need not be sent.
  const one: number = (await churn.score({ tenure: 3 })).churn;
  const many: { churn: number }[] = await churn.score([{ tenure: 3, plan: "basic" }], { timeoutMs: 5 });
  const arrays: number[][] = await churn.anything([1, 2]);
  const { answer, model } = await churn.anything(1).withReply();
  const [first]: number[] = answer;
  const name: string | null = model;
  // @ts-expect-error a row has no such type
  void churn.score({ tenure: "3" });
  // @ts-expect-error there is no such method
  void churn.scroe({ tenure: 3 });
  // @ts-expect-error there is no such option
  void churn.score({ tenure: 3 }, { timeout: 5 });
  // @ts-expect-error without the second type, a row is what the method takes
  void serviceClient<ChurnService>("http://localhost:3000").score({ tenure: 3 });

  const dated = serviceClient<DatedService>(new URL("http://localhost:3000"));
  const at: string | undefined = (await dated.dates([[1]]))[0]?.at;
  // @ts-expect-error a row that is an array is sent in an array of rows
  void dated.dates([1]);
  // @ts-expect-error what is no prediction cannot be asked
  void dated.helper("a");
  // @ts-expect-error nor can a field
  void dated.notAsked;
  // @ts-expect-error it is no service
  void serviceClient<Dated>("http://localhost:3000");
  return [one, many, arrays, first, name, at];
}
void clients;

const customer = entity("customer", { keys: { id: "string" } });
const spending = featureView("spending", {
  entity: customer,
  source: rows([], { event: "at" }),
  features: { spent: sum("amount"), shop: last<string>("shop") },
});

class FeatureService extends Service {
  @predict({ input: z.object({ id: z.string() }), features: [spending.spent, spending.shop] })
  given(rows: { id: string; spent: number; shop: string | null }[]) {
    return rows.map(({ spent }) => spent);
  }

  @predict({ input: z.object({ id: z.string() }), output: Score, features: [spending.all] })
  inferred(rows: readonly PredictRow<z.ZodObject<{ id: z.ZodString }>, [typeof spending.all]>[]) {
    return rows.map(({ spent }) => ({ churn: spent }));
  }

  // @ts-expect-error a feature that may be missing is not a string
  @predict({ input: z.object({ id: z.string() }), features: [spending.shop] })
  notNull(rows: { id: string; shop: string }[]) {
    return rows.map(({ shop }) => shop);
  }

  // @ts-expect-error nobody looks it up
  @predict({ input: z.object({ id: z.string() }), features: [spending.shop] })
  notAsked(rows: { id: string; spent: number }[]) {
    return rows.map(({ spent }) => spent);
  }
}
serve(FeatureService);
// What is looked up, a client does not send.
void serviceClient<FeatureService, { given: { row: { id: string } } }>("http://localhost:3000").given({ id: "c7" });
