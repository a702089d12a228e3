import { describe, expect, test } from "vitest";
import { aliasRulesIn, modelsFindings } from "../../runtime/settings/alias-rules.ts";
import { parseRequirement } from "../../runtime/settings/parse-requirement.ts";

describe("what an alias requires is read", () => {
  test.each([
    ["metrics.auc >= 0.9", { metric: "auc", operator: ">=", other: null, plus: 0.9 }],
    ["metrics.loss<1e-3", { metric: "loss", operator: "<", other: null, plus: 0.001 }],
    ["candidate.metrics.auc > current.metrics.auc", { metric: "auc", operator: ">", other: "auc", plus: 0 }],
    ["metrics.auc >= current.metrics.auc - 0.01", { metric: "auc", operator: ">=", other: "auc", plus: -0.01 }],
    [
      'metrics["auc/mean"] <= current.metrics["auc/max"] + 2',
      { metric: "auc/mean", operator: "<=", other: "auc/max", plus: 2 },
    ],
  ])("%s", (text, wanted) => {
    expect(parseRequirement(text)?.conditions).toEqual([{ text, ...wanted }]);
  });

  test("several conditions hold together", () => {
    expect(parseRequirement("metrics.auc >= 0.9 and metrics.rows > 100")?.conditions).toHaveLength(2);
  });

  test.each([
    "",
    "auc >= 0.9",
    "metrics.auc",
    "metrics.auc = 1",
    "metrics.auc >= x",
    "metrics.auc >= 1; process.exit()",
  ])("%j is none", (text) => {
    expect(parseRequirement(text)).toBeNull();
  });
});

test("rules of aliases hold for all models or for one", () => {
  const models = { protected: { production: { users: ["ada"] }, "churn@staging": { require: "metrics.auc >= 0.9" } } };
  expect(modelsFindings(models)).toEqual([]);
  expect(aliasRulesIn(models)).toMatchObject({
    production: { users: ["ada"] },
    "churn@staging": { require: { conditions: [{ metric: "auc" }] } },
  });
});

test.each([
  [7, "models: 7; wanted: an object"],
  [{ protect: {} }, "models.protect: no setting has that name"],
  [{ protected: { latest: {} } }, "models.protected.latest: no alias is called so"],
  [
    { protected: { production: { user: ["ada"] } } },
    "models.protected.production.user: no rule has that name; did you mean users?",
  ],
  [{ protected: { production: { users: [] } } }, "models.protected.production.users: []; wanted: names"],
  [
    { protected: { production: { require: "auc > 1" } } },
    'models.protected.production.require: "auc > 1"; wanted: metrics.NAME',
  ],
])("%j is refused with what is wanted", (models, wanted) => {
  expect(modelsFindings(models).join("\n")).toContain(wanted);
});
