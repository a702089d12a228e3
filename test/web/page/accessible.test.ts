import fs from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { CHROMIUM } from "../../rigs/browser/chromium.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { type RunNames, ServedSite } from "./served-site.ts";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = ["steps", "graph", "timeline", "tasks", "log", "metrics", "cards", "usage", "parameters", "code"];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

describeWith(CHROMIUM, "the page for everybody", () => {
  let good: RunNames;
  let broken: RunNames;
  const site = new ServedSite(async (own) => {
    good = await own.run("train", "--tag", "nightly");
    broken = await own.run("train", "--wrong", "ZRH", "--rate", "0.2");
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious on any page in %s colours", async (colorScheme) => {
    const at = `/runs/${good.flow}/${good.run}`;
    const failed = `/runs/${broken.flow}/${broken.run}`;
    const compared = `/compare?run=${good.flow}/${good.run}&run=${broken.flow}/${broken.run}`;
    const addresses = [
      ...["/", "/nowhere", compared, ...VIEWS.map((view) => `${at}?view=${view}`), `${at}/choose/10?artifact=scores`],
      ...[failed, `${failed}/fit/3`],
    ];
    const page = await site.visit("/", { colorScheme });
    const found: string[] = [];
    for (const address of addresses) {
      await page.goto(site.url + address);
      await page.locator("h1").waitFor();
      await expect.poll(() => page.getByText("Loading …").count()).toBe(0);
      for (const one of await seriousIn(page)) found.push(`${address} ${one}`);
    }
    expect(found).toEqual([]);
  });

  test.each([1280, 400])("nothing is wider than a window of %i pixels", async (width) => {
    const at = `/runs/${good.flow}/${good.run}`;
    const page = await site.visit("/", { viewport: { width, height: 800 } });
    for (const address of ["/", ...VIEWS.map((view) => `${at}?view=${view}`), `${at}/fit/2`]) {
      await page.goto(site.url + address);
      await page.locator("h1").waitFor();
      await expect.poll(() => page.getByText("Loading …").count()).toBe(0);
      expect(await page.evaluate("document.documentElement.scrollWidth"), address).toBeLessThanOrEqual(width);
    }
  });
});

/** Through the debugger, which the page's policy does not bind. */
async function seriousIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
