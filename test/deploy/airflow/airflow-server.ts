import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface AirflowServer {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: string[];
  /** The bodies of these requests. */
  readonly bodies: string[];
}

/** A server in place of Airflow's: it has every DAG and takes every request. @param meanwhile - is called before each answer */
export async function airflowServer(meanwhile: () => void = () => undefined): Promise<AirflowServer> {
  const asked: string[] = [];
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    void text(request).then((body) => {
      bodies.push(body);
      meanwhile();
      response.end('{"dag_run_id":"by-hand-1"}');
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, bodies };
}
