import fs from "node:fs";
import { FlowSpec, main, onExit, parameter, retry, step } from "millrace";

/** The test puts a file of its own in this place. */
const TOLD = "TOLD";

@onExit({ error: (run) => fs.writeFileSync(TOLD, JSON.stringify(run)) })
class FragileFlow extends FlowSpec {
  @parameter() healthy = false;
  loaded = 0;
  fitted = 0;

  @step start() {
    this.loaded = 20;
    this.next(this.fit);
  }

  @retry({ times: 1, delay: "1s" })
  @step
  fit() {
    if (!this.healthy) throw new Error("the data of last night are broken");
    this.fitted = this.loaded * 2;
    this.next(this.end);
  }

  @step end() {}
}

main(FragileFlow);
