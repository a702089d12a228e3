import { FlowSpec, main, parameter, schedule, step } from "millrace";

@schedule({ cron: "* * * * *", timezone: "Europe/Berlin" })
class EachMinuteFlow extends FlowSpec {
  @parameter() word = "by default";

  @step({ start: true, end: true }) start() {}
}

main(EachMinuteFlow);
