import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { storeSettings } from "../../../runtime/settings/store-settings.ts";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { awsEnvironment, makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

/** A bucket that can be reached directly, and through a proxy that fails as it is told. */
export interface Rig {
  readonly proxy: FaultProxy;
  /** To prepare and to see what is really there. */
  readonly truth: Datastore;
  /** Through the proxy; no copies are kept on this machine. */
  readonly via: Datastore;
  /** The same with a cache of blobs. */
  readonly cached: Datastore;
  readonly location: string;
  /** A prefix of keys that no other test has used. */
  fresh(): string;
  /** A further handle with other settings, through the proxy unless they say otherwise. */
  open(location: string, env?: Readonly<Record<string, string | undefined>>): Datastore;
}

/** One server, proxy and bucket for all tests of a file; faults and counts begin anew with each test. */
export function rigForFile(): () => Rig {
  const moto = motoForFile();
  let rig: Rig | null = null;
  beforeAll(async () => {
    const proxy = await FaultProxy.start(moto.url());
    const location = `s3://${await makeBucket(moto.url())}/store`;
    const direct = { ...awsEnvironment(moto.url()), MILLRACE_CACHE: temporaryFolder(), MILLRACE_BLOB_CACHE_MB: "0" };
    const faulty = { ...direct, AWS_ENDPOINT_URL: proxy.url };
    rig = {
      proxy,
      location,
      truth: openWith(location, direct),
      via: openWith(location, faulty),
      cached: openWith(location, { ...faulty, MILLRACE_BLOB_CACHE_MB: "1000" }),
      fresh: () => randomBytes(8).toString("hex"),
      open: (place, env = {}) => openWith(place, { ...faulty, ...env }),
    };
  });
  beforeEach(() => rig?.proxy.clear());
  afterAll(async () => {
    for (const store of [rig?.truth, rig?.via, rig?.cached]) store?.close();
    await rig?.proxy.stop();
  });
  return () => {
    if (rig === null) throw new Error("the rig stands while tests run");
    return rig;
  };
}

function openWith(location: string, env: Readonly<Record<string, string | undefined>>): Datastore {
  return openDatastore(location, { settings: storeSettings({ ...process.env, ...env }) });
}
