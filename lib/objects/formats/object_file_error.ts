import { UserError } from "../../io/user_error.ts";

/** Thrown for a file of objects that cannot be read or written; the message says what to do. */
export class ObjectFileError extends UserError {
  override readonly name = "ObjectFileError";
}
