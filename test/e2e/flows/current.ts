import fs from "node:fs";
import path from "node:path";
import { current, FlowSpec, main, parameter, step } from "millrace";

const isRunningAtLoad = current.isRunning;

class CurrentFlow extends FlowSpec {
  @parameter size = 4;

  facts!: Record<string, unknown>;
  outside!: string;
  tempFile!: string;
  before = isRunningAtLoad;

  @step start() {
    const {
      flowName,
      runId,
      stepName,
      taskId,
      pathspec,
      attempt,
      originRunId,
      username,
      namespace,
      tags,
      engine,
      parameters,
    } = current;
    this.facts = {
      flowName,
      runId,
      stepName,
      taskId,
      pathspec,
      attempt,
      originRunId,
      username,
      namespace,
      tags,
      engine,
      parameters,
    };
    this.facts["isRunning"] = current.isRunning;
    this.facts["isAborted"] = current.signal.aborted;
    this.tempFile = path.join(current.tempDir, "scratch");
    fs.writeFileSync(this.tempFile, "x");
    try {
      void current.parallel;
    } catch (error) {
      this.outside = (error as Error).message;
    }
    this.next(this.end);
  }

  @step end() {}
}

main(CurrentFlow);
