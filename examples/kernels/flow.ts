import { FlowSpec, main, parameter, step, type Inputs } from "millrace";
import { gpu } from "millrace/gpu";
import { loadDigits, part, seededRandom } from "../mnist/digits.ts";
import { kMeans, purity } from "./k-means.ts";
import { mandelbrot } from "./mandelbrot.ts";
import { matrixProduct, plainProduct, randomMatrix } from "./matrix-product.ts";

class KernelsFlow extends FlowSpec {
  @parameter({ help: "rows and columns of the matrices" }) size = 512;
  @parameter({ help: "width of the picture in pixels" }) width = 900;
  @parameter({ help: "rounds after which a point counts as one of the Mandelbrot set" }) rounds = 1000;
  @parameter({ help: "digits to sort into clusters" }) digits = 4000;
  @parameter({ help: "clusters" }) clusters = 20;

  computedOn!: string;
  product!: { kernelMs: number; plainMs: number; largestDifference: number };
  picture!: Buffer;
  sorted!: { clusters: Uint8Array; means: Float32Array; rounds: number; purity: number };

  @step async start() {
    const { backend, adapter, threads, reason } = await gpu.info();
    this.computedOn = adapter ?? `${backend}, ${threads} threads (no GPU: ${reason ?? "unknown"})`;
    this.next(this.multiply, this.draw, this.sort);
  }

  @step async multiply() {
    const { size } = this;
    const random = seededRandom(1);
    const [a, b] = [randomMatrix(size, random), randomMatrix(size, random)];
    // The first call compiles.
    await matrixProduct(a, b, size);
    const started = performance.now();
    const { data } = await matrixProduct(a, b, size);
    const kernelMs = performance.now() - started;
    const plain = plainProduct(a, b, size);
    const plainMs = performance.now() - started - kernelMs;
    const differences = plain.flatMap((row, y) => Array.from(row, (value, x) => Math.abs(value - data[y * size + x]!)));
    const largestDifference = differences.reduce((largest, one) => Math.max(largest, one), 0);
    this.product = { kernelMs, plainMs, largestDifference };
    this.next(this.collect);
  }

  @step async draw() {
    const { width, rounds } = this;
    const height = Math.round((2 * width) / 3);
    this.picture = await mandelbrot({ width, height, x: -0.6, y: 0, step: 3.2 / width, rounds });
    this.next(this.collect);
  }

  @step async sort() {
    const digits = part(loadDigits({ seed: 1 }), 0, this.digits);
    const found = await kMeans(digits, { count: this.clusters, maxRounds: 30 });
    this.sorted = { ...found, purity: purity(digits, found.clusters) };
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<KernelsFlow>) {
    this.mergeArtifacts(inputs, { include: ["product", "picture", "sorted", "computedOn"] });
    this.next(this.end);
  }

  @step end() {
    const { product, picture, sorted } = this;
    console.log(`Computed on ${this.computedOn}`);
    console.log(
      `Matrix product, ${this.size} x ${this.size}: ${product.kernelMs.toFixed(0)} ms, in plain JavaScript ${product.plainMs.toFixed(0)} ms;` +
        ` largest difference ${product.largestDifference.toExponential(1)}`,
    );
    console.log(`Mandelbrot set: a PNG of ${picture.length} bytes in the artifact picture`);
    console.log(
      `K-means: ${(100 * sorted.purity).toFixed(1)} % of ${this.digits} digits are what most of their cluster are` +
        ` (${this.clusters} clusters, ${sorted.rounds} rounds)`,
    );
  }
}

main(KernelsFlow);
