// Calls the sandbox's server: fetches the state, runs actions, and follows the stream of changes.

export async function fetchState({ viewer, channel, thread }) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ viewer, channel, thread })) if (value) query.set(key, value);
  const answer = await fetch(`/sandbox/state?${query}`);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

export async function runAction(action, body) {
  const answer = await fetch(`/sandbox/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!result.ok) throw new Error((result.response_metadata?.messages ?? [result.error]).join(" "));
  return result;
}

export function follow(onChange, onLine) {
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("hello", () => {
    onLine(true);
    onChange();
  });
  stream.addEventListener("change", onChange);
  stream.addEventListener("error", () => onLine(false));
}
