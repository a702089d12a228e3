import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { temporaryFolder } from "./harness.ts";

/** A registry of npm that has one package: this very Node, under another version than it has. */
export interface NodeRegistry {
  /** What leads npm there, and to nothing else. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

export async function nodeRegistry(version: string): Promise<NodeRegistry> {
  const name = `node-linux-${process.arch === "arm64" ? "arm64" : "x64"}`;
  const archive = packedNode({ name, version });
  const server = http.createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const dist = { tarball: `http://127.0.0.1:${port}/${name}.tgz` };
    if (request.url === `/${name}.tgz`) return void fs.createReadStream(archive).pipe(response);
    if (request.url !== `/${name}`) return void response.writeHead(404).end("{}");
    const versions = { [version]: { name, version, dist } };
    response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    env: { npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: temporaryFolder() },
    close: () => server.close(),
  };
}

function packedNode({ name, version }: { name: string; version: string }): string {
  const folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, "package/bin"), { recursive: true });
  fs.symlinkSync(process.execPath, path.join(folder, "package/bin/node"));
  fs.writeFileSync(path.join(folder, "package/LICENSE"), "as Node's\n");
  fs.writeFileSync(path.join(folder, "package/package.json"), JSON.stringify({ name, version }));
  const archive = path.join(folder, "node.tgz");
  const { status, stderr } = spawnSync("tar", ["-C", folder, "-chf", archive, "-I", "gzip -1", "package"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  return archive;
}
