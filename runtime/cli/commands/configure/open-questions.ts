import process from "node:process";
import readline from "node:readline";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { type AwsSetting, problemOf } from "./aws-settings.ts";

/** Whether somebody sits there. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

interface Questions {
  /** Asks until the answer is of use; null for none, where there may be none. */
  ask(setting: AwsSetting): Promise<string | null>;
  close(): void;
}

/** Questions on stderr; stdout is for results. */
export function openQuestions(): Questions {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  // Keeps lines for which no question was asked yet: all answers may be pasted at once.
  const lines = terminal[Symbol.asyncIterator]();
  return {
    async ask(setting) {
      terminal.setPrompt(`${setting.question}${setting.isRequired ? "" : " (Enter: none)"}: `);
      for (;;) {
        terminal.prompt();
        const line = await lines.next();
        // Ctrl-C and Ctrl-D end the lines.
        if (line.done === true) throw unanswered();
        const answer = line.value.trim();
        if (answer === "" && !setting.isRequired) return null;
        const problem = problemOf(setting, answer);
        if (problem === null) return answer;
        process.stderr.write(`  ${problem}\n`);
      }
    },
    close: () => terminal.close(),
  };
}

function unanswered(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_INTERRUPTED",
    headline: "Cannot configure AWS because a question was not answered: nothing was written",
  });
}
