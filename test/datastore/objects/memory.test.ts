import { MemoryObjects } from "./memory-objects.ts";
import { objectContract } from "./object-contract.ts";

objectContract("memory", () => new MemoryObjects());
