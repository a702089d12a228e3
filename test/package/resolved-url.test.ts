import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { resolvedUrl } from "../../runtime/package/resolved-url.ts";
import { folderOf } from "./ship/shipped.ts";

const SPECIFIERS = [
  "./not-yet.json",
  "./x.js?v=1",
  "./x.js#part",
  "./x",
  "./worker",
  "./link.js",
  "./link.js?v=2#part",
  "./sub",
  "./sub/",
  ".",
  "..",
  "../up.js",
  "./a%20b.js",
  "./größe.js",
  "/absolute.js",
  "./x.js/below",
  "node:fs",
  "fs",
  "data:text/javascript,1",
];

test("a module's place is what Node's own import.meta.resolve says", () => {
  const folder = folderOf({
    "package.json": '{ "type": "module" }',
    "x.js": "",
    "worker.js": "",
    "sub/index.js": "",
    "a b.js": "",
    "asks.js": "console.log(JSON.stringify(process.argv.slice(2).map((one) => import.meta.resolve(one))));",
  });
  fs.symlinkSync("x.js", path.join(folder, "link.js"));
  const file = path.join(folder, "asks.js");
  const absolute = `file://${folder}/link.js?v=3`;
  const asked = [...SPECIFIERS, absolute];
  const wanted = JSON.parse(execFileSync(process.execPath, [file, ...asked], { encoding: "utf8" })) as string[];
  const found = asked.map((specifier) => resolvedUrl(specifier, file));
  expect(Object.fromEntries(asked.map((one, at) => [one, found[at]]))).toEqual(
    Object.fromEntries(asked.map((one, at) => [one, wanted[at]])),
  );
  expect(found[0]).toMatch(/\/not-yet\.json$/);
});
