// Writes docs/errors.md from sdk/base/error-codes.ts; with --check it only says whether the page is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "prettier";
import { ROOT } from "./run-node.mjs";

const PAGE = path.join(ROOT, "docs/errors.md");
const SOURCE = path.join(ROOT, "sdk/base/error-codes.ts");

const HEAD = `# Errors

Every error that Millrace reports has a code that stays the same from version to version: \`error.code\` in a program,
\`{"error":{"code":…}}\` on stdout under \`--json\`. The message says what was seen, what was wanted, and often has a hint.

What an error is decides what follows from it:

| class   | what it means                                                   | exit code | another attempt of the task, with \`@retry\` |
| ------- | --------------------------------------------------------------- | --------- | ------------------------------------------ |
| usage   | Millrace was called in a wrong way, or was given something wrong | 2         | yes, if a task meets it                     |
| flow    | the flow's own code or settings are wrong                       | 2         | no, if it keeps the flow from being loaded |
| failure | something else went wrong                                       | 1         | yes                                        |
| passing | something went wrong that may well not happen again             | 1         | yes                                        |

A run that was interrupted ends with exit code 130.
`;

const page = await format(`${HEAD}\n${sections().map(sectionText).join("\n")}`, {
  parser: "markdown",
  printWidth: 120,
});
if (!process.argv.includes("--check")) writeFileSync(PAGE, page);
else if (readFileSync(PAGE, "utf8") !== page) {
  console.error("docs/errors.md does not say what sdk/base/error-codes.ts says: node scripts/error-page.mjs writes it");
  process.exitCode = 1;
}

/** The table of the source: a heading is a comment of its own line, what is known of a code the comment before it. */
function sections() {
  const source = readFileSync(SOURCE, "utf8");
  const table = source.slice(source.indexOf("ERROR_CODES = {"), source.indexOf("} as const"));
  const found = [];
  let about = null;
  for (const line of table.split("\n").slice(1)) {
    const [, title] = /^ {2}\/\/ (.+)$/.exec(line) ?? [];
    if (title !== undefined) found.push({ title, rows: [] });
    about = /^ {2}\/\*\* (?<means>.+?) Fix: (?<fix>.+) \*\/$/.exec(line)?.groups ?? about;
    const [, code, kind] = /^ {2}(MILLRACE_\w+): "(\w+)",$/.exec(line) ?? [];
    if (code === undefined) continue;
    if (about === null) throw new Error(`${code} has no comment "/** What it means. Fix: what to do. */"`);
    found.at(-1).rows.push({ code, kind, ...about });
    about = null;
  }
  return found;
}

function sectionText({ title, rows }) {
  const cells = rows.map(({ code, kind, means, fix }) => `| \`${code}\` | ${kind} | ${means} | ${sentence(fix)} |`);
  return [
    `## ${title}\n`,
    "| code | class | what it means | what to do |",
    "| --- | --- | --- | --- |",
    ...cells,
    "",
  ].join("\n");
}

function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}
