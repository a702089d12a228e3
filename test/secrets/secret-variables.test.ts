import { describe, expect, test } from "vitest";
import { secretVariables } from "../../runtime/secrets/secret-variables.ts";

describe("a secret's variables", () => {
  test.each([
    ["plain text", "prod/db-password", {}, { DB_PASSWORD: "plain text" }],
    ["plain text", "/team/prod/2nd.key/", {}, { _2ND_KEY: "plain text" }],
    [
      '{"USER":"ada","db-host":"h","port":5432,"tls":{"on":true},"none":null}',
      "prod/db",
      {},
      { USER: "ada", db_host: "h", port: "5432", tls: '{"on":true}' },
    ],
    ['{"USER":"ada","PASSWORD":"x"}', "prod/db", { key: "PASSWORD" }, { PASSWORD: "x" }],
    ['{"USER":"ada","pass-word":"x"}', "prod/db", { key: "pass-word", as: "DB_PASSWORD" }, { DB_PASSWORD: "x" }],
    ['{"USER":"ada"}', "prod/db", { as: "ACCOUNT" }, { ACCOUNT: '{"USER":"ada"}' }],
    ["text", "prod/db", { as: "DB" }, { DB: "text" }],
    ["{ no JSON", "prod/db", {}, { DB: "{ no JSON" }],
    ['["of","a","list"]', "prod/db", {}, { DB: '["of","a","list"]' }],
  ])("%s of %s with %o", (text, name, choice, variables) => {
    expect(secretVariables(text, { ...choice, name })).toEqual(variables);
  });

  test("of one that has keys by itself are its keys, or the one that is picked", () => {
    const keys = { user: "ada", password: '{"not":"looked into"}' };
    expect(secretVariables(keys, { name: "db" })).toEqual(keys);
    expect(secretVariables(keys, { name: "db", key: "user", as: "DB_USER" })).toEqual({ DB_USER: "ada" });
    expect(() => secretVariables(keys, { name: "db", as: "DB_USER" })).toThrow(
      "db has several keys, and DB_USER would",
    );
  });

  test("lack what is not there, and the error says no value", () => {
    const lacking = () => secretVariables('{"USER":"s3cret","NONE":null}', { name: "prod/db", key: "NONE" });
    expect(lacking).toThrow("prod/db has no value for NONE");
    expect(lacking).not.toThrow("s3cret");
    expect(() => secretVariables("s3cret", { name: "prod/db", key: "USER" })).toThrow(
      "is not a JSON object, and so has no USER",
    );
  });
});
