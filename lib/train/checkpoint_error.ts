import { UserError } from "../io/user_error.ts";

/**
 * Thrown for a checkpoint of another configuration or other data: training must neither continue from it nor replace
 * it.
 */
export class CheckpointError extends UserError {
  override readonly name = "CheckpointError";
}
