import path from "node:path";
import { expect, test } from "vitest";
import { allPages, type Page, proseOf, repositoryFiles } from "./pages.ts";

const FILES = new Set(repositoryFiles());
const FOLDERS = new Set([...FILES].flatMap(foldersOf));
const PAGES = new Map(allPages().map((page) => [page.name, page]));

test("every link between pages leads to a file, and to a heading where it names one", () => {
  const broken = [...PAGES.values()].flatMap((page) => linksOf(page).flatMap((link) => faultOf(page, link)));
  expect(broken).toEqual([]);
});

test("every path in backticks exists", () => {
  const missing = [...PAGES.values()]
    .filter(({ name }) => !name.startsWith("docs/decisions/"))
    .flatMap((page) =>
      pathsOf(page)
        .filter((named) => !exists(named))
        .map((named) => `${page.name}: ${named}`),
    );
  expect(missing).toEqual([]);
});

test("README is short", () => {
  expect(Buffer.byteLength(PAGES.get("README.md")?.text ?? "")).toBeLessThanOrEqual(10_000);
});

test("the index of docs names every page of docs", () => {
  const index = linksOf(PAGES.get("docs/README.md")!);
  const pages = [...PAGES.keys()].filter((name) => name.startsWith("docs/") && name !== "docs/README.md");
  expect(pages.filter((name) => !index.includes(path.posix.relative("docs", name)))).toEqual([]);
});

function linksOf(page: Page): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function faultOf({ name }: Page, link: string): string[] {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? name : path.posix.join(path.posix.dirname(name), file);
  if (!exists(target)) return [`${name}: ${link}`];
  if (anchor === undefined || anchorsOf(PAGES.get(target)).includes(anchor)) return [];
  return [`${name}: ${link}: no such heading`];
}

/** The ids that GitHub gives to headings. */
function anchorsOf(page: Page | undefined): string[] {
  if (page === undefined) return [];
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What stands in backticks and begins with a folder of the repository; of a pattern, the part before it. */
function pathsOf(page: Page): string[] {
  const named = proseOf(page).matchAll(/`((?:runtime|sdk|test|docs|scripts|examples|notebooks|\.ci)\/[^`\s]*)`/g);
  return [...named].map(([, text = ""]) => text.replace(/[{*<].*$|NAME.*$/, ""));
}

/** What commands of the repository write, and git ignores. */
const WRITTEN = ["docs/api", "test/bench/results/latest.json"];

function exists(named: string): boolean {
  const bare = named.replace(/\/$/, "");
  return WRITTEN.includes(bare) || FILES.has(bare) || FOLDERS.has(bare);
}

function foldersOf(file: string): string[] {
  const folder = path.posix.dirname(file);
  return folder === "." ? [] : [folder, ...foldersOf(folder)];
}
