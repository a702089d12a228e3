import { expect, test } from "vitest";
import { DATA_RULES } from "../../runtime/graph/data/rules/index.ts";
import { CONFIG_RULE } from "../../runtime/launch/values/config-findings.ts";
import { PARAMETER_RULE } from "../../runtime/launch/values/parameter-findings.ts";
import { readPage } from "./pages.ts";

test("docs/cli.md lists the rules by which check follows the data", () => {
  const { text } = readPage("docs/cli.md");
  const table = /^\| rule +\| what it finds +\|\n\|[-| ]+\|\n((?:\|.*\|\n)+)/m.exec(text)?.[1] ?? "";
  const rows = table
    .trim()
    .split("\n")
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual([...DATA_RULES, PARAMETER_RULE, CONFIG_RULE].map(({ name, finds }) => [`\`${name}\``, finds]));
});
