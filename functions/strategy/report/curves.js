// Tells the values of a curve under the pointer, or under the arrow keys.
const WRITTEN = {
  money: (value) => decimal(value, 2),
  percent: (value) => percent(value),
  number: (value) => decimal(value, 2),
};

for (const [name, told] of Object.entries(data.curves ?? {})) {
  const chart = document.querySelector(`[data-chart="${name}"]`);
  const time = summed(told.time);
  if (chart && time.length) follow(chart, told, time);
}

function follow(chart, told, time) {
  const plot = chart.querySelector(".plot");
  const pointer = new Pointer(chart, Object.values(told.faces)[0][2]);
  const [start, end] = told.span;
  let at = time.length - 1;

  function show(place) {
    at = Math.min(Math.max(place, 0), time.length - 1);
    const rows = told.lines.map((line) => [line.label, WRITTEN[told.unit](line.values[at])]).reverse();
    pointer.show((time[at] - start) / (end - start || 1), minute(time[at]), rows);
  }

  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const sought = start + ((event.clientX - box.left) / box.width) * (end - start);
    const place = reached(time, sought);
    const before = place > 0 && (place === time.length || sought - time[place - 1] < time[place] - sought);
    show(before ? place - 1 : place);
  });
  plot.addEventListener("pointerleave", () => pointer.hide());
  chart.tabIndex = 0;
  chart.setAttribute("role", "group");
  chart.setAttribute("aria-label", plot.getAttribute("aria-label"));
  chart.addEventListener("focus", () => chart.matches(":focus-visible") && show(at));
  chart.addEventListener("blur", () => pointer.hide());
  chart.addEventListener("keydown", (event) => {
    const far = event.shiftKey ? 20 : 1;
    const place = { ArrowLeft: at - far, ArrowRight: at + far, Home: 0, End: time.length - 1 }[event.key];
    if (place === undefined) return;
    event.preventDefault();
    show(place);
  });
}
