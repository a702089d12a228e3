import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { storageContract } from "./contract/storage-contract.ts";

storageContract(
  "memory",
  () => {
    const storage = memoryStorage();
    return { open: () => storage, elsewhere: null };
  },
  { isShared: false },
);
