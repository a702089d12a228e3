import { expect, test } from "vitest";
import { resolveSettings } from "../../sdk/decorators/resolve-settings.ts";

function settingsOf(...sources: readonly unknown[]) {
  return resolveSettings([{ decorator: "secrets", options: { sources } }], { configs: {}, step: "load" });
}

test.each([
  { type: "env-file", path: ".env" },
  { type: "inline", vars: { TOKEN: undefined } },
  { type: "file", path: "/run/secrets/token", as: "TOKEN" },
  { type: "aws-secrets-manager", id: "prod/db", region: "eu-west-1", key: "password", as: "DB_PASSWORD" },
  { type: "aws-parameter-store", name: "/prod/db" },
  { type: "kubernetes", name: "db" },
])("@secrets takes $type, and its settings say nothing of it", (source) => {
  expect(settingsOf(source)).toEqual({ hasSecrets: true });
});

test.each([
  [
    { type: "aws-secret-manager", id: "x" },
    "there is no source of type aws-secret-manager",
    "did you mean aws-secrets-manager?",
  ],
  [{ type: "vault", id: "x" }, "there is no source of type vault", "use env-file, inline, file, aws-secrets-manager"],
  [
    { type: "aws-secrets-manager" },
    "id of a source of type aws-secrets-manager must be a string",
    'write { type: "aws-secrets-manager", id }',
  ],
  [
    { type: "aws-parameter-store", id: "x" },
    "a source of type aws-parameter-store has no id",
    "it takes name, region, key, as",
  ],
  [{ type: "file", path: "x", as: "a b" }, "as of a source of type file must be the name of a variable", "write"],
  [{ type: "kubernetes", name: "../etc" }, "name of a source of type kubernetes must be the name of a Secret", "write"],
  ["prod/db", "a source is an object with a type", "use env-file"],
])("what is no source is one error that shows the fix: %o", (source, problem, hint) => {
  expect(() => settingsOf(source)).toThrow(problem);
  expect(() => settingsOf(source)).toThrow(hint);
});

test("an error about a source says none of its values", () => {
  expect(() => settingsOf({ type: "inline", vars: "s3cret" })).toThrow(
    "vars of a source of type inline must be an object",
  );
  expect(() => settingsOf({ type: "inline", vars: "s3cret" })).not.toThrow("s3cret");
});
