import { expect, test } from "vitest";
import { secretFiles } from "../../../runtime/launch/release/secret-files.ts";
import { namedSources, secretOrigins, type SecretSources } from "../../../runtime/launch/release/secret-sources.ts";

const file = { type: "env-file", path: "keys/.env" } as const;
const inline = { type: "inline", vars: { TOKEN: "s3cret", OTHER: undefined } } as const;

test("a release says where secrets come from, and never what they are", () => {
  const origins = secretOrigins(new Map([["load", [file, inline]]]));
  expect(origins).toEqual({ load: [file, { type: "inline", names: ["TOKEN", "OTHER"] }] });
  expect(JSON.stringify(origins)).not.toContain("s3cret");
});

test("sources that are files are known without the code", () => {
  const sources: SecretSources = new Map([
    ["load", [file]],
    ["save", [file]],
  ]);
  expect(namedSources(secretOrigins(sources))).toEqual(sources);
  expect(namedSources({})).toEqual(new Map());
});

test("one that is computed needs the code", () => {
  const sources: SecretSources = new Map([
    ["load", [file]],
    ["save", [file, inline]],
  ]);
  expect(namedSources(secretOrigins(sources))).toBeNull();
});

test("files are relative to the flow's file, and named once", () => {
  const sources: SecretSources = new Map([
    ["load", [file, inline]],
    ["save", [file, { type: "env-file", path: "/etc/keys" }]],
  ]);
  expect(secretFiles(sources, { flowFile: "/work/flows/flow.ts" })).toEqual(["/work/flows/keys/.env", "/etc/keys"]);
});
