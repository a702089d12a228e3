import { current, FlowSpec, main, step } from "millrace";
import { features } from "millrace/features";
import { models } from "millrace/models";
import { readDepartures } from "./departures.ts";
import { departures } from "./features.ts";
import { type Day, type DemandModel, fit, forecast, meanError } from "./linear-regression.ts";

/** Before that a month of features is not full yet. */
const FROM = "2001-01-29";
/** From here on the model is judged. */
const HELD_OUT_FROM = "2001-06-01";

type TrainingDay = Day & { readonly airport: string; readonly at: string };

/** Learns from what was known before each day how many flights left on it. */
export class DemandFlow extends FlowSpec {
  training!: TrainingDay[];
  heldOut!: TrainingDay[];
  model!: DemandModel;

  @step async start() {
    const labels = (await readDepartures()).filter(({ at }) => at >= FROM);
    const days = await features.historical(labels, [departures.all], { timestamp: "at" });
    this.training = days.filter(({ at }) => at < HELD_OUT_FROM);
    this.heldOut = days.filter(({ at }) => at >= HELD_OUT_FROM);
    console.log(`${this.training.length} days of airports to learn from, ${this.heldOut.length} to judge by`);
    this.next(this.fit);
  }

  @step fit() {
    this.model = fit(this.training);
    const error = meanError(this.heldOut, (day) => forecast(this.model, day));
    const weekAgo = meanError(this.heldOut, (day) => day.weekAgo);
    current.registerModel("demand", {
      artifact: "model",
      metrics: { error, weekAgo },
      description: "flights that leave an airport on the day that begins",
    });
    console.log(`wrong by ${error.toFixed(1)} flights; "as a week ago" by ${weekAgo.toFixed(1)}`);
    this.next(this.end);
  }

  @step async end() {
    const own = `${current.flowName}/${current.runId}/`;
    const version = (await models.versions("demand")).find(({ pathspec }) => pathspec.startsWith(own));
    if (version === undefined) throw new Error("the model of this run was removed");
    await models.promote("demand", version.number, {
      alias: "production",
      require: ({ metrics: { error = Infinity, weekAgo = 0 } }) => error < weekAgo,
    });
  }
}

main(DemandFlow);
