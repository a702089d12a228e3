import { ownProgram } from "../own-program.ts";

const WORD = /^[a-z]{2,12}$/;

/** The command line, which loads in one piece when it is called for; `dist/cli.cjs` is made of `command-line.ts`. */
export function loadCli(): typeof import("./command-line.ts") {
  // Of a flow file that is a program the first word is the command; `millrace` may have the file before it.
  const command = process.argv.slice(2, 4).find((word) => WORD.test(word)) ?? "other";
  return ownProgram("cli", command) as typeof import("./command-line.ts");
}
