/// <reference lib="dom" />
/**
 * Takes the files that the user chooses, or drops anywhere on the page.
 *
 * @param area shows that files can be dropped
 */
export function takeFiles(input: HTMLInputElement, area: HTMLElement, take: (files: readonly File[]) => void): void {
  const takeSome = (files: Iterable<File>) => {
    const chosen = [...files];
    if (chosen.length > 0) take(chosen);
  };
  input.onchange = () => {
    takeSome(input.files ?? []);
    // The same file can be chosen again.
    input.value = "";
  };
  // A large page loads for seconds, in which files can be chosen.
  input.onchange(new Event("change"));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  document.addEventListener("dragleave", () => area.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    takeSome(event.dataTransfer?.files ?? []);
  });
}
