import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { current, FlowSpec, kubernetes, main, parameter, step } from "millrace";

const SOON = { operator: "Exists", effect: "NoExecute", tolerationSeconds: 1 };

/** Its first attempt outlives its node, and ends after the second has begun to wait. */
class OutlivedFlow extends FlowSpec {
  /** A folder that pods and test share: holds `go` once the first attempt may end, and then `gone`. */
  @parameter() gate = "";

  attempts = 0;

  @kubernetes({
    cpu: 0.2,
    memory: 256,
    nodeSelector: { "kubernetes.io/hostname": "n2" },
    tolerations: [
      { key: "node.kubernetes.io/not-ready", ...SOON },
      { key: "node.kubernetes.io/unreachable", ...SOON },
    ],
  })
  @step
  async start() {
    this.attempts = current.attempt + 1;
    console.log(`attempt ${current.attempt} is there`);
    if (current.attempt === 0) {
      while (!fs.existsSync(`${this.gate}/go`)) await pause(50);
      fs.writeFileSync(`${this.gate}/gone`, "");
    }
    this.next(this.end);
  }

  @kubernetes({ cpu: 0.2, memory: 256 })
  @step
  end() {}
}

main(OutlivedFlow);
