// The price chart: moved and zoomed by pointer, wheel, buttons and keys; drawn anew for what is in view.
const HEAD = 8, FOOT = 26, SPACING = 5; // pixels of one candle
const stage = document.querySelector('[data-chart="price"]');
if (stage && data.price.symbols.some((symbol) => symbol.time.length > 1)) live(stage);

function unpacked(told) {
  const unit = 10 ** -told.places, time = summed(told.time), count = time.length;
  const [open, high, low, close] = [[], [], [], []];
  let before = 0;
  for (let index = 0; index < count; index++) {
    const first = before + told.open[index], last = first + told.close[index];
    open.push(first * unit);
    close.push(last * unit);
    high.push((Math.max(first, last) + told.high[index]) * unit);
    low.push((Math.min(first, last) - told.low[index]) * unit);
    before = last;
  }
  const gaps = time.slice(1).map((at, index) => at - time[index]).sort((a, b) => a - b);
  const width = gaps.length ? gaps[gaps.length >> 1] : 1;
  const shift = (width * (1 - 1 / told.each)) / 2; // from its first bar to its middle
  return { ...told, open, high, low, close, width, time, middle: time.map((at) => at + shift) };
}

// Candles `from` to `to`, several in one where there is too little room.
function gathered(shown, from, to, most) {
  const each = Math.max(1, Math.ceil((to - from) / most)), found = [];
  for (let start = from - (from % each); start < to; start += each) {
    const end = Math.min(start + each, shown.time.length);
    let high = -Infinity, low = Infinity;
    for (let index = start; index < end; index++) {
      high = Math.max(high, shown.high[index]);
      low = Math.min(low, shown.low[index]);
    }
    const middle = (shown.middle[start] + shown.middle[end - 1]) / 2;
    found.push({ time: shown.time[start], middle, open: shown.open[start], high, low, close: shown.close[end - 1] });
  }
  return { found, width: shown.width * each, bars: shown.each * each };
}

function live(stage) {
  const plot = stage.querySelector(".plot"), side = stage.querySelector(".scale");
  const moves = stage.parentElement.querySelector(".moves"), height = data.price.height;
  const axis = stage.parentElement.querySelector(".switch:has([name=price-scale])");
  const pointer = new Pointer(stage, height);
  let shown = unpacked(data.price.symbols[0]), whole, view, drawn;

  function choose(place) {
    shown = unpacked(data.price.symbols[place]);
    const [first, last] = [shown.middle[0], shown.middle[shown.middle.length - 1]];
    whole = [first - shown.width / 2, last + shown.width / 2];
    look(...whole);
  }

  function look(start, end) {
    const most = whole[1] - whole[0], least = Math.min(most, shown.width * 12);
    const length = Math.min(Math.max(end - start, least), most);
    const middle = (start + end) / 2;
    const from = Math.min(Math.max(middle - length / 2, whole[0]), whole[1] - length);
    view = [from, from + length];
    draw();
  }

  function zoom(factor, part = 0.5) {
    const length = view[1] - view[0], held = view[0] + part * length;
    look(held - part * length * factor, held + (1 - part) * length * factor);
  }

  function pan(part) {
    const step = part * (view[1] - view[0]);
    look(view[0] + step, view[1] + step);
  }

  function draw() {
    const [start, end] = view, across = (at) => (at - start) / (end - start);
    const from = Math.max(reached(shown.middle, start) - 1, 0);
    const to = Math.min(reached(shown.middle, end) + 1, shown.time.length);
    drawn = gathered(shown, from, to, Math.max(plot.clientWidth / SPACING, 40));
    const { place: down, levels } = scaleOf(drawn.found, height, axis?.querySelector("[value=log]").checked);
    const grid = levels.map((level) => `<line x2="100%" y1="${(down(level) + HEAD).toFixed(1)}" y2="${(down(level) + HEAD).toFixed(1)}"/>`);
    const marks = marked(shown.index, view, across, down, plot.clientWidth / 8);
    for (const [face, inside] of [["candles", bodies(drawn, across, down, end - start)], ["line", line(drawn, across, down)]]) {
      plot.querySelector(`.${face}`).innerHTML = `<g class="grid">${grid.join("")}</g>${stretched(inside, HEAD)}<svg class="marks" y="${HEAD}" width="100%" height="${height}">${marks}</svg>`;
      side.querySelector(`.${face}`).innerHTML = levels
        .map((level) => `<text x="8" y="${(down(level) + HEAD).toFixed(1)}" dy=".35em">${significant(level)}</text>`)
        .join("");
    }
    plot.querySelector(".axis").innerHTML = timeTicks(start, end, plot.clientWidth < 600 ? 4 : 9)
      .map(({ at, label }) => {
        const part = across(at), anchor = part < 0.03 ? "start" : part > 0.97 ? "end" : "middle";
        return `<text x="${(part * 100).toFixed(3)}%" y="${height + HEAD + FOOT - 7}" class="${anchor}">${label}</text>`;
      })
      .join("");
    const bars = drawn.bars === 1 ? words.one_bar : filled(words.bars, decimal(drawn.bars, 0));
    moves.querySelector("output").textContent = `${minute(Math.max(start, shown.time[0]))} – ${minute(Math.min(end, shown.time[shown.time.length - 1]))} · ${filled(words.one_candle, bars)}`;
    pointer.hide();
  }

  const parts = { earlier: () => pan(-0.5), later: () => pan(0.5), in: () => zoom(0.5), out: () => zoom(2), all: () => look(...whole) };
  for (const button of moves.querySelectorAll("button")) button.addEventListener("click", () => parts[button.dataset.move]());
  const keys = { ArrowLeft: () => pan(-0.1), ArrowRight: () => pan(0.1), "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1.4), 0: parts.all };
  stage.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  const select = moves.querySelector("select");
  if (select) {
    [...select.options].forEach((option, place) => (option.textContent = data.price.symbols[place].name));
    select.addEventListener("change", () => choose(Number(select.value)));
  }
  document.addEventListener("trade", ({ detail }) => {
    const told = data.trades, place = data.price.symbols.findIndex((symbol) => symbol.index === told.symbol[detail]);
    if (place < 0) return;
    if (shown.index !== told.symbol[detail]) choose(place);
    if (select) select.value = String(place);
    const [start, end] = [told.entry_at[detail], told.exit_at[detail]], around = Math.max(end - start, shown.width * 10);
    look(start - around, end + around);
    stage.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    stage.focus({ preventScroll: true });
  });

  touched(stage, plot, { pan, zoom, hover });

  function hover(part) {
    if (part === null) return pointer.hide();
    const sought = view[0] + part * (view[1] - view[0]);
    const place = Math.min(Math.max(reached(drawn.found.map((candle) => candle.middle), sought - drawn.width / 2), 0), drawn.found.length - 1);
    const candle = drawn.found[place];
    const rows = [[words.open_price, candle.open], [words.high, candle.high], [words.low, candle.low], [words.close, candle.close]];
    const told = rows.map(([name, value]) => [name, significant(value)]);
    const shift = candle.middle - candle.time + drawn.width / drawn.bars / 2;
    pointer.show((candle.middle - view[0]) / (view[1] - view[0]), minute(candle.time), [...told, ...tradesAt(shown.index, candle.time, candle.middle + shift)]);
  }

  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", plot.getAttribute("aria-label"));
  moves.hidden = false;
  if (axis) {
    axis.hidden = false;
    axis.addEventListener("change", draw);
  }
  for (const help of stage.parentElement.querySelectorAll(".help")) help.hidden = false;
  choose(0);
  let width = plot.clientWidth;
  addEventListener("resize", () => {
    if (plot.clientWidth !== width) draw();
    width = plot.clientWidth;
  });
}
