/**
 * Loaded before the tests when their coverage is measured. The programs that tests start would inherit this variable and write
 * the coverage of every module they load, which takes longer than the tests.
 */
Deno.env.delete("DENO_COVERAGE_DIR");
