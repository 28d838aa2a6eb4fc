import assert from "node:assert/strict";
import { CallList } from "lib/onednn/call_list.ts";
import { OneDnn } from "lib/onednn/onednn.ts";
import { Team } from "lib/onednn/team.ts";

const oneDnn = OneDnn.open();
/** Lists of no calls. */
const nothing = (team: Team) =>
  Array.from({ length: team.threads }, () => new CallList(oneDnn!, [], { address: 0n, scratch: 0 }));

/** Runs `body` with the interface of a notebook's kernel, and gives it what the kernel calls after each Stop. */
async function inNotebook(body: (afterStop: () => void) => Promise<void>): Promise<void> {
  const cleanings = new Set<() => void>();
  Object.defineProperty(globalThis, "__cell", {
    configurable: true,
    value: { cleanUp: (clean: () => void) => void cleanings.add(clean) },
  });
  try {
    await body(() => {
      for (const clean of cleanings) clean();
    });
  } finally {
    delete (globalThis as { __cell?: unknown }).__cell;
  }
}

Deno.test({
  name: "after a Stop, a turn that was interrupted does not keep later ones waiting",
  ignore: !oneDnn,
  fn: () =>
    inNotebook(async (afterStop) => {
      const team = Team.get(oneDnn!);
      const before = team.turn(() => Promise.resolve("before"));
      // An interrupted computation is never settled.
      const interrupted = team.turn(() => new Promise(() => {}));
      let freed = false;
      team.free(() => freed = true);
      const next = team.turn(() => Promise.resolve("next"));
      await new Promise((resolve) => setTimeout(resolve));
      assert.ok(!freed);
      afterStop();
      await assert.rejects(interrupted, /A Stop interrupted/);
      assert.deepEqual([await before, await next, freed], ["before", "next", true]);
      freed = false;
      team.free(() => freed = true);
      assert.ok(freed, "nobody has the team");
    }),
});

Deno.test({
  name: "after a Stop, a turn whose threads compute still comes before the next",
  ignore: !oneDnn,
  fn: () =>
    inNotebook(async (afterStop) => {
      const team = Team.get(oneDnn!), order: string[] = [];
      const first = team.turn(async () => {
        for (let i = 0; i < 100; i++) await team.run(nothing(team));
        order.push("first");
      });
      // The threads are at work.
      await new Promise((resolve) => setTimeout(resolve));
      afterStop();
      const second = team.turn(() => Promise.resolve(order.push("second")));
      await Promise.all([first, second]);
      assert.deepEqual(order, ["first", "second"]);
    }),
});
