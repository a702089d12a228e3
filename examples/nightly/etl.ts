import { current, FlowSpec, main, parameter, schedule, step, trigger } from "millrace";
import { type Day, loadWeather } from "./weather.ts";

/** Takes the weather in: every morning, and whenever somebody says that there is more of it. */
@schedule({ cron: "0 6 * * *", timezone: "America/Los_Angeles" })
@trigger({ event: "weather-arrived", parameters: { until: "until" } })
export class EtlFlow extends FlowSpec {
  @parameter({ help: "the last day, as 2015-06-30" }) until = "2015-12-31";

  days!: Day[];

  @step async start() {
    const { events = [], scheduledAt = null } = current.trigger ?? {};
    const cause = scheduledAt?.toISOString() ?? events.map(({ name }) => name).join(", ");
    this.days = await loadWeather(this.until);
    console.log(`${this.days.length} days, taken in because of ${cause === "" ? "you" : cause}`);
    this.next(this.end);
  }

  @step end() {}
}

main(EtlFlow);
