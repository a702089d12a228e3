import { current, FlowSpec, main, parameter, schedule, step } from "millrace";

@schedule({ cron: "* * * * *", timezone: "Europe/Berlin" })
class EachMinuteFlow extends FlowSpec {
  @parameter() word = "by default";
  scheduledAt: Date | null = null;

  @step({ start: true, end: true }) start() {
    this.scheduledAt = current.trigger.scheduledAt;
  }
}

main(EachMinuteFlow);
