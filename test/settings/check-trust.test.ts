import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readSettings, type Settings } from "../../runtime/settings/read-settings.ts";

/** Another user; only root may hand files over. */
const OTHER = 65_534;
const isRoot = process.getuid?.() === 0;

let shared = "";
let project = "";
let env: Record<string, string> = {};

beforeEach(() => {
  shared = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "millrace-trust-")));
  project = path.join(shared, "team/project");
  fs.mkdirSync(project, { recursive: true });
  env = {};
});

afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(shared, { recursive: true, force: true });
});

/** A store of this mode. */
function storeIn(folder: string, { mode = 0o755, owner = 0 } = {}): string {
  const place = path.join(folder, ".millrace");
  fs.mkdirSync(place);
  return handedOver(place, { mode, owner });
}

function handedOver(place: string, { mode, owner }: { mode: number; owner: number }): string {
  fs.chmodSync(place, mode);
  if (owner !== 0) fs.chownSync(place, owner, owner);
  return place;
}

function settings(from = project): Settings {
  return readSettings(env, from);
}

function found(from = project): string {
  return settings(from).datastoreLocation(undefined);
}

function refusal(of: string, why: string | RegExp) {
  return expect.objectContaining({
    code: "MILLRACE_TRUST",
    headline: expect.stringMatching(why),
    hint: expect.stringContaining(`MILLRACE_TRUST=${of}`),
  });
}

describe("a store that is found upward", () => {
  test("is taken where it is the user's own", () => {
    const store = storeIn(shared);
    expect(found()).toBe(store);
  });

  test.each([0o777, 0o757, 0o1777])("is refused with the mode %o, as every user may write there", (mode) => {
    const store = storeIn(path.dirname(project), { mode });
    expect(() => found()).toThrow(refusal(store, /every user may write it: its mode is 1?7/));
  });

  test("is refused in a folder where every user may put another in its place, unless the folder is sticky", () => {
    const store = storeIn(shared);
    fs.chmodSync(shared, 0o777);
    expect(() => found()).toThrow(refusal(store, `every user may write ${shared}`));
    fs.chmodSync(shared, 0o1777);
    expect(found()).toBe(store);
  });

  test("is taken where the user's own group may write, and refused where another group may", () => {
    const store = storeIn(shared, { mode: 0o775 });
    expect(found()).toBe(store);
    if (!isRoot) return;
    fs.chownSync(store, 0, OTHER);
    expect(() => found()).toThrow(refusal(store, `a group may write it: its mode is 775, its group ${OTHER}`));
  });

  test("is looked at behind a link, at every place on the way", () => {
    const [real, second] = [path.join(shared, "elsewhere"), path.join(shared, "link")];
    fs.mkdirSync(real);
    fs.symlinkSync(real, second);
    fs.symlinkSync(second, path.join(project, ".millrace"));
    expect(found()).toBe(path.join(project, ".millrace"));
    fs.chmodSync(real, 0o777);
    expect(() => found()).toThrow(refusal(path.join(project, ".millrace"), `every user may write ${real}`));
  });

  test("a link that leads round in a circle is refused", () => {
    fs.symlinkSync(".millrace", path.join(project, ".millrace"));
    expect(() => found()).toThrow(refusal(path.join(project, ".millrace"), "leads nowhere"));
  });

  test.each([
    ["the place", (store: string) => store],
    ["a folder above it", (store: string) => path.dirname(store)],
    ["one of several", (store: string) => `/nowhere${path.delimiter}${store}`],
    ["all", () => "*"],
  ])("is taken if MILLRACE_TRUST names %s", (_, named) => {
    const store = storeIn(shared, { mode: 0o777 });
    env["MILLRACE_TRUST"] = named(store);
    expect(found()).toBe(store);
  });

  test("is refused if MILLRACE_TRUST names another, also one whose name begins alike", () => {
    const store = storeIn(shared, { mode: 0o777 });
    env["MILLRACE_TRUST"] = `${project}${path.delimiter}${store.slice(0, -2)}`;
    expect(() => found()).toThrow(refusal(store, "every user"));
  });

  test("is taken without a question if it is named", () => {
    const store = storeIn(shared, { mode: 0o777 });
    expect(settings().datastoreLocation(store)).toBe(store);
    env["MILLRACE_DATASTORE"] = store;
    expect(found()).toBe(store);
  });
});

describe.skipIf(!isRoot)("what another user owns", () => {
  test("is refused, and the error names the place, the owner and the way to trust", () => {
    const store = storeIn(path.dirname(project), { owner: OTHER });
    expect(() => found()).toThrow(refusal(store, /it belongs to another user: .*65534/));
  });

  test("is refused where it lies in a sticky folder as /tmp is", () => {
    fs.chmodSync(shared, 0o1777);
    const store = storeIn(shared, { owner: OTHER });
    expect(() => found()).toThrow(refusal(store, "belongs to another user"));
  });

  test("is refused in the folder itself", () => {
    const store = storeIn(project, { owner: OTHER });
    expect(() => found()).toThrow(refusal(store, "belongs to another user"));
  });

  test("is refused as a link to a store of one's own, and as a store behind a link of one's own", () => {
    const link = path.join(project, ".millrace");
    fs.mkdirSync(path.join(shared, "mine"));
    fs.symlinkSync(path.join(shared, "mine"), link);
    fs.lchownSync(link, OTHER, OTHER);
    expect(() => found()).toThrow(refusal(link, "it belongs to another user"));
    fs.lchownSync(link, 0, 0);
    expect(found()).toBe(link);
    fs.chownSync(path.join(shared, "mine"), OTHER, OTHER);
    expect(() => found()).toThrow(refusal(link, `${path.join(shared, "mine")} belongs to another user`));
  });

  test("holds nothing that is safe: its owner may put another store in the place of one's own", () => {
    const store = storeIn(path.dirname(project));
    fs.chownSync(path.dirname(project), OTHER, OTHER);
    expect(() => found()).toThrow(refusal(store, `${path.dirname(project)} belongs to another user`));
  });

  test("does not matter where it is only on the way", () => {
    const store = storeIn(shared);
    fs.chownSync(path.dirname(project), OTHER, OTHER);
    expect(found()).toBe(store);
  });

  test("is taken by root who was that user before sudo", () => {
    const store = storeIn(shared, { owner: OTHER });
    env["SUDO_UID"] = String(OTHER);
    expect(found()).toBe(store);
    env["SUDO_UID"] = "1";
    expect(() => found()).toThrow(refusal(store, "belongs to another user"));
  });

  test("is taken if that user wrote the program that runs: it needs no store to do harm", () => {
    const store = storeIn(shared, { owner: OTHER });
    const program = handedOver(path.join(project, "flow.ts"), {
      ...(fs.writeFileSync(path.join(project, "flow.ts"), ""), { mode: 0o644, owner: OTHER }),
    });
    const { argv } = process;
    process.argv = ["node", program];
    try {
      expect(found()).toBe(store);
    } finally {
      process.argv = argv;
    }
  });

  test("gives no settings", () => {
    const file = path.join(shared, "millrace.config.json");
    fs.writeFileSync(file, JSON.stringify({ datastore: "s3://mine/now" }));
    expect(settings().project()?.file).toBe(file);
    handedOver(file, { mode: 0o644, owner: OTHER });
    expect(() => settings().project()).toThrow(refusal(file, `Cannot use the settings ${file}`));
    expect(() => found()).toThrow(refusal(file, "belongs to another user"));
  });
});

describe("the way upward", () => {
  test("ends at the root of a repository, which counts itself", () => {
    storeIn(shared);
    fs.mkdirSync(path.join(project, ".git"));
    const deep = path.join(project, "flows/deep");
    fs.mkdirSync(deep, { recursive: true });
    expect(found(deep)).toBe(path.join(deep, ".millrace"));
    const own = storeIn(project);
    expect(found(deep)).toBe(own);
  });

  test("ends at the root of a work tree, where .git is a file", () => {
    storeIn(shared);
    fs.writeFileSync(path.join(project, ".git"), "gitdir: ../main/.git/worktrees/project");
    expect(found()).toBe(path.join(project, ".millrace"));
  });

  test("ends at home, which counts itself", () => {
    storeIn(shared);
    vi.stubEnv("HOME", path.dirname(project));
    expect(found()).toBe(path.join(project, ".millrace"));
    const own = storeIn(path.dirname(project));
    expect(found()).toBe(own);
  });

  test("ends at the root of a mount", () => {
    const mounted = "/dev/shm";
    if (!fs.existsSync(mounted) || fs.statSync(mounted).dev === fs.statSync("/dev").dev) return;
    const folder = fs.mkdtempSync(path.join(mounted, "millrace-trust-"));
    try {
      const looked: string[] = [];
      const lstat = vi.spyOn(fs, "lstatSync").mockImplementation((place) => {
        looked.push(String(place));
        return undefined as never;
      });
      expect(found(folder)).toBe(path.join(folder, ".millrace"));
      lstat.mockRestore();
      expect(looked).toContain(path.join(mounted, ".millrace"));
      expect(looked).not.toContain("/dev/.millrace");
    } finally {
      vi.restoreAllMocks();
      fs.rmSync(folder, { recursive: true });
    }
  });

  test("goes through folders that are not there yet", () => {
    const store = storeIn(project);
    expect(found(path.join(project, "not/yet"))).toBe(store);
  });
});
