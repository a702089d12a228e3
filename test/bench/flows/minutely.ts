import { FlowSpec, main, schedule, step } from "millrace";

@schedule({ cron: "* * * * *", catchUp: "none", overlap: "allow" })
class BenchMinutely extends FlowSpec {
  @step({ start: true, end: true }) only() {}
}

main(BenchMinutely);
