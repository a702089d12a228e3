import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { storageContract } from "./contract/storage-contract.ts";

storageContract("a folder", () => {
  const location = temporaryFolder();
  return { open: () => localStorage(location), elsewhere: { location } };
});
