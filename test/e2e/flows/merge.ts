import { FlowSpec, type Inputs, main, step } from "millrace";

class MergeFlow extends FlowSpec {
  same!: string;
  both!: number[];
  score!: number;
  side!: string;
  onlyLeft!: string;
  afterConflict!: unknown;
  conflict!: string;
  missing!: string;
  isBothRefused!: boolean;
  picked!: unknown;

  @step start() {
    this.same = "from the start";
    this.next(this.left, this.right);
  }

  @step left() {
    this.both = [1, 2];
    this.score = 1;
    this.side = "left";
    this.onlyLeft = "here";
    this.next(this.join);
  }

  @step right() {
    this.both = [1, 2];
    this.score = 2;
    this.side = "right";
    this.next(this.join);
  }

  @step join(inputs: Inputs<MergeFlow>) {
    this.conflict = messageOf(() => this.mergeArtifacts(inputs));
    this.afterConflict = { same: this.same, both: this.both };
    this.mergeArtifacts(inputs, { include: ["same"] });
    this.picked = { same: this.same, both: this.both };
    this.isBothRefused = messageOf(() => this.mergeArtifacts(inputs, { include: ["same"], exclude: ["side"] })) !== "";
    this.missing = messageOf(() => this.mergeArtifacts(inputs, { include: ["missing"] }));
    this.score = 3;
    this.mergeArtifacts(inputs, { exclude: ["side"] });
    this.next(this.end);
  }

  @step end() {}
}

function messageOf(action: () => void): string {
  try {
    action();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

main(MergeFlow);
