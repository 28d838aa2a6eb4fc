import * as tf from "@tensorflow/tfjs";
import { endInterruptedRecording } from "../tfjs/backend.ts";
import { endInterruptedTrace } from "./trace_step.ts";

/**
 * Resets tfjs after an interrupt. An interrupted computation does not run its `finally` blocks: scopes stay open,
 * gradients are still recorded, and a step's trace records all later ops. Call it only while no computation runs.
 */
export function cleanUp(): void {
  endInterruptedTrace();
  endInterruptedRecording();
  const engine = tf.engine();
  engine.state.kernelDepth = engine.state.gradientDepth = 0;
  engine.state.numDataMovesStack = [];
  while (engine.state.scopeStack.length > 0) engine.endScope();
}
