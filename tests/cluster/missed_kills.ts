import { type Kind, KINDS } from "./kills.ts";

/** Returns the kinds of which nothing was killed although kills were asked for. A test that kills nothing shows nothing. */
export function missedKills(asked: number, done: Readonly<Record<Kind, number>>): Kind[] {
  return asked > 0 ? KINDS.filter((kind) => done[kind] === 0) : [];
}
