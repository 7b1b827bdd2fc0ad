/** Run statuses, in the few tones that the page has colours for. */

export type Tone = "ok" | "bad" | "running" | "warn" | "idle";

const TONES: Record<string, Tone> = {
  Succeeded: "ok",
  Completed: "ok",
  Failed: "bad",
  Executing: "running",
  Starting: "running",
  InProgress: "running",
  Stopping: "warn",
  Stopped: "warn",
  CompletedWithFailures: "warn",
};

export function toneOf(status: string | null | undefined): Tone {
  return (status && Object.hasOwn(TONES, status) && TONES[status]) || "idle";
}

/** Whether an execution may still change by itself. */
export function isLive(status: string | null | undefined): boolean {
  return status === "Executing" || status === "Stopping" || status === "Starting";
}
