import "millrace/arrow";
import { FlowSpec, type Inputs, main, step } from "millrace";
import { byPartOfDay, loadFlights, type PartOfDay, type Summary, summaryOf, summaryText } from "./flights.ts";

/** At which time of the day do flights leave late? */
class DelayFlow extends FlowSpec {
  parts!: PartOfDay[];
  summary!: Summary;

  @step async start() {
    this.parts = byPartOfDay(await loadFlights());
    this.next(this.summarize, { foreach: "parts" });
  }

  @step summarize(part: PartOfDay) {
    this.summary = summaryOf(part);
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<DelayFlow>) {
    const [first, ...rest] = inputs.map((task) => task.summary);
    if (first === undefined) throw new Error("a day has parts");
    this.summary = first.concat(...rest);
    this.next(this.end);
  }

  @step end() {
    console.log(summaryText(this.summary));
  }
}

main(DelayFlow);
