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

// As Python's `log_ticks`: the most that are not too near each other.
const FACTORS = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5], [1, 1.5, 2, 3, 5, 7], [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]];

function logTicks(low, high, most) {
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
  const step = Math.ceil((last - first + 1) / most), powers = [], rare = [];
  for (let power = first; power <= last; power++) powers.push(10 ** power);
  for (let power = Math.ceil(first / step) * step; power <= last; power += step) rare.push(10 ** power);
  const tried = [rare, ...FACTORS.map((few) => powers.flatMap((power) => few.map((each) => power * each))), ticks(low, high, most)];
  let best = [];
  for (const values of tried) {
    const inside = values.filter((value) => value >= low && value <= high);
    const apart = inside.slice(1).map((value, index) => Math.log(value / inside[index]) / Math.log(high / low));
    if (inside.length > best.length && inside.length <= most && Math.min(...apart) * most >= 0.4) best = inside;
  }
  return best;
}

// How prices are placed on a scale that holds them with a little air, and its ticks. A logarithmic one ends
// where a lone wick would leave all else a sliver.
function scaleOf(candles, height, log) {
  const most = Math.round(height / 45), bodies = candles.flatMap((candle) => [candle.open, candle.close]);
  let highest = Math.max(...candles.map((candle) => candle.high)), lowest = Math.min(...candles.map((candle) => candle.low));
  if (log) {
    highest = Math.min(highest, Math.max(...bodies) * 4);
    lowest = Math.max(lowest, Math.min(...bodies) / 4);
    const air = Math.max((highest / lowest) ** 0.04, 1.001), low = lowest / air, high = highest * air;
    return { place: (value) => height * (1 - Math.log(value / low) / Math.log(high / low)), levels: logTicks(low, high, most) };
  }
  const foot = lowest < highest / 4 ? 0 : lowest, air = (highest - foot) * 0.04 || highest * 0.01;
  const low = foot && foot - air, high = highest + air;
  return { place: (value) => height * (1 - (value - low) / (high - low)), levels: ticks(low, high, most) };
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
