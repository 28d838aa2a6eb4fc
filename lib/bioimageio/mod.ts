/**
 * Trained models as packages of bioimage.io.
 * @module
 */
export { bioimageioPackage, type PackageOptions } from "./bioimageio_package.ts";
export { PackageError } from "./package_error.ts";
