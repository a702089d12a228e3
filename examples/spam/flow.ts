import { FlowSpec, main, parameter, step, type Inputs } from "millrace";
import { dealShards, loadMails, type Shard } from "./corpus.ts";
import { concatenate, featurize, rowsOf, type Features } from "./features.ts";
import { logisticScores } from "./logistic-regression.ts";
import { evaluate, type Metrics } from "./metrics.ts";
import { naiveBayesScores } from "./naive-bayes.ts";

class SpamFlow extends FlowSpec {
  @parameter({ help: "share of the mails that is held out" }) heldOutShare = 0.3;
  @parameter({ help: "number of tasks that featurize" }) shardCount = 6;

  shards!: Shard[];
  features!: Features;
  scores!: Float64Array;
  metrics!: { always: Metrics; bayes: Metrics; logistic: Metrics };

  @step start() {
    const mails = loadMails({ heldOutShare: this.heldOutShare });
    console.log(`${mails.length} mails, ${mails.filter((mail) => mail.isSpam).length} of them spam`);
    this.shards = dealShards(mails, this.shardCount);
    this.next(this.featurize, { foreach: "shards" });
  }

  @step featurize(shard: Shard) {
    this.features = featurize(shard);
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<SpamFlow>) {
    this.features = concatenate(inputs.map((input) => input.features));
    this.next(this.bayes, this.logistic);
  }

  @step bayes() {
    this.scores = naiveBayesScores(this.features);
    this.next(this.evaluate);
  }

  @step logistic() {
    this.scores = logisticScores(this.features, { epochs: 12, learningRate: 4, penalty: 0.001 });
    this.next(this.evaluate);
  }

  @step evaluate(inputs: Inputs<SpamFlow>) {
    this.mergeArtifacts(inputs, { include: ["features"] });
    this.metrics = {
      always: evaluate(this.features, new Float64Array(this.features.isSpam.length).fill(-1)),
      bayes: evaluate(this.features, inputs.bayes.scores),
      logistic: evaluate(this.features, inputs.logistic.scores),
    };
    this.next(this.end);
  }

  @step end() {
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(9);
    const { always, bayes, logistic } = this.metrics;
    const line = (name: string, { accuracy, precision, recall }: Metrics) =>
      `  ${name.padEnd(21)} ${percent(accuracy)} ${percent(precision)} ${percent(recall)}`;
    console.log(`On ${rowsOf(this.features, { heldOut: true }).length} held-out mails`);
    console.log(`  ${"".padEnd(21)}  accuracy precision    recall`);
    console.log(line("naive Bayes", bayes));
    console.log(line("logistic regression", logistic));
    console.log(`  ${"calling nothing spam".padEnd(21)} ${percent(always.accuracy)}`);
  }
}

main(SpamFlow);
