import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { CHROMIUM } from "../../rigs/browser/chromium.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { type RunNames, ServedSite } from "./served-site.ts";

describeWith(CHROMIUM, "the page in a file", () => {
  let good: RunNames;
  let broken: RunNames;
  const site = new ServedSite(async (own) => {
    await own.run("many");
    good = await own.run("train", "--tag", "nightly");
    broken = await own.run("train", "--wrong", "ZRH");
  });

  test("an exported page shows its runs without a server, in every view, and no others", async () => {
    const file = path.join(temporaryFolder(), "runs.html");
    const { code, stderr } = await millrace(
      ["ui", "--export", file, `${good.flow}/${good.run}`, `${broken.flow}/${broken.run}`],
      {
        datastore: site.datastore,
      },
    );
    expect(code, stderr).toBe(0);
    const page = await site.visit(pathToFileURL(file).href);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.getByRole("link", { name: good.run }).waitFor();
    expect(await page.locator(".run-line:not(.head)").count()).toBe(2);
    await page.locator("select[name=status]").selectOption("failed");
    await expect.poll(() => page.locator(".run-line:not(.head)").count()).toBe(1);
    await page.getByRole("link", { name: broken.run }).click();
    await page.getByRole("region", { name: "Failures" }).getByRole("link").first().click();
    await page.getByRole("region", { name: "Error" }).getByText("the delays of ZRH are not numbers").first().waitFor();
    await page.goBack();
    for (const view of ["Graph", "Timeline", "Tasks", "Log", "Metrics", "Usage", "Parameters", "Code"]) {
      await page.getByRole("link", { name: view, exact: true }).click();
      await expect.poll(() => page.getByText("Loading …").count()).toBe(0);
      expect(await page.getByRole("alert").allTextContents(), view).toEqual([]);
    }
    await page.goto(`${pathToFileURL(file).href}#/runs/${good.flow}/${good.run}/fit/2`);
    await page.getByRole("table", { name: "Log" }).getByText("epoch 11").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "fit/2" }).waitFor();
    expect(await page.getByLabel("New tag").count()).toBe(0);
    expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
  });
});
