import { afterAll, beforeAll, beforeEach } from "vitest";
import { awsEnvironment, makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { type CommandOptions, folderOfFile, temporaryFolder } from "../../rigs/harness.ts";

/** A service with buckets, reached through a proxy that counts. */
export interface Service {
  readonly proxy: FaultProxy;
  /** An empty store of its own. */
  store(): Promise<string>;
  /** What a command gets on a machine of its own, with a home and a cache that no other has. */
  machine(datastore: string, env?: Readonly<Record<string, string>>): Machine;
}

export type Machine = Required<Pick<CommandOptions, "datastore" | "env">>;

/** One service for all tests of a file; this process reaches it too. */
export function serviceForFile(): () => Service {
  const moto = motoForFile();
  let service: Service | null = null;
  beforeAll(async () => {
    const proxy = await FaultProxy.start(moto.url());
    Object.assign(process.env, awsEnvironment(moto.url()), { MILLRACE_CACHE: temporaryFolder() });
    service = {
      proxy,
      store: async () => `s3://${await makeBucket(moto.url())}/team/store`,
      machine(datastore, env = {}) {
        const home = folderOfFile();
        const own = { HOME: home, MILLRACE_CACHE: `${home}/cache`, MILLRACE_USER: "ada" };
        return { datastore, env: { ...awsEnvironment(proxy.url), ...own, ...env } };
      },
    };
  });
  beforeEach(() => service?.proxy.clear());
  afterAll(() => service?.proxy.stop());
  return () => {
    if (service === null) throw new Error("the service runs while tests do");
    return service;
  };
}
