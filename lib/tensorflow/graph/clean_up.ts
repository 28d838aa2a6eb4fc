import * as tf from "@tensorflow/tfjs";
import { endInterruptedTrace } from "./trace_step.ts";

/**
 * Puts right what an interrupt has left in tfjs: an interrupted computation runs no `finally`, so scopes stay open,
 * gradients go on being recorded, and a step's trace takes in whatever comes next. To be called while nothing computes.
 */
export function cleanUp(): void {
  endInterruptedTrace();
  const engine = tf.engine();
  engine.state.kernelDepth = engine.state.gradientDepth = 0;
  engine.state.numDataMovesStack = [];
  while (engine.state.scopeStack.length > 0) engine.endScope();
}
