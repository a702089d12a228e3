import { expect, test } from "vitest";
import { firstAddress } from "../../../runtime/engines/container/gang-host.ts";

const LOOPBACK = { address: "127.0.0.1", family: "IPv4", internal: true } as const;
const SELF_GIVEN = { address: "169.254.7.1", family: "IPv4", internal: false } as const;
const OF_LINK = { address: "fe80::1", family: "IPv6", internal: false } as const;
const SIX = { address: "2001:db8::5", family: "IPv6", internal: false } as const;
const FOUR = { address: "10.1.2.3", family: "IPv4", internal: false } as const;

test("a machine without a way out is reached at its first IPv4 address, else at an IPv6 one", () => {
  expect(firstAddress([LOOPBACK, SIX, FOUR])).toBe("10.1.2.3");
  expect(firstAddress([LOOPBACK, SIX])).toBe("2001:db8::5");
});

test("addresses that mean nothing on another machine are passed over", () => {
  expect(firstAddress([LOOPBACK, SELF_GIVEN, OF_LINK, FOUR])).toBe("10.1.2.3");
  expect(firstAddress([LOOPBACK, SELF_GIVEN, OF_LINK])).toBe("127.0.0.1");
});
