import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type Service, serviceClient, ServiceRequestError } from "../../sdk/serving/index.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

/** What the class of `HONEST_AND_NOT` is to the compiler. */
interface ShopService extends Service {
  echo(rows: { id: string; n?: number }[]): { id: string; n: number }[];
  act(rows: string[]): Promise<unknown[]>;
  double(rows: number[]): number[];
}

async function failureOf(asked: PromiseLike<unknown>): Promise<ServiceRequestError> {
  const error = await asked.then(
    (answer) => Promise.reject(new Error(`it was answered: ${JSON.stringify(answer)}`)),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ServiceRequestError);
  return error as ServiceRequestError;
}

test("a client asks a service's methods, and says of what failed why", { timeout: 300_000 }, async () => {
  const { address, stop, noted } = await startService(serviceProject(HONEST_AND_NOT));
  const shop = serviceClient<ShopService>(`${address}/`);
  expect(await shop.echo({ id: "a" })).toEqual({ id: "a", n: 0 });
  expect(await shop.echo([{ id: "a", n: 1 }, { id: "b" }])).toEqual([
    { id: "a", n: 1 },
    { id: "b", n: 0 },
  ]);
  expect(await shop.double([]).withReply()).toEqual({
    answer: [],
    requestId: expect.stringMatching(/^[\w-]{36}$/),
    model: null,
    modelHash: null,
  });
  const named = await shop.double(4, { requestId: "order-17" }).withReply();
  expect([named.answer, named.requestId]).toEqual([8, "order-17"]);

  const unfit = await failureOf(shop.echo([{ id: "a" }, { id: 1 as never }]));
  expect(unfit).toMatchObject({ code: "MILLRACE_SERVICE_REQUEST", status: 422, retryAfterMs: null });
  expect(unfit.issues).toEqual([{ path: [1, "id"], message: "Invalid input: expected string, received number" }]);
  expect(unfit.message).toContain("because a value does not fit");
  expect(unfit.message).toContain("[1].id: Invalid input");
  expect(unfit.message).toContain(`request: ${unfit.requestId}`);

  const thrown = await failureOf(shop.act("throw", { requestId: "bad-1" }));
  expect([thrown.status, thrown.requestId]).toEqual([500, "bad-1"]);
  await noted("no weights for this one");
  const unknown = await failureOf((shop as unknown as { ecoh: typeof shop.echo }).ecoh({ id: "a" }));
  expect(unknown.status).toBe(404);
  expect(unknown.headline).toContain("it has no such method; it has echo, act, double");

  // The server's clock or the client's, whichever is first: both say the same.
  const late = await failureOf(shop.act("slow", { timeoutMs: 60 }));
  expect(late.status).toBe(504);
  expect(late.headline).toMatch(/because (there was no answer within 60 ms|the deadline has passed)$/);

  const giveUp = new AbortController();
  const given = shop.act("slow", { signal: giveUp.signal });
  giveUp.abort(new Error("the visitor has left"));
  await expect(given).rejects.toThrow("the visitor has left");
  await expect(shop.act("slow", { signal: giveUp.signal })).rejects.toThrow("the visitor has left");

  expect((await stop()).code).toBe(0);
  const gone = await failureOf(shop.double(1));
  expect([gone.status, gone.requestId]).toEqual([null, null]);
  expect(gone.headline).toContain(`${address} because it cannot be reached: ECONNREFUSED`);
});

test("a client keeps its connection, sends what a proxy wants, and knows what is no service", async () => {
  let connections = 0;
  const seen: (string | undefined)[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    request.resume().on("end", () => {
      if (request.url?.endsWith("/act") === true)
        return response.writeHead(429, { "retry-after": "3" }).end('{"error":"too many requests are waiting: 7"}');
      response.end(request.url?.endsWith("/echo") === true ? '"x"' : "<html>");
    });
  });
  proxy.on("connection", () => (connections += 1));
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void proxy.close());
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const shop = serviceClient<ShopService>(new URL(`${address}/shop`), { headers: { authorization: "Bearer t" } });
  for (let time = 0; time < 8; time += 1) {
    const error = await failureOf(time % 2 === 0 ? shop.echo({ id: "a" }) : shop.double(1));
    expect([error.status, error.headline]).toEqual([200, expect.stringContaining("is not a service of Millrace")]);
  }
  const busy = await failureOf(shop.act("a"));
  expect(busy).toMatchObject({ status: 429, retryAfterMs: 3000, hint: "ask again after 3 s" });
  expect(busy.headline).toContain("because too many requests are waiting: 7");
  expect([...new Set(seen)]).toEqual(["/shop/echo Bearer t", "/shop/double Bearer t", "/shop/act Bearer t"]);
  // The platform may open a second one while the first is not yet given back.
  expect(connections).toBeLessThanOrEqual(2);
});

test("a client that is logged, put into a text or awaited asks nobody", async () => {
  const asked: string[] = [];
  const fetch = (address: unknown) => Promise.reject(new Error(String(asked.push(String(address)))));
  const shop = serviceClient<ShopService>("http://127.0.0.1:1", { fetch: fetch as typeof globalThis.fetch });
  expect(JSON.stringify({ shop })).toBe('{"shop":{}}');
  const thing: unknown = shop;
  expect(String(thing)).toBe("[object Object]");
  expect(await Promise.resolve(shop)).toBe(shop);
  // What JSON cannot say is the caller's mistake, and nothing that a server did.
  await expect(shop.double(10n as unknown as number)).rejects.toThrow(TypeError);
  expect(asked).toEqual([]);
});

test("a client follows no redirect: rows and headers go nowhere that the caller has not named", async () => {
  const seen: string[] = [];
  const moved = createServer((request, response) => {
    seen.push(request.url ?? "");
    request.resume().on("end", () => response.writeHead(307, { location: "/elsewhere" }).end());
  });
  await once(moved.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void moved.close());
  const shop = serviceClient<ShopService>(`http://127.0.0.1:${(moved.address() as AddressInfo).port}`);
  const { status, headline } = await failureOf(shop.double(1));
  expect([status, headline]).toEqual([307, expect.stringContaining("it answered with status 307")]);
  expect(seen).toEqual(["/double"]);
});

test("an address that is none is refused where the client is made, and a header that cannot be sent is named", async () => {
  const refused = (address: string, headline: RegExp) => {
    let error: unknown;
    try {
      serviceClient<ShopService>(address);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: "MILLRACE_SERVICE_REQUEST",
      headline: expect.stringMatching(headline) as string,
    });
    expect((error as Error).message).not.toContain("hunter2");
  };
  refused("localhost:3000", /does not begin with http:\/\/ or https:\/\/: "localhost:3000"/);
  refused("", /its address is none: ""/);
  refused("http://", /its address is none/);
  refused("http://me:hunter2@shop.example.com", /a name or a password, which belong into the option headers/);
  refused("http://shop.example.com/?key=1", /has more than a path/);

  const headers = { "x-to-ken": "hunter2\nx: y", ok: "yes" };
  const unsent = await failureOf(serviceClient<ShopService>("http://127.0.0.1:9", { headers }).double(1));
  expect([unsent.status, unsent.headline]).toEqual([
    null,
    expect.stringContaining('the header "x-to-ken" cannot be sent'),
  ]);
  expect(unsent.message).not.toContain("hunter2");
  const name = await failureOf(serviceClient<ShopService>("http://127.0.0.1:9", { headers: { "x y": "1" } }).double(1));
  expect(name.headline).toContain('the header "x y" cannot be sent');
  const visitor = await failureOf(serviceClient<ShopService>("http://127.0.0.1:9").double(1, { visitor: "Zoë 東京" }));
  expect(visitor.headline).toContain('the header "x-visitor-id" cannot be sent');
});
