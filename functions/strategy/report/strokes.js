// The shapes of the price chart, and the gestures that move it.
function stretched(inside, y) {
  const height = data.price.height;
  return `<svg class="stretched" y="${y}" width="100%" height="${height}" viewBox="0 0 1000 ${height}" preserveAspectRatio="none">${inside}</svg>`;
}

function bodies({ found, width }, across, down, length) {
  const half = Math.max((width / length) * 1000 * 0.32, 0.4);
  const wicks = { rose: "", fell: "" }, boxes = { rose: "", fell: "" };
  for (const candle of found) {
    const kind = candle.close >= candle.open ? "rose" : "fell", x = across(candle.middle) * 1000;
    const top = down(Math.max(candle.open, candle.close)), foot = down(Math.min(candle.open, candle.close));
    wicks[kind] += `M${x.toFixed(1)} ${down(candle.high).toFixed(1)}V${down(candle.low).toFixed(1)}`;
    boxes[kind] += `M${(x - half).toFixed(1)} ${top.toFixed(1)}h${(2 * half).toFixed(1)}v${Math.max(foot - top, 0.6).toFixed(1)}h${(-2 * half).toFixed(1)}Z`;
  }
  return ["rose", "fell"].map((kind) => `<path class="${kind} wick" d="${wicks[kind]}"/><path class="${kind} body" d="${boxes[kind]}"/>`).join("");
}

function line({ found }, across, down) {
  const points = found.map((candle) => `${(across(candle.middle) * 1000).toFixed(1)} ${down(candle.close).toFixed(1)}`);
  return `<path class="close stroke" d="M${points.join("L")}"/>`;
}

// Of few trades each with its line and marks; of many a dot for each place where one entered.
function marked(symbol, [start, end], across, down, few) {
  const told = data.trades, inside = [];
  for (let trade = 0; trade < told.pnl.length; trade++) {
    if (told.symbol[trade] === symbol && told.exit_at[trade] >= start && told.entry_at[trade] <= end) inside.push(trade);
  }
  return inside.length > few ? dots(inside, across, down) : inside.map((trade) => whole(trade, across, down)).join("");
}

function whole(trade, across, down) {
  const told = data.trades, kind = told.pnl[trade] > 0 ? "win" : "loss";
  const [from, to] = [told.entry_at[trade], told.exit_at[trade]].map((at) => `${(across(at) * 100).toFixed(3)}%`);
  const [entry, exit] = [told.entry_price[trade], told.exit_price[trade]].map((price) => down(price).toFixed(1));
  return (
    `<line class="${kind}" x1="${from}" y1="${entry}" x2="${to}" y2="${exit}"/>` +
    `<use href="#${told.side[trade] > 0 ? "buy" : "sell"}" class="entry" x="${from}" y="${entry}"/>` +
    `<use href="#${kind}" class="${kind}" x="${to}" y="${exit}"/>`
  );
}

function dots(trades, across, down) {
  const told = data.trades, places = { bought: new Set(), sold: new Set() };
  for (const trade of trades) {
    const x = Math.round(across(told.entry_at[trade]) * 400) * 2.5, y = Math.round(down(told.entry_price[trade]) / 4) * 4;
    places[told.side[trade] > 0 ? "bought" : "sold"].add(`M${x} ${y}h0`);
  }
  const paths = Object.entries(places).map(([kind, found]) => `<path class="dots ${kind}" d="${[...found].join("")}"/>`);
  return stretched(paths.join(""), 0);
}

// What the pointer's card says of trades that opened or closed within a candle.
function tradesAt(symbol, from, to) {
  const told = data.trades, rows = [];
  for (let trade = 0; trade < told.pnl.length && rows.length < 4; trade++) {
    if (told.symbol[trade] !== symbol) continue;
    const name = `#${told.first + trade} ${told.side[trade] > 0 ? words.long : words.short}`;
    if (told.entry_at[trade] >= from && told.entry_at[trade] < to) rows.push([`${name} →`, significant(told.entry_price[trade])]);
    if (told.exit_at[trade] >= from && told.exit_at[trade] < to) rows.push([`→ ${name}`, `${significant(told.exit_price[trade])} (${percent(told.pnl_pct[trade], 2, true)})`]);
  }
  return rows;
}

// One finger or the mouse drags, two fingers or Ctrl + wheel zoom, a double click goes nearer.
function touched(stage, plot, { pan, zoom, hover }) {
  const down = new Map();
  const part = (event) => (event.clientX - plot.getBoundingClientRect().left) / plot.clientWidth;
  const spread = () => {
    const [first, second] = [...down.values()];
    return Math.max(Math.abs(first - second), 0.02);
  };
  plot.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, part(event));
    plot.setPointerCapture(event.pointerId);
    stage.classList.add("dragged");
  });
  plot.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId), now = part(event);
    if (before === undefined) return hover(now);
    if (down.size === 1) {
      down.set(event.pointerId, now);
      return pan(before - now);
    }
    const wide = spread();
    down.set(event.pointerId, now);
    const middle = [...down.values()].reduce((sum, at) => sum + at, 0) / down.size;
    zoom(wide / spread(), middle);
  });
  const up = (event) => {
    down.delete(event.pointerId);
    if (!down.size) stage.classList.remove("dragged");
  };
  plot.addEventListener("pointerup", up);
  plot.addEventListener("pointercancel", up);
  plot.addEventListener("pointerleave", () => hover(null));
  plot.addEventListener("dblclick", (event) => zoom(0.5, part(event)));
  plot.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(1.0015 ** event.deltaY, part(event));
    },
    { passive: false },
  );
}
