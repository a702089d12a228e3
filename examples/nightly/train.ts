import { current, FlowSpec, main, step, triggerOnFinish } from "millrace";
import { Run } from "millrace/client";
import type { EtlFlow } from "./etl.ts";
import { type Day, fitWeather, type WeatherModel } from "./weather.ts";

/** Fits the model once the weather is in. */
@triggerOnFinish({ flow: "EtlFlow" })
export class TrainFlow extends FlowSpec {
  days!: Day[];
  model!: WeatherModel;

  @step async start() {
    // By hand, the latest weather there is.
    const run = await Run.get<EtlFlow>(current.trigger?.runs[0] ?? "EtlFlow/latest:any");
    this.days = await run.data.days;
    this.next(this.fit);
  }

  @step fit() {
    this.model = fitWeather(this.days);
    this.next(this.end);
  }

  @step end() {}
}

main(TrainFlow);
