import { Command } from "commander";
import type { Finding } from "../../../graph/finding.ts";
import { findingText } from "../../../launch/plan/finding-text.ts";
import { invalidFlow } from "../../../launch/plan/read-graph.ts";
import type { CliContext } from "../../cli-context.ts";
import { addConfigOptions } from "../../config-texts.ts";
import { readGraphFor } from "../../read-graph-for.ts";

interface CheckFlags {
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** `check`: the linter alone. */
export function checkCommand(context: CliContext): Command {
  return addConfigOptions(new Command("check"))
    .description("check the flow's graph and follow its data; every finding at once, each with its fix")
    .option("--strict", "a warning makes the flow unsound, too")
    .option("--json", "print the findings as JSON")
    .action(async (flags: CheckFlags, command: Command) => {
      const output = context.output(flags);
      const reading = await readGraphFor(context, command);
      const { graph } = reading;
      const findings = graph === null ? reading.findings : await reading.warnings(reading.fields);
      const isSound = graph !== null && (flags.strict !== true || findings.length === 0);
      if (output.isJson) output.json({ flow: context.flowName, ok: isSound, findings: findings.map(publicFinding) });
      if (!isSound) throw invalidFlow(context.flowName, findings);
      if (output.isJson) return;
      for (const finding of findings) {
        const [what, fix] = findingText(finding);
        output.print(`${output.colors.yellow("warning:")} ${what}\n${fix}`);
      }
      const count = findings.length === 1 ? ", 1 warning" : `, ${findings.length} warnings`;
      output.print(`${context.flowName} is sound: ${graph.steps.length} steps${findings.length === 0 ? "" : count}`);
    });
}

function publicFinding({ at: _, ...finding }: Finding): Omit<Finding, "at"> {
  return finding;
}
