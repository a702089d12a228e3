import fs from "node:fs";
import path from "node:path";
import { FlowSpec, main, step } from "millrace";

/** Takes the stored blob away while the flow runs: a step that loaded or wrote the artifact again would show. */
class CarriedFlow extends FlowSpec {
  big!: Uint8Array;
  size!: number;

  @step start() {
    this.big = new Uint8Array(3_000_000).fill(7);
    this.next(this.hide);
  }

  @step hide() {
    const blobs = path.join(String(process.env["MILLRACE_DATASTORE"]), "blobs");
    for (const name of fs.readdirSync(blobs, { recursive: true, encoding: "utf8" })) {
      const file = path.join(blobs, name);
      if (fs.statSync(file).size > 2_900_000) fs.renameSync(file, path.join(blobs, "..", "hidden"));
    }
    this.next(this.carry);
  }

  @step carry() {
    this.next(this.end);
  }

  @step end() {
    this.size = 1;
  }
}

main(CarriedFlow);
