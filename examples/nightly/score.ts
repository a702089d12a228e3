import { current, FlowSpec, main, step, triggerOnFinish } from "millrace";
import { Run } from "millrace/client";
import type { TrainFlow } from "./train.ts";
import { forecast } from "./weather.ts";

/** Says what the day after will be like, once there is a new model. */
@triggerOnFinish({ flow: "TrainFlow" })
export class ScoreFlow extends FlowSpec {
  after!: string;
  high!: number;

  @step async start() {
    const run = await Run.get<TrainFlow>(current.trigger?.runs[0] ?? "TrainFlow/latest:any");
    const [days, model] = await Promise.all([run.data.days, run.data.model]);
    const today = days.at(-1);
    if (today === undefined) throw new Error("there is no day to go on from");
    this.after = today.date;
    this.high = forecast(model, today);
    this.next(this.end);
  }

  @step end() {
    console.log(`the day after ${this.after}: ${this.high.toFixed(1)} °C`);
  }
}

main(ScoreFlow);
