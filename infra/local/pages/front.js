// Puts newer texts into the page while somebody looks at it.
const EVERY = 3000; // milliseconds
const sky = document.querySelector(".sky");
const shown = new Map([...document.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell]));

async function refresh() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await fetch("/status" + location.search);
  } catch {
    sky.dataset.tone = "gone";
    return;
  }
  if (answer.status === 401) return location.reload();
  if (!answer.ok) return;
  const { tone, cells } = await answer.json();
  const names = Object.keys(cells);
  if (names.length !== shown.size || !names.every((name) => shown.has(name))) return location.reload();
  sky.dataset.tone = tone;
  for (const name of names) {
    const cell = shown.get(name);
    if (cell.textContent !== cells[name]) cell.textContent = cells[name];
  }
}

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
