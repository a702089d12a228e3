import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { config, file, FlowSpec, parameter, step, type StoredFile } from "../../sdk/index.ts";
import { testStep } from "../../sdk/testing/index.ts";
import { temporaryFolder } from "../rigs/harness.ts";

class ReportFlow extends FlowSpec {
  @config() rates = { learning: 1 };
  @parameter() rate = this.rates.learning;
  @parameter() place = "";
  report!: StoredFile;
  text!: string;

  @step async start() {
    this.report = await file(this.place);
    this.text = `${await this.report.text()} at ${this.rate}`;
    this.next(this.end);
  }
  @step end() {}
}

test("testStep takes files into memory and gives them back, and defaults follow the given configuration", async () => {
  const place = path.join(temporaryFolder(), "report.txt");
  fs.writeFileSync(place, "all is well");
  const { artifacts } = await testStep(ReportFlow, "start", {
    parameters: { place },
    config: { rates: { learning: 4 } },
  });
  expect(artifacts.text).toBe("all is well at 4");
  expect(artifacts.report).toMatchObject({ name: "report.txt", size: 11 });
  expect(fs.readFileSync(await artifacts.report.path(), "utf8")).toBe("all is well");
});
