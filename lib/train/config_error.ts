/** Thrown for a configuration that cannot be; the message says what to write instead. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
