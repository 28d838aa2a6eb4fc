import { registryNames } from "lib/io/registry_names.ts";

/** A format of `deno task export`. */
interface ExportFormat {
  /** The ending of its files. */
  ending: string;
  /** What the usage says of its flag. */
  about: string;
}

/** The formats of `deno task export`, by their flags. */
export const EXPORT_FORMATS = {
  onnx: {
    ending: "onnx",
    about: "write an ONNX file, which onnxruntime reads, and with it ImageJ (deepImageJ), Icy, Python and browsers",
  },
  bioimageio: {
    ending: "zip",
    about: "write a bioimage.io package: a zip file of the ONNX file, its description and test images",
  },
  page: {
    ending: "html",
    about: "write a page that segments images in a browser, without a network: one HTML file",
  },
} as const satisfies Record<string, ExportFormat>;

/** The flag of a format. */
export type ExportFormatName = keyof typeof EXPORT_FORMATS;

/** Returns the formats that a command line asks for. */
export function chosenFormats(options: Partial<Record<ExportFormatName, boolean>>): ExportFormatName[] {
  return registryNames(EXPORT_FORMATS).filter((name) => options[name]);
}
