// Sphinx's search fetches the pages that it found, for excerpts. A browser refuses that where the site is read from files: then the
// texts in search_pages.js are what it gets.
if (location.protocol === "file:") {
  const { fetch } = globalThis;
  globalThis.fetch = (address, options) => {
    const name = String(address).split(/[?#]/)[0].split("/").pop();
    const page = globalThis.SEARCH_PAGES?.[name];
    return page === undefined ? fetch(address, options) : Promise.resolve(new Response(page));
  };
}
