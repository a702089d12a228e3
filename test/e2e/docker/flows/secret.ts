import fs from "node:fs";
import { FlowSpec, main, parameter, secrets, step } from "millrace";

/** Its first step has a secret, and says it wherever it can. */
class SecretFlow extends FlowSpec {
  /** Folder of this machine, mounted at the same place: holds `go` once the step may go on. */
  @parameter() gate = "";

  length!: number;

  @secrets({ sources: [{ type: "env-file", path: "secret.env" }] })
  @step
  async start() {
    const token = process.env["CONTAINER_TOKEN"] ?? "";
    console.log(`token ${token}`);
    this.length = token.length;
    while (!fs.existsSync(`${this.gate}/go`)) await new Promise((resolve) => setTimeout(resolve, 20));
    if (token !== "") throw new Error(`refused ${token}`);
    this.next(this.end);
  }

  @step end() {}
}

main(SecretFlow);
