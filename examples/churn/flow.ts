import { current, FlowSpec, includeFile, main, parameter, step, trigger } from "millrace";
import { models } from "millrace/models";
import { asked, type KnownCustomer, heldOutOf, readCustomers, trainingOf } from "./customers.ts";
import { areaUnderCurve, type ChurnModel, fit, probabilities } from "./logistic-regression.ts";

/** A first model has to be this good. */
const LEAST_AUC = 0.8;

/** Fits a model on the customers so far, and puts it into production if it is better than the one that is there. */
@trigger({ event: "drift:churn", parameters: { number: "drifted" } })
export class ChurnFlow extends FlowSpec {
  @includeFile({ help: "customers as CSV" }) data = "customers.csv";
  @parameter({ help: "customers up to this age" }) oldest = 99;
  @parameter({ help: "version whose requests have drifted; 0 for none" }) drifted = 0;

  training!: KnownCustomer[];
  heldOut!: KnownCustomer[];
  model!: ChurnModel;

  @step start() {
    const customers = readCustomers(this.data);
    const isKnown = ({ age }: KnownCustomer) => age <= this.oldest;
    this.training = trainingOf(customers).filter(isKnown);
    this.heldOut = heldOutOf(customers).filter(isKnown);
    const cause = this.drifted === 0 ? "you asked for it" : `requests to churn@${this.drifted} have drifted`;
    console.log(`${this.training.length} customers up to ${this.oldest} to learn from, because ${cause}`);
    this.next(this.fit);
  }

  @step fit() {
    this.model = fit(this.training);
    const input = this.training.map(asked);
    current.registerModel("churn", {
      artifact: "model",
      metrics: { auc: areaUnderCurve(this.model, this.heldOut), customers: this.training.length },
      description: `logistic regression on customers up to ${this.oldest}`,
      reference: { input, output: probabilities(this.model, input).map((churn) => ({ churn })) },
    });
    this.next(this.end);
  }

  @step async end() {
    const own = `${current.flowName}/${current.runId}/`;
    const version = (await models.versions<ChurnModel>("churn")).find(({ pathspec }) => pathspec.startsWith(own));
    if (version === undefined) throw new Error("the model of this run was removed");
    await models.promote<ChurnModel>("churn", version.number, {
      alias: "production",
      reason: this.drifted === 0 ? "trained by hand" : `churn@${this.drifted} drifted`,
      // Both are judged by the same customers: those that neither has learned from.
      require: async (candidate, present) => {
        const auc = areaUnderCurve(await candidate.load(), this.heldOut);
        const least = present === null ? LEAST_AUC : areaUnderCurve(await present.load(), this.heldOut);
        console.log(
          `AUC ${auc.toFixed(3)}, ${present === null ? "least" : `that of ${String(present)}`} ${least.toFixed(3)}`,
        );
        return auc >= least;
      },
    });
  }
}

main(ChurnFlow);
