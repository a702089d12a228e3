import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ROOT } from "../rigs/harness.ts";

/** A page of the documentation. */
export interface Page {
  /** Its path in the repository. */
  readonly name: string;
  readonly text: string;
  readonly fences: readonly Fence[];
}

/** A fenced block of a page. */
export interface Fence {
  readonly language: string;
  /** The file that it shows: `title="tune.ts"` after the language. */
  readonly title: string | undefined;
  /** What a machine must have for a session to run there: `needs="docker"`. */
  readonly needs: string | undefined;
  readonly code: string;
  /** Its first line in the page, from 1. */
  readonly line: number;
}

/** Every file of the repository, tracked or new. */
export function repositoryFiles(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 });
  return listed.split("\0").filter((file) => file !== "" && fs.existsSync(path.join(ROOT, file)));
}

/** README, ARCHITECTURE, CONTRIBUTING, docs and the READMEs of examples and notebooks. */
export function allPages(): readonly Page[] {
  return repositoryFiles()
    .filter((file) => /^[A-Z]+\.md$|^(docs|examples|notebooks)\/.*\.md$/.test(file))
    .map(readPage);
}

/** The pages that tell users how to use the package. */
export function userPages(): readonly Page[] {
  return allPages().filter(({ name }) => /^README\.md$|^docs\/[^/]+\.md$/.test(name) || isEpisode(name));
}

/** Whether a page is one of the tutorial's, whose files lie in one folder. */
export function isEpisode(name: string): boolean {
  return name.startsWith("docs/tutorial/");
}

export function readPage(name: string): Page {
  const text = fs.readFileSync(path.join(ROOT, name), "utf8");
  return { name, text, fences: fencesOf(text) };
}

/** The text of a page without its fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(FENCE, "");
}

const FENCE = /^```(\w*)([^\n]*)\n([^]*?)^```$/gm;

function fencesOf(text: string): Fence[] {
  return [...text.matchAll(FENCE)].map(({ 1: language = "", 2: info = "", 3: code = "", index }) => ({
    language,
    title: /title="([^"]+)"/.exec(info)?.[1],
    needs: /needs="([^"]+)"/.exec(info)?.[1],
    code,
    line: text.slice(0, index).split("\n").length,
  }));
}
