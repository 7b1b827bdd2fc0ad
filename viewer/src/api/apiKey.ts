/** The stage's API key: held by this tab alone, gone when the tab is. */

const SLOT = "lineage-api-key";
let inMemory: string | null = null;

function storage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null; // storage switched off: the key then lives as long as the page
  }
}

export const apiKey = {
  read(): string | null {
    return storage()?.getItem(SLOT) ?? inMemory;
  },
  keep(key: string): void {
    inMemory = key;
    storage()?.setItem(SLOT, key);
  },
  forget(): void {
    inMemory = null;
    storage()?.removeItem(SLOT);
  },
};
