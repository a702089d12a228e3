import { current, FlowSpec, main, parameter, step, type Inputs } from "millrace";
import { type Digits, loadDigits, part } from "./digits.ts";
import { accuracyOn, type Network, type Setting, train } from "./network.ts";

class MnistFlow extends FlowSpec {
  @parameter({ help: "hidden units to try" }) hidden = [32, 64];
  @parameter({ help: "learning rates to try" }) learningRates = [0.1, 0.4];
  @parameter({ help: "times that all digits are learned from" }) epochs = 6;
  @parameter({ help: "digits to learn from; of the others, one half chooses, one half judges" }) trainCount = 8000;
  @parameter() seed = 1;

  digits!: Digits;
  settings!: Setting[];
  setting!: Setting;
  network!: Network;
  accuracy!: number;
  computedOn!: string;
  tried!: { setting: Setting; accuracy: number }[];

  @step start() {
    const { epochs, seed } = this;
    this.digits = loadDigits({ seed });
    this.settings = this.hidden.flatMap((hidden) =>
      this.learningRates.map((learningRate) => ({ hidden, learningRate, epochs, batch: 50, seed })),
    );
    this.next(this.train, { foreach: "settings" });
  }

  @step async train(setting: Setting) {
    this.setting = setting;
    this.network = await train(part(this.digits, 0, this.trainCount), setting);
    this.accuracy = await accuracyOn(this.network, part(this.digits, this.trainCount, this.#middle()));
    this.computedOn = current.gpu?.adapter ?? `${current.gpu?.backend ?? "?"}, ${current.gpu?.threads ?? "?"} threads`;
    this.next(this.choose);
  }

  @step async choose(inputs: Inputs<MnistFlow>) {
    const best = inputs.reduce((one, other) => (other.accuracy > one.accuracy ? other : one));
    this.mergeArtifacts(inputs, { include: ["digits", "computedOn"] });
    this.tried = inputs.map(({ setting, accuracy }) => ({ setting, accuracy }));
    this.setting = best.setting;
    this.network = best.network;
    // Digits that neither taught nor chose the network.
    this.accuracy = await accuracyOn(this.network, part(this.digits, this.#middle()));
    this.next(this.end);
  }

  @step end() {
    current.registerModel("digits", { artifact: "network", metrics: { accuracy: this.accuracy } });
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const name = ({ hidden, learningRate }: Setting) => `${hidden} hidden units, learning rate ${learningRate}`;
    console.log(`Trained on ${this.trainCount} digits (${this.computedOn})`);
    for (const { setting, accuracy } of this.tried) console.log(`  ${name(setting).padEnd(38)} ${percent(accuracy)}`);
    console.log(`Best: ${name(this.setting)}`);
    console.log(
      `Accuracy on ${this.digits.labels.length - this.#middle()} digits never seen: ${percent(this.accuracy)}`,
    );
  }

  #middle(): number {
    return Math.floor((this.trainCount + this.digits.labels.length) / 2);
  }
}

main(MnistFlow);
