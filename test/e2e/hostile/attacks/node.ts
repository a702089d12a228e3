import childProcess from "node:child_process";
import crypto from "node:crypto";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import path from "node:path";
import timers from "node:timers";
import { type Attacks, pause, replace } from "./attack.ts";

function broken(): never {
  throw new Error("replaced by a step");
}

/** Node's modules and the process that a step changes, as mocks and tidy libraries do. */
export const NODE: Attacks = {
  "fs.writeSync fails": { act: () => replace(fs, "writeSync", broken) },
  "fs.writeSync claims to write": { act: () => replace(fs, "writeSync", (_: number, bytes: Buffer) => bytes.length) },
  "fs.writeSync writes half": {
    act: () => {
      const write = fs.writeSync.bind(fs);
      replace(fs, "writeSync", (fd: number, bytes: Buffer) => write(fd, bytes.subarray(0, 1)) && bytes.length);
    },
  },
  "fs is emptied": { act: () => Object.keys(fs).forEach((name) => Reflect.deleteProperty(fs, name)) },
  "fs is mocked, for modules as well": {
    act: () => {
      for (const name of ["openSync", "writeSync", "renameSync", "fstatSync", "existsSync"]) replace(fs, name, broken);
      syncBuiltinESMExports();
    },
  },
  "crypto gives one hash for all": {
    act: () => {
      replace(crypto, "createHash", () => ({ update: () => undefined, digest: () => "0".repeat(64) }));
      replace(crypto, "randomBytes", () => Buffer.alloc(6));
      syncBuiltinESMExports();
    },
  },
  "path.join leads elsewhere": { act: () => replace(path, "join", () => "/nowhere") },
  "child_process.spawn is mocked": { act: () => replace(childProcess, "spawn", broken) },
  "EventEmitter.emit drops all": { act: () => replace(EventEmitter.prototype, "emit", () => false) },
  "EventEmitter.on fails": { act: () => replace(EventEmitter.prototype, "on", broken) },
  "net.Socket reads nothing": { act: () => replace(net.Socket.prototype, "_read", () => undefined) },
  "timers are faked and left so": {
    act: () => {
      for (const name of ["setTimeout", "setImmediate", "setInterval", "queueMicrotask", "clearTimeout"]) {
        replace(globalThis, name, () => 0);
        replace(timers, name, () => 0);
      }
    },
  },
  "process.nextTick drops all": { act: () => replace(process, "nextTick", () => undefined) },
  "process.stdout.write is silent": {
    act: () => {
      replace(process.stdout, "write", () => true);
      replace(process.stderr, "write", () => true);
    },
  },
  "process.stdout is another object": {
    act: () => Object.defineProperty(process, "stdout", { configurable: true, value: { write: broken } }),
  },
  "console is silent": { act: () => Object.keys(console).forEach((name) => replace(console, name, () => undefined)) },
  "process.exit does nothing": { act: () => replace(process, "exit", () => undefined) },
  "process.send and disconnect are called": {
    act: () => {
      process.send?.({ type: "done", outcome: { status: "succeeded" } });
      process.disconnect?.();
    },
  },
  "process.emit is replaced": { act: () => replace(process, "emit", () => true) },
  "process.pid and platform lie": {
    act: () => {
      Object.defineProperty(process, "pid", { value: 1 });
      Object.defineProperty(process, "platform", { value: "win32" });
    },
  },
  "process.env is another object": { act: () => replace(process, "env", { HOME: "/nowhere" }) },
  "all listeners are removed": { act: () => void process.removeAllListeners() },
  "all listeners are removed, and an error escapes": {
    act: async () => {
      process.removeAllListeners();
      setTimeout(broken, 1);
      await pause();
    },
    fails: /its process exited with code 1/,
  },
  "errors are caught by a callback that is left": {
    act: () => process.setUncaughtExceptionCaptureCallback(() => undefined),
  },
  "a hook on exit never ends": {
    act: () => {
      process.on("exit", () => {
        for (;;);
      });
    },
  },
  "signals are ignored": {
    act: () => {
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
    },
  },
  "events of the process are made up": {
    act: () => {
      process.emit("message", { type: "abort", reason: { name: "AbortError", message: "made up" } }, undefined);
      process.emit("disconnect");
      process.emit("SIGINT", "SIGINT");
    },
  },
  "umask, exit code and title are changed": {
    act: () => {
      process.umask(0o777);
      process.exitCode = 9;
      process.title = "changed";
    },
  },
  "the working folder is removed": {
    act: () => {
      const folder = fs.mkdtempSync(path.join(fs.realpathSync("/tmp"), "gone-"));
      process.chdir(folder);
      fs.rmdirSync(folder);
    },
  },
  "arguments and variables are changed": {
    act: () => {
      process.argv.length = 0;
      process.execArgv.push("--inspect-brk");
      for (const name in process.env) delete process.env[name];
    },
  },
  "all open handles are destroyed": {
    act: async () => {
      const handles = (process as unknown as { _getActiveHandles(): { destroy?(): void }[] })._getActiveHandles();
      for (const handle of handles) handle.destroy?.();
      await pause();
    },
  },
};
