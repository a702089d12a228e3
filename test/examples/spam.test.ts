import { beforeAll, describe, expect, test } from "vitest";
import { dealShards, loadMails, readableText, type Mail } from "../../examples/spam/corpus.ts";
import { concatenate, featurize, rowsOf, visitRow, type Features } from "../../examples/spam/features.ts";
import { logisticScores } from "../../examples/spam/logistic-regression.ts";
import { evaluate } from "../../examples/spam/metrics.ts";
import { naiveBayesScores } from "../../examples/spam/naive-bayes.ts";

let mails: Mail[];
let features: Features;

beforeAll(() => {
  mails = loadMails({ heldOutShare: 0.3 });
  features = concatenate(dealShards(mails, 3).map(featurize));
});

describe("corpus", () => {
  test("all mails are there, with the spam that the corpus declares", () => {
    expect(mails).toHaveLength(6046);
    expect(mails.filter((mail) => mail.isSpam)).toHaveLength(1896);
  });

  test("of the headers, only the subject is kept", () => {
    const message = "From: a@b.example\nSubject: Good news\nX-Spam: yes\n\nSubject: not this\nBody";
    expect(readableText(message)).toBe("Good news\nSubject: not this\nBody");
    expect(readableText("From: a@b.example")).toBe("\n");
  });

  test("equal texts are on the same side of the split", () => {
    const sides = new Map<string, boolean>();
    for (const { text, isHeldOut } of mails) {
      expect(sides.get(text) ?? isHeldOut).toBe(isHeldOut);
      sides.set(text, isHeldOut);
    }
  });

  test("shards hold every mail once", () => {
    const shards = dealShards(mails, 4);
    expect(new Set(shards.flat()).size).toBe(mails.length);
    expect(Math.max(...shards.map((s) => s.length)) - Math.min(...shards.map((s) => s.length))).toBeLessThan(2);
  });
});

describe("features", () => {
  test("words are counted without regard to case", () => {
    const row = featurize([{ text: "Free free money!", isSpam: true, isHeldOut: false }]);
    const counts: number[] = [];
    visitRow(row, 0, (_, count) => counts.push(count));
    expect(counts).toEqual([2, 1, 1]);
  });

  test("shards put together are the same as one", () => {
    const few = mails.slice(0, 10);
    expect(concatenate([featurize(few.slice(0, 4)), featurize(few.slice(4))])).toEqual(featurize(few));
    expect(concatenate([])).toEqual(featurize([]));
  });
});

describe("classifiers on held-out mail", () => {
  test("both beat calling nothing spam", () => {
    const trivial = evaluate(features, new Float64Array(mails.length).fill(-1)).accuracy;
    const bayes = evaluate(features, naiveBayesScores(features));
    const logistic = evaluate(features, logisticScores(features, { epochs: 12, learningRate: 4, penalty: 0.001 }));
    expect(trivial).toBeLessThan(0.75);
    expect(bayes.accuracy).toBeGreaterThan(0.93);
    expect(logistic.accuracy).toBeGreaterThan(0.97);
    expect(logistic.recall).toBeGreaterThan(0.94);
  });

  test("held-out labels do not reach the classifiers", () => {
    const flipped = { ...features, isSpam: features.isSpam.slice() };
    for (const row of rowsOf(features, { heldOut: true })) flipped.isSpam[row] = 1 - (flipped.isSpam[row] ?? 0);
    const options = { epochs: 1, learningRate: 4, penalty: 0 };
    expect(naiveBayesScores(flipped)).toEqual(naiveBayesScores(features));
    expect(logisticScores(flipped, options)).toEqual(logisticScores(features, options));
  });

  test("precision and recall follow from the counts", () => {
    const four = { ...features, isSpam: Uint8Array.of(1, 1, 0, 0), isHeldOut: Uint8Array.of(1, 1, 1, 1) };
    expect(evaluate(four, Float64Array.of(1, -1, 1, -1))).toEqual({ accuracy: 0.5, precision: 0.5, recall: 0.5 });
  });
});
