import { PackageError } from "../../bioimageio/package_error.ts";
import { DatasetError } from "../../datasets/dataset.ts";
import { LeakError } from "../../datasets/leak_guard.ts";
import { ImageError } from "../../images/image.ts";
import { ArchiveError } from "../../io/unzip.ts";
import { DownloadError } from "../../io/download.ts";
import { OptionError } from "../../io/option_error.ts";
import { UserError } from "../../io/user_error.ts";
import { PyTorchFileError } from "../../nn/weights/pytorch_error.ts";
import { SingleValueError } from "../../nn/ops/batch_norm.ts";
import { MissingDigestError, SafetensorsError } from "../../nn/weights/safetensors.ts";
import { WeightsError } from "../../nn/weights/weights_error.ts";
import { LibraryError } from "../../tensorflow/ffi/library.ts";
import { CheckpointError } from "../../train/checkpoint_error.ts";
import { ConfigError } from "../../train/config_error.ts";
import { NonFiniteLossError } from "../../train/non_finite_loss_error.ts";
import { OutOfMemoryError } from "../../train/out_of_memory_error.ts";
import { ObjectFileError } from "../../objects/formats/object_file_error.ts";
import { OnnxError } from "../../onnx/onnx_error.ts";
import { LockError, RunInUseError } from "../lock_run.ts";
import { RunError } from "../run_error.ts";
import { StoppedError } from "../stopped_error.ts";
import { TrainedOnlyError } from "../trained_only_error.ts";

/** Classes of user errors that another process may report, by their names. */
const USER_ERRORS = {
  ArchiveError,
  CheckpointError,
  ConfigError,
  DatasetError,
  DownloadError,
  ImageError,
  LeakError,
  LibraryError,
  LockError,
  MissingDigestError,
  NonFiniteLossError,
  ObjectFileError,
  OnnxError,
  OptionError,
  OutOfMemoryError,
  PackageError,
  PyTorchFileError,
  RunError,
  RunInUseError,
  SafetensorsError,
  SingleValueError,
  StoppedError,
  TrainedOnlyError,
  UserError,
  WeightsError,
} as const satisfies Record<string, new (message: string) => UserError>;

/** An error as sent from one process to another in a line of JSON. */
export interface ProcessFailure {
  name: string;
  message: string;
  stack?: string;
  /** Error code of the operating system, such as `ENOSPC`. */
  code?: string;
  /** Its class, for a user error. */
  userError?: keyof typeof USER_ERRORS;
}

/** Returns the class of a user error, or its nearest known base class. */
function userErrorClass(error: unknown): keyof typeof USER_ERRORS | undefined {
  for (let type = (error as Error).constructor; type && type !== Error; type = Object.getPrototypeOf(type)) {
    const found = Object.entries(USER_ERRORS).find(([, each]) => each === type);
    if (found) return found[0] as keyof typeof USER_ERRORS;
  }
}

/** Describes an error for another process. */
export function describeFailure(error: unknown): ProcessFailure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { name, message, stack, code, userError: error instanceof UserError ? userErrorClass(error) : undefined };
}

/**
 * Makes the error that {@linkcode describeFailure} described: of its class for a user error, otherwise with its name
 * and code.
 */
export function failureError({ name, message, stack, code, userError }: ProcessFailure): Error {
  const error: Error = userError
    ? new USER_ERRORS[userError](message)
    : Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
  error.stack = stack;
  return error;
}
