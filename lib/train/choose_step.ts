import type { tf } from "../tensorflow/mod.ts";
import type { TrainingConfig } from "./config.ts";
import type { LossFunction } from "./losses/custom_loss.ts";
import { type Machine, roundsEqually } from "./machine.ts";
import { chooseCompiler, COMPILER_VARIABLE, fallingBack, type StepCompiler } from "./step_compiler.ts";
import type { Trainer } from "./trainer.ts";
import type { TrainingState } from "./training_state.ts";

/** What of a training decides on its step. */
interface StepOptions {
  config: TrainingConfig;
  /** The loss, where the configuration names a function. */
  customLoss?: LossFunction;
}

/**
 * Returns what runs the steps of a training on a machine.
 *
 * @param before the machine on which a training that continues ran last: on such a device it keeps its compiler, unless
 * the variable `STEP_COMPILER` names another one
 */
export function chooseStepCompiler(
  { config, batches, customLoss }: StepOptions & { batches: { length: number } },
  { device }: Machine,
  before: Machine | undefined,
): StepCompiler {
  if (before?.device === device && !Deno.env.get(COMPILER_VARIABLE)) return before.compiler ?? "TensorFlow";
  return chooseCompiler({
    ...config,
    steps: config.epochs * batches.length,
    device: device === "GPU" ? "GPU" : "CPU",
    customLoss: customLoss !== undefined,
  });
}

/**
 * Returns the step of a training on the last of its machines. If XLA cannot compile it, it goes on without, and the
 * state's machines say so.
 *
 * @param hasTrained whether the last machine has trained some of the steps already
 */
export function chooseStep(
  { config, customLoss, onWarning }: StepOptions & { onWarning?: (message: string) => void },
  trainer: Pick<Trainer, "getStep">,
  { machines }: Pick<TrainingState, "machines">,
  hasTrained: boolean,
): (...args: Parameters<ReturnType<Trainer["getStep"]>>) => Promise<tf.Tensor1D> {
  const machine = machines.at(-1)!;
  const step = trainer.getStep(config, customLoss, machine.compiler);
  if (!machine.compiler) return step;
  return fallingBack(step, ({ message }) => {
    onWarning?.(
      "The training step does not run compiled by XLA, so that TensorFlow runs it op by op, which takes longer. Set " +
        `${COMPILER_VARIABLE}=TensorFlow to skip the attempt. The reason: ${message}`,
    );
    const { compiler: _, ...uncompiled } = machine;
    if (!hasTrained) machines.pop();
    const last = machines.at(-1);
    if (!last || !roundsEqually(last, uncompiled)) machines.push(uncompiled);
    return trainer.getStep(config, customLoss);
  });
}
