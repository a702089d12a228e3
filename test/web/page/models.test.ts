import { expect, test } from "vitest";
import { CHROMIUM } from "../../rigs/browser/chromium.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { hostileFeatures } from "../hostile-features.ts";
import { HOSTILE, hostileModels } from "../hostile-models.ts";
import { ServedSite } from "./served-site.ts";

describeWith(CHROMIUM, "models and features on the page of millrace ui", () => {
  const site = new ServedSite(async ({ datastore }) => {
    await hostileModels(datastore);
    await hostileFeatures(datastore);
  });

  test("from the list one comes to a model, its versions, where its aliases went, and the task that made it", async () => {
    const page = await site.visit("/");
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByRole("row", { name: /churn 2 2 production 1/ }).waitFor();
    await page.getByRole("link", { name: "churn" }).click();
    expect(await page.title()).toBe("churn · Models · Millrace");
    // The version in use comes first; another one is an address of its own.
    await page.getByRole("heading", { name: "Version 1" }).waitFor();
    await page.getByRole("link", { name: "2", exact: true }).click();
    await page.getByRole("heading", { name: "Version 2" }).waitFor();
    expect(page.url()).toBe(`${site.url}/models/churn?version=2`);
    await page.getByRole("row", { name: /production 2 1 promote .* errors since noon/ }).waitFor();
    await page.getByRole("link", { name: /^Churn\/20260102-000000000-aaaaa\/start\/1$/ }).waitFor();
  });

  test("what monitor says of the last hour is shown once it is asked for", async () => {
    const page = await site.visit("/models/churn?version=2");
    const monitoring = page.getByRole("region", { name: "Monitoring" });
    await monitoring.getByRole("link", { name: "last hour" }).click();
    await monitoring.getByText("DRIFT in 1 of 1 column (churn@1: 30 rows against 100 of training").waitFor();
    await monitoring.getByRole("row", { name: /^churn@1 30 30 0 0/ }).waitFor();
    await monitoring.getByRole("row", { name: /^input\..* DRIFT large/ }).waitFor();
    // The version stays chosen.
    expect(page.url()).toBe(`${site.url}/models/churn?version=2&window=1h`);
    expect(await page.locator("main script, main img").count()).toBe(0);
  });

  test("names and descriptions that mean harm are shown as text", async () => {
    const page = await site.visit("/models/churn?version=2");
    await page.getByText(`${HOSTILE} 2`).first().waitFor();
    expect(await page.evaluate("new Promise((done) => setTimeout(() => done(window.hacked), 50))")).toBe(undefined);
    expect(await page.locator("main script, main img").count()).toBe(0);
  });

  test("one finds a feature view by what is said of it, sees who uses it, and comes from a model to its features", async () => {
    const page = await site.visit("/");
    await page.getByRole("link", { name: "Features" }).click();
    await page.getByRole("row", { name: /^visits 1 customer 2 .*visits$/ }).waitFor();
    await page.getByLabel("Find").fill("money spent");
    await expect.poll(() => page.getByRole("row", { name: /^visits/ }).count()).toBe(0);
    expect(page.url()).toBe(`${site.url}/features?text=money+spent`);
    await page.getByLabel("Find").fill("weather");
    await page.getByText("None of 2 feature views says this.").waitFor();
    await page.getByLabel("Find").fill("money");
    await page.getByRole("link", { name: "spending" }).click();
    expect(await page.title()).toBe("spending · Features · Millrace");
    await page.getByText(`what a customer spent ${HOSTILE}`).waitFor();
    await page.getByRole("row", { name: /^spent sum\(amount, 9d\) number 2 0 2 3 4$/ }).waitFor();
    await page.getByRole("row", { name: /^each compute\(spent, orders\) computed when asked/ }).waitFor();
    await page.getByText("If one of these features changes, a service of stay@1 does not start").waitFor();
    await page.getByRole("row", { name: /^2, which answers/ }).waitFor();
    await page.getByRole("link", { name: "stay@1" }).click();
    await page.getByRole("heading", { name: "Version 1" }).waitFor();
    await page.getByText("version 2: spent, each").waitFor();
    await page.getByRole("link", { name: "spending" }).click();
    expect(page.url()).toBe(`${site.url}/features/spending`);
    expect(await page.evaluate("window.hacked")).toBe(undefined);
    expect(await page.locator("main script, main img").count()).toBe(0);
  });

  test.each([1280, 400])("nothing is wider than a window of %i pixels", async (width) => {
    const page = await site.visit("/models/churn?window=1h", { viewport: { width, height: 800 } });
    const isNarrow = async () =>
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.getByRole("region", { name: "Drift by column" }).waitFor();
    await isNarrow();
    for (const address of ["/features", "/features/spending"]) {
      await page.goto(site.url + address);
      await page.getByRole("row", { name: /^sp/ }).first().waitFor();
      await isNarrow();
    }
  });
});
