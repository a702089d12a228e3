import { FlowSpec, main, parameter, retry, step } from "millrace";

class BaseFlow extends FlowSpec {
  @parameter factor = 2;
  trail: string[] = [];

  @step({ start: true }) begin() {
    this.trail.push("base begin");
    this.next(this.work);
  }

  @retry({ times: 1 })
  @step
  work() {
    this.trail.push("base work");
    this.next(this.finish);
  }

  @step({ end: true }) finish() {
    this.trail.push(`finish ${this.factor}`);
  }
}

class DerivedFlow extends BaseFlow {
  @step override work() {
    this.trail.push("derived work");
    this.next(this.extra);
  }

  @step extra() {
    this.trail.push("extra");
    this.next(this.finish);
  }
}

/** The shortest flow there is. */
export class SingleFlow extends FlowSpec {
  done = false;

  @step({ start: true, end: true }) only() {
    this.done = true;
  }
}

main(DerivedFlow);
