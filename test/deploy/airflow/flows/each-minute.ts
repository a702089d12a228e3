import { FlowSpec, main, parameter, schedule, step } from "millrace";

@schedule({ cron: "* * * * *", timezone: "Europe/Berlin" })
class EachMinuteFlow extends FlowSpec {
  @parameter() word = "by default";
  items = [1, 2];

  @step start() {
    this.next(this.each, { foreach: "items" });
  }

  @step each() {
    this.next(this.end);
  }

  @step end() {}
}

main(EachMinuteFlow);
