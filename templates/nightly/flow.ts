import { FlowSpec, main, parameter, project, retry, step, timeout, type Inputs } from "millrace";
import { isOrder, REGIONS, readOrders, type Order } from "./orders.ts";
import { fitTrend, predict, type Trend } from "./trend.ts";

interface Score {
  readonly region: string;
  readonly amount: number;
}

/** Reads and cleans a month of orders, trains a model for each region, and scores the next day. */
@project({ name: "{{name}}" })
export class NightlyFlow extends FlowSpec {
  @parameter({ help: "month of the orders" }) month = "2026-01";
  @parameter({ help: "day to predict, from the first of the month" }) day = 29;

  rows!: readonly unknown[];
  orders!: Order[];
  dropped = 0;
  regions = REGIONS;
  trend!: Trend;
  trends!: Trend[];
  scores!: Score[];

  @retry({ times: 2, delay: "10s" })
  @timeout({ minutes: 10 })
  @step({ start: true })
  extract() {
    this.rows = readOrders(this.month);
    this.next(this.transform);
  }

  @step transform() {
    this.orders = this.rows.filter(isOrder);
    this.dropped = this.rows.length - this.orders.length;
    if (this.dropped > this.rows.length / 10) throw new Error(`${this.dropped} of ${this.rows.length} rows are broken`);
    this.next(this.train, { foreach: "regions" });
  }

  @step train(region: string) {
    this.trend = fitTrend(
      region,
      this.orders.filter((order) => order.region === region),
    );
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<NightlyFlow>) {
    this.trends = inputs.map(({ trend }) => trend);
    this.mergeArtifacts(inputs, { include: ["dropped"] });
    this.next(this.score);
  }

  @step score() {
    this.scores = this.trends.map((trend) => ({ region: trend.region, amount: predict(trend, this.day) }));
    this.next(this.end);
  }

  @step end() {
    for (const { region, amount } of this.scores) console.log(`${region.padEnd(6)} ${amount.toFixed(0)}`);
    console.log(`${this.dropped} broken rows were dropped`);
  }
}

main(NightlyFlow);
