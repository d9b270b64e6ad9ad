// Talks to the sandbox's server: what is there now, what someone does, and a stream that tells of changes.

export async function fetchState({ viewer, channel, thread }) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ viewer, channel, thread })) if (value) query.set(key, value);
  const answer = await fetch(`/sandbox/state?${query}`);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

export async function doIt(deed, body) {
  const answer = await fetch(`/sandbox/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!told.ok) throw new Error((told.response_metadata?.messages ?? [told.error]).join(" "));
  return told;
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
