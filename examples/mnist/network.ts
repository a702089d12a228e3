import { type DeviceGrid, grid, type Grid, kernel, shapeOf } from "millrace/gpu";
import { accuracy, type Digits, part, PIXELS, seededRandom } from "./digits.ts";

/** Two layers: pixels to hidden units, hidden units to the ten digits. Shapes are [units, inputs] and [units]. */
export interface Network {
  hiddenWeights: Grid;
  hiddenBias: Grid;
  digitWeights: Grid;
  digitBias: Grid;
}

export interface Setting {
  /** Hidden units. */
  hidden: number;
  learningRate: number;
  /** Times that all digits are learned from. */
  epochs: number;
  /** Digits per step. */
  batch: number;
  seed: number;
}

/** While it learns, a network stays on the device. */
type Weights = Readonly<Record<keyof Network, DeviceGrid | Grid>>;

const hiddenUnits = kernel(
  function (images: number[][], weights: number[][], bias: number[], _batch: number, _hidden: number, pixels: number) {
    let sum = bias[this.thread.x]!;
    for (let i = 0; i < pixels; i++) sum += images[this.thread.y]![i]! * weights[i]![this.thread.x]!;
    return Math.max(sum, 0);
  },
  { output: ([, , , batch, hidden]) => [hidden, batch] },
);

const scores = kernel(
  function (units: number[][], weights: number[][], bias: number[], _batch: number, hidden: number) {
    let sum = bias[this.thread.x]!;
    for (let i = 0; i < hidden; i++) sum += units[this.thread.y]![i]! * weights[i]![this.thread.x]!;
    return sum;
  },
  { output: ([, , , batch]) => [10, batch] },
);

/** Softmax minus the wanted digit: by how much each score is to fall. */
const scoreErrors = kernel(
  function (scores: number[][], labels: number[]) {
    const row = this.thread.y;
    let highest = scores[row]![0]!;
    for (let digit = 1; digit < 10; digit++) highest = Math.max(highest, scores[row]![digit]!);
    let sum = 0;
    for (let digit = 0; digit < 10; digit++) sum += Math.exp(scores[row]![digit]! - highest);
    const share = Math.exp(scores[row]![this.thread.x]! - highest) / sum;
    return labels[row]! === this.thread.x ? share - 1 : share;
  },
  { output: ([scores]) => shapeOf(scores) },
);

/** The errors traced back to the hidden units, where those were not cut off at zero. */
const hiddenErrors = kernel(
  function (errors: number[][], weights: number[][], units: number[][]) {
    let sum = 0;
    for (let digit = 0; digit < 10; digit++) sum += errors[this.thread.y]![digit]! * weights[this.thread.x]![digit]!;
    return units[this.thread.y]![this.thread.x]! > 0 ? sum : 0;
  },
  { output: ([, , units]) => shapeOf(units) },
);

const learnWeights = kernel(
  function (weights: number[][], inputs: number[][], errors: number[][], batch: number, rate: number) {
    let sum = 0;
    for (let row = 0; row < batch; row++) sum += inputs[row]![this.thread.y]! * errors[row]![this.thread.x]!;
    return weights[this.thread.y]![this.thread.x]! - (rate / batch) * sum;
  },
  { output: ([weights]) => shapeOf(weights) },
);

const learnBias = kernel(
  function (bias: number[], errors: number[][], batch: number, rate: number) {
    let sum = 0;
    for (let row = 0; row < batch; row++) sum += errors[row]![this.thread.x]!;
    return bias[this.thread.x]! - (rate / batch) * sum;
  },
  { output: ([bias]) => shapeOf(bias) },
);

/** Stochastic gradient descent on the cross entropy. */
export async function train(digits: Digits, setting: Setting): Promise<Network> {
  const { batch, epochs } = setting;
  const untrained = untrainedNetwork(setting);
  let weights: Weights = untrained;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let from = 0; from + batch <= digits.labels.length; from += batch) {
      const next = await learn(weights, part(digits, from, from + batch), setting);
      if (weights !== untrained) dispose(weights);
      weights = next;
    }
  }
  const entries = Object.entries(weights) as [keyof Network, DeviceGrid | Grid][];
  const read = await Promise.all(
    entries.map(async ([name, value]) => [name, "read" in value ? await value.read() : value] as const),
  );
  return Object.fromEntries(read) as unknown as Network;
}

/** The digit with the highest score, for each of the images that lie one after the other. */
export async function guess(network: Network, images: Float32Array): Promise<number[]> {
  const [hidden = 0] = network.hiddenBias.shape;
  const count = images.length / PIXELS;
  const rows = grid(images, [PIXELS, count]);
  const { hiddenWeights, hiddenBias, digitWeights, digitBias } = network;
  const units = await hiddenUnits(rows, hiddenWeights, hiddenBias, count, hidden, PIXELS);
  const { data } = await scores(units, digitWeights, digitBias, count, hidden);
  return Array.from({ length: count }, (_, row) => {
    const own = data.subarray(10 * row, 10 * row + 10);
    return own.indexOf(Math.max(...own));
  });
}

export async function accuracyOn(network: Network, digits: Digits): Promise<number> {
  return accuracy(digits, await guess(network, digits.images));
}

async function learn(weights: Weights, { images, labels }: Digits, setting: Setting): Promise<Weights> {
  const { hidden, learningRate: rate } = setting;
  const batch = labels.length;
  const rows = grid(images, [PIXELS, batch]);
  const { hiddenWeights, hiddenBias, digitWeights, digitBias } = weights;
  const units = await hiddenUnits.onDevice(rows, hiddenWeights, hiddenBias, batch, hidden, PIXELS);
  const scored = await scores.onDevice(units, digitWeights, digitBias, batch, hidden);
  const errors = await scoreErrors.onDevice(scored, labels);
  const traced = await hiddenErrors.onDevice(errors, digitWeights, units);
  const learned = {
    hiddenWeights: await learnWeights.onDevice(hiddenWeights, rows, traced, batch, rate),
    hiddenBias: await learnBias.onDevice(hiddenBias, traced, batch, rate),
    digitWeights: await learnWeights.onDevice(digitWeights, units, errors, batch, rate),
    digitBias: await learnBias.onDevice(digitBias, errors, batch, rate),
  };
  dispose({ units, scored, errors, traced });
  return learned;
}

function untrainedNetwork({ hidden, seed }: Setting): Network {
  const random = seededRandom(seed);
  // Sums of as many weights as there are inputs keep the size of one input.
  const weights = (units: number, inputs: number) => {
    const scale = Math.sqrt(6 / inputs);
    return grid(
      Float32Array.from({ length: units * inputs }, () => (2 * random() - 1) * scale),
      [units, inputs],
    );
  };
  return {
    hiddenWeights: weights(hidden, PIXELS),
    hiddenBias: grid(new Float32Array(hidden), [hidden]),
    digitWeights: weights(10, hidden),
    digitBias: grid(new Float32Array(10), [10]),
  };
}

function dispose(grids: Readonly<Record<string, DeviceGrid | Grid>>): void {
  for (const one of Object.values(grids)) if ("dispose" in one) one.dispose();
}
