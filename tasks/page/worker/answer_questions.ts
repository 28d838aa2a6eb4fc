/// <reference lib="webworker" />
import { UserError } from "lib/io/user_error.ts";
import type { Message, Question, Work } from "../messages.ts";

/** How a worker answers each kind of question. */
export type Answers<Asked extends Work> = {
  [Kind in keyof Asked]: (question: Asked[Kind]["question"]) => Promise<Asked[Kind]["answer"]>;
};

/** Sends the page a message. */
export function send(message: Message): void {
  self.postMessage(message);
}

/** Returns an error's message. WebAssembly throws numbers too. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : `WebAssembly failed (${error})`;
}

/** Answers the page's questions in this worker. */
export function answerQuestions<Asked extends Work>(answers: Answers<Asked>): void {
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
