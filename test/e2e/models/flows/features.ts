import { current, FlowSpec, type Inputs, main, parameter, step } from "millrace";
import { count, entity, featureView, features, rows, sum } from "millrace/features";

const shop = entity("shop", { keys: { shop: "string" } });
const source = rows([{ shop: "north", at: "2026-03-01T08:00:00Z", amount: 4 }], { event: "at" });
const visits = featureView("visits", {
  entity: shop,
  source,
  features: { visits: count(), visits1d: count({ window: "1d" }) },
});

/** Computes features in the tasks of a foreach, and registers behind the join. */
class TrainFlow extends FlowSpec {
  @parameter window = "7d";
  shops = ["north", "south"];
  found = 0;
  model = { usual: 0 };

  @step start() {
    this.next(this.compute, { foreach: "shops" });
  }

  @step async compute(name: string) {
    const labels = [{ shop: name, at: "2026-03-01T12:00:00Z" }];
    const [row] = await features.historical(labels, [visits.visits], { timestamp: "at" });
    this.found = row!.visits;
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<TrainFlow>) {
    // Reads one of them: the features of the other count as well.
    this.found = inputs[0]!.found;
    this.next(this.train);
  }

  @step async train() {
    const spending = featureView("spending", {
      entity: shop,
      source,
      features: { spent: sum("amount", { window: this.window as "7d" }) },
    });
    const labels = [{ shop: "north", at: "2026-03-01T12:00:00Z" }];
    const [row] = await features.historical(labels, [spending.all, visits.visits1d], { timestamp: "at" });
    this.model = { usual: row!.spent + row!.visits1d };
    current.registerModel("churn", { artifact: "model" });
    this.next(this.end);
  }

  @step end() {}
}

main(TrainFlow);
