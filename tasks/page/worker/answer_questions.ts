/// <reference lib="webworker" />
import { UserError } from "lib/io/user_error.ts";
import { byteBuffers } from "../byte_buffers.ts";
import type { Message, Question, Work } from "../messages.ts";

/** What the user reads if a message was lost, as if the browser lacks memory. */
const UNREADABLE = "The browser may lack memory: close other pages, or cut the image into smaller ones";

/** How a worker answers each kind of question. */
export type Answers<Asked extends Work> = {
  [Kind in keyof Asked]: (question: Asked[Kind]["question"]) => Promise<Asked[Kind]["answer"]>;
};

/** Sends the page a message, and hands over its arrays. */
export function send(message: Message): void {
  self.postMessage(message, byteBuffers(message));
}

/** Returns an error's message. WebAssembly throws numbers too. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : `WebAssembly failed (${error})`;
}

/** Answers the page's questions in this worker. */
export function answerQuestions<Asked extends Work>(answers: Answers<Asked>): void {
  self.onmessageerror = () => send({ kind: "failure", problem: UNREADABLE });
  self.onmessage = async ({ data: question }: MessageEvent<Question<Asked>>) => {
    try {
      send({ kind: "answer", answer: await answers[question.kind](question) });
    } catch (error) {
      const isRefusal = error instanceof UserError;
      send({ kind: isRefusal ? "refusal" : "failure", problem: reason(error) });
      if (!isRefusal) console.error(error);
    }
  };
}
