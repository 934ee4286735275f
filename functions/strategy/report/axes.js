// The same scales as Python draws: round numbers down the side, starts of years, months, days or hours across.
const SECOND_STEPS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
const DAY = 86400;

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 2.5, 5, 10].find((factor) => power * factor >= rough * (1 - 1e-9));
}

function ticks(low, high, most) {
  const step = niceStep((high - low) / most);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function timeTicks(start, end, most) {
  const step = SECOND_STEPS.find((seconds) => (end - start) / seconds <= most);
  return step ? evenTicks(start, end, step) : firstTicks(start, end, most);
}

function evenTicks(start, end, step) {
  const found = [];
  for (let at = Math.ceil(start / step) * step; at <= end; at += step) {
    const when = new Date(at * 1000);
    const clock = when.toISOString().slice(11, step < 60 ? 19 : 16);
    const day = `${when.getUTCDate()} ${words.months[when.getUTCMonth()]}`;
    found.push({ at, label: step >= DAY || at % DAY === 0 ? day : clock });
  }
  return found;
}

function firstTicks(start, end, most) {
  const step = MONTH_STEPS.find((months) => (end - start) / (months * 30.44 * DAY) <= most) ?? 1200;
  const from = new Date(start * 1000), found = [];
  const first = from.getUTCFullYear() * 12 + from.getUTCMonth();
  for (let index = first - (first % step); ; index += step) {
    const [year, month] = [Math.floor(index / 12), index % 12];
    const at = Date.UTC(year, month, 1) / 1000;
    if (at > end) return found;
    const name = words.months[month];
    if (at >= start) found.push({ at, label: step >= 12 ? `${year}` : month < step ? `${name} ${year}` : name });
  }
}
