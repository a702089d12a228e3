import { predict, serve, Service } from "millrace/serving";
import { z } from "zod";
import { departures } from "./features.ts";
import { type DemandModel, forecast, type Known } from "./linear-regression.ts";

const Airport = z.object({ airport: z.string().describe("ATL, ORD and the like") });
const Demand = z.object({
  airport: z.string(),
  flights: z.number().describe("that will leave on the day that begins"),
});

/** A request names airports; what is known of them is looked up. */
class DemandService extends Service<DemandModel> {
  static model = "demand@production";

  @predict({ input: Airport, output: Demand, features: [departures.all] })
  demand(rows: (Known & { airport: string })[]): z.infer<typeof Demand>[] {
    return rows.map((row) => ({ airport: row.airport, flights: Math.round(forecast(this.model, row)) }));
  }
}

serve(DemandService);
