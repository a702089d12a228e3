import { expect, test } from "vitest";
import { CHROMIUM } from "../../rigs/browser/chromium.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { type RunNames, ServedSite } from "./served-site.ts";

const VIEWS = ["steps", "graph", "timeline", "tasks", "log", "metrics", "cards", "usage", "parameters", "code"];
const OPENED = "&artifact=value&artifact=items&artifact=text";

describeWith(CHROMIUM, "the page and a store that means harm", () => {
  let first: RunNames;
  let second: RunNames;
  const site = new ServedSite(async (own) => {
    first = await own.run("hostile", "--tag", "<img src=x onerror='window.hacked = 10'>");
    second = await own.run("hostile", "--text", `"><script>window.hacked = 11</script>`);
  });

  test("nothing that a run holds is executed or asks the network, and all of it is shown as text", async () => {
    const page = await site.visit("/");
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(site.url) && !url.startsWith("data:")) elsewhere.push(url);
    });
    page.on("dialog", (dialog) => elsewhere.push(dialog.message()));
    const { flow, run } = first;
    const at = `/runs/${flow}/${run}`;
    const tasks = ["start/1", "work/2", "work/3"].map((task) => `${at}/${task}?${OPENED}`);
    const compared = `/compare?run=${flow}/${run}&run=${second.flow}/${second.run}`;
    for (const address of ["/", ...VIEWS.map((view) => `${at}?view=${view}`), ...tasks, compared]) {
      await page.goto(site.url + address);
      await page.locator("h1").waitFor();
      await expect.poll(() => page.getByText("Loading …").count()).toBe(0);
      // The scripts of handlers run a moment after their images fail to load.
      expect(await page.evaluate("new Promise((done) => setTimeout(() => done(window.hacked), 50))"), address).toBe(
        undefined,
      );
      expect(await page.locator("main script, main img[src=x], main svg[onload]").count(), address).toBe(0);
    }
    expect(elsewhere).toEqual([]);
  });

  test("a log keeps its colours and its links to the web; what else drives a terminal is shown as it is written", async () => {
    const { flow, run } = first;
    const page = await site.visit(`/runs/${flow}/${run}/start/1`);
    const log = page.getByRole("table", { name: "Log" });
    await log.getByText("<script>window.hacked = 1</script>").waitFor();
    expect(await log.locator(".ansi-red-fg").textContent()).toBe("red");
    const text = await log.textContent();
    expect(text).toContain("\\x1b[2J");
    expect(text).toContain("\\u202etxt.exe");
    expect(text).toContain("javascript:window.hacked=3");
    const links = await page.evaluate(
      "[...document.querySelectorAll('.log-text a')].map((link) => [...link.attributes].map(({ name }) => name))",
    );
    expect(links).toEqual([["href"]]);
    expect(await log.locator("a").getAttribute("href")).toContain("https://example.org/");
  });
});
