import { card, current, FlowSpec, type Inputs, main, parameter, retry, step } from "millrace";
import { markdown, table, valueBox } from "millrace/cards";

interface Airport {
  readonly code: string;
  readonly flights: number;
}

interface Score {
  readonly airport: string;
  readonly error: number;
  readonly weight: number;
}

/** Fits a delay model for each airport and keeps the best. */
class TrainFlow extends FlowSpec {
  @parameter({ help: "how fast it learns" }) rate = 0.3;
  @parameter({ help: "how often all data are seen" }) epochs = 12;
  @parameter({ help: "an airport whose data are wrong" }) wrong = "";

  airports!: Airport[];
  airport!: string;
  error!: number;
  weight!: number;
  scores!: Score[];
  best!: string;

  /** Reads the flights and splits them by airport. */
  @step start() {
    const codes = ["VIE", "ZRH", "MUC", "FRA", "AMS", "CDG", "LHR", "OSL"];
    this.airports = codes.map((code, at) => ({ code, flights: 1200 + at * 311 }));
    console.log(
      `\u001b[32m${codes.length} airports\u001b[0m, ${String(this.airports.at(-1)?.flights)} flights of the last`,
    );
    this.next(this.fit, { foreach: "airports", label: "code" });
  }

  /** One model an airport. */
  @retry({ times: 1, delay: 0 })
  @step
  fit({ code, flights }: Airport) {
    this.airport = code;
    this.weight = 0;
    if (code === "MUC" && current.attempt === 0) throw new Error("the connection was reset");
    if (code === this.wrong) throw new TypeError(`the delays of ${code} are not numbers: column 4 of 12`);
    for (let epoch = 0; epoch < this.epochs; epoch += 1) {
      this.weight += this.rate * (1 - this.weight);
      this.error = (1 - this.weight) ** 2 + 1 / flights;
      current.log({ loss: this.error, weight: this.weight }, { step: epoch });
      console.log(`epoch ${epoch}: loss ${this.error.toFixed(5)}`);
    }
    console.warn("two flights had no delay and were left out");
    this.next(this.choose);
  }

  /** The model with the smallest error wins. */
  @step choose(inputs: Inputs<TrainFlow>) {
    this.scores = inputs.map(({ airport, error, weight }) => ({ airport, error, weight }));
    this.scores.sort((a, b) => a.error - b.error);
    this.best = this.scores[0]?.airport ?? "";
    this.error = this.scores[0]?.error ?? 1;
    this.next(this.end);
  }

  @card({ id: "result", title: "The best airport" })
  @step
  end() {
    current.card.append(
      markdown("## Errors by *airport*"),
      valueBox({ label: "best", value: this.best }),
      table(this.scores),
    );
    console.log(`the best is ${this.best}`);
  }
}

main(TrainFlow);
