import { config, FlowSpec, includeFile, type Inputs, main, parameter, step } from "millrace";

const SIZE = 200_000;

/** Values of every size and from every source, on their way through a flow. */
class CarriesFlow extends FlowSpec {
  @parameter() factor = 3;
  @parameter() names = ["Ada", "Grace"];
  @config() settings = { depth: 2, label: "ä" };
  @includeFile() text = "strike.ts";

  table!: Float64Array;
  bytes!: Uint8Array;
  odd!: Map<string, unknown>;
  part!: Float32Array;
  totals!: number[];

  @step start() {
    this.table = Float64Array.from({ length: SIZE }, (_, at) => at / this.factor);
    this.bytes = Uint8Array.from({ length: 7 * SIZE }, (_, at) => at % 251);
    this.odd = new Map<string, unknown>([
      [
        "deep",
        { list: [1n, new Date(5), /a+/gi, new Set(["x"])], buffer: Buffer.from("b"), label: this.settings.label },
      ],
      ["text", this.text.length],
    ]);
    this.next(this.scale, { foreach: "names" });
  }

  @step scale(name: string) {
    this.part = Float32Array.from(this.table, (value) => value * name.length * this.settings.depth);
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<CarriesFlow>) {
    this.mergeArtifacts(inputs, { exclude: ["part"] });
    this.totals = inputs.map(({ part }) => part.reduce((sum, value) => sum + value, 0));
    this.next(this.end);
  }

  @step end() {
    this.totals.push(this.table.length, this.bytes.length, this.odd.size);
  }
}

main(CarriesFlow);
