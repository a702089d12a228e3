import { FlowSpec, type Inputs, main, step } from "millrace";

/** Three foreaches, one in the other, with a branch in the innermost. */
class NestedFlow extends FlowSpec {
  planets = ["earth", "mars"];
  regions!: string[];
  towns!: Set<string>;
  frames!: unknown;
  label!: string;
  labels!: string[];

  @step start() {
    this.next(this.planet, { foreach: "planets" });
  }

  @step planet(name: string) {
    this.regions = [`${name}-north`, `${name}-south`];
    this.next(this.region, { foreach: "regions" });
  }

  @step region(name: string) {
    this.towns = new Set([`${name}-a`, `${name}-b`, `${name}-c`]);
    this.next(this.town, { foreach: "towns" });
  }

  @step town(name: string) {
    this.label = `${name}=${String(this.input)}@${String(this.index)}`;
    this.frames = this.foreachStack();
    this.next(this.upper, this.lower);
  }

  @step upper() {
    this.label = `${String(this.input).toUpperCase()}${String(this.index)}`;
    this.next(this.both);
  }

  @step lower() {
    this.label = String(this.input).toLowerCase();
    this.next(this.both);
  }

  @step both(inputs: Inputs<NestedFlow>) {
    this.labels = [`${inputs.upper.label}/${inputs.lower.label}`];
    this.next(this.joinTowns);
  }

  @step joinTowns(inputs: Inputs<NestedFlow>) {
    this.labels = inputs.flatMap((input) => input.labels);
    this.next(this.joinRegions);
  }

  @step joinRegions(inputs: Inputs<NestedFlow>) {
    this.labels = inputs.flatMap((input) => input.labels);
    this.next(this.joinPlanets);
  }

  @step joinPlanets(inputs: Inputs<NestedFlow>) {
    this.labels = inputs.flatMap((input) => input.labels);
    this.next(this.end);
  }

  @step end() {}
}

main(NestedFlow);
