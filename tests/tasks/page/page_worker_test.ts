import assert from "node:assert/strict";
import type { Message } from "../../../tasks/page/messages.ts";
import { Failure, PageWorker, Refusal, Stopped } from "../../../tasks/page/view/page_worker.ts";

type TestedWork = {
  start: { question: { model: number }; answer: null };
  double: { question: { value: number }; answer: number };
};

/** A worker that answers when the test says so. */
class FakeWorker {
  static made: FakeWorker[] = [];
  static get last(): FakeWorker {
    return FakeWorker.made.at(-1)!;
  }
  onmessage: ((event: { data: Message }) => void) | null = null;
  readonly questions: { kind: string; value?: number }[] = [];
  isEnded = false;

  constructor() {
    FakeWorker.made.push(this);
  }

  postMessage(question: { kind: string }): void {
    this.questions.push(question);
  }

  terminate(): void {
    this.isEnded = true;
  }

  send(data: Message): void {
    this.onmessage?.({ data });
  }
}

async function gzipBase64(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).bytes()).toBase64();
}

/** Waits until the last worker was asked that many questions. */
async function untilAsked(count: number, workers = 1): Promise<FakeWorker> {
  while (FakeWorker.made.length < workers || FakeWorker.last.questions.length < count) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(FakeWorker.made.length, workers);
  return FakeWorker.last;
}

/** Waits as long as anything that was begun could take. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Runs a test with a page that carries the worker's script. */
async function withPage(test: (page: PageWorker<TestedWork>) => Promise<void>): Promise<void> {
  const globals = globalThis as { document?: unknown; Worker: unknown }, { Worker } = globals;
  const textContent = await gzipBase64("script");
  globals.document = { getElementById: () => ({ textContent }) };
  globals.Worker = FakeWorker;
  FakeWorker.made = [];
  try {
    await test(new PageWorker("worker", { first: () => Promise.resolve({ kind: "start", model: 7 }) }));
  } finally {
    globals.Worker = Worker;
    delete globals.document;
  }
}

Deno.test("a worker of the page is asked one question after the other, and answers or refuses each", async () => {
  await withPage(async (page) => {
    const answers = [1, 2].map((value) => page.ask("double", { value }));
    const worker = await untilAsked(1);
    assert.deepEqual(worker.questions, [{ kind: "start", model: 7 }]);
    worker.send({ kind: "answer", answer: null });
    await untilAsked(2);
    await settle();
    assert.deepEqual(worker.questions.at(-1), { kind: "double", value: 1 });
    worker.send({ kind: "answer", answer: 2 });
    assert.equal(await answers[0], 2);
    await untilAsked(3);
    worker.send({ kind: "refusal", problem: "too much" });
    await assert.rejects(answers[1], (error) => error instanceof Refusal && error.message === "too much");
    const last = page.ask("double", { value: 3 });
    await untilAsked(4);
    worker.send({ kind: "answer", answer: 6 });
    assert.equal(await last, 6);
  });
});

Deno.test("a stop while a worker starts refuses the questions that wait, at once, and lets it start", async () => {
  await withPage(async (page) => {
    const waiting = page.ask("double", { value: 1 });
    const worker = await untilAsked(1);
    page.stop();
    await assert.rejects(waiting, Stopped);
    assert.equal(worker.isEnded, false);
    worker.send({ kind: "answer", answer: null });
    const next = page.ask("double", { value: 2 });
    await untilAsked(2);
    assert.deepEqual(worker.questions.at(-1), { kind: "double", value: 2 });
    worker.send({ kind: "answer", answer: 4 });
    assert.equal(await next, 4);
    page.stop();
    assert.equal(worker.isEnded, false, "a worker that was asked nothing goes on");
  });
});

Deno.test("a stop ends a worker that answers, whose late messages count no more, and starts another one", async () => {
  await withPage(async (page) => {
    const asked = page.ask("double", { value: 1 }), waiting = page.ask("double", { value: 2 });
    const worker = await untilAsked(1);
    worker.send({ kind: "answer", answer: null });
    await untilAsked(2);
    for (const _ of [1, 2]) page.stop();
    for (const each of [asked, waiting]) await assert.rejects(each, Stopped);
    assert.ok(worker.isEnded);
    const other = await untilAsked(1, 2);
    worker.send({ kind: "failure", problem: "late" });
    other.send({ kind: "answer", answer: null });
    const next = page.ask("double", { value: 3 });
    await untilAsked(2, 2);
    other.send({ kind: "answer", answer: 6 });
    assert.equal(await next, 6);
  });
});

Deno.test("a failure refuses all questions, and no worker starts before the next question", async () => {
  await withPage(async (page) => {
    const asked = [1, 2].map((value) => page.ask("double", { value }));
    (await untilAsked(1)).send({ kind: "failure", problem: "no memory" });
    for (const each of asked) {
      await assert.rejects(each, (error) => error instanceof Failure && error.message === "no memory");
    }
    await settle();
    assert.equal(FakeWorker.made.length, 1);
    const next = page.ask("double", { value: 3 });
    const worker = await untilAsked(1, 2);
    worker.send({ kind: "answer", answer: null });
    await untilAsked(2, 2);
    worker.send({ kind: "answer", answer: 6 });
    assert.equal(await next, 6);
  });
});
