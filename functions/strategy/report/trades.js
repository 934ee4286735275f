// The trades in pages, sorted by whichever column one asks for.
const trades = data.trades;
const table = document.querySelector("table.trades");
if (trades && table) pages(trades, table);

function pages(told, table) {
  const body = table.tBodies[0], pager = document.querySelector(".pager");
  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.map((head) => ({ name: head.dataset.column, kind: head.dataset.kind }));
  const count = told.pnl.length;
  let order = [...Array(count).keys()], first = 0, sorted = "number", falling = false;

  const WRITTEN = {
    symbol: (value) => told.symbols[value],
    side: (value) => (value > 0 ? words.long : words.short),
    time: (value) => minute(value, told.clock),
    price: (value, name, trade) => decimal(value, told.places[name][told.symbol[trade]]),
    count: (value) => decimal(value, 0),
    money: (value) => decimal(value, 2),
    percent: (value) => percent(value, 2, true),
    reason: (value) => told.reasons[value],
  };

  function row(trade) {
    const line = made("tr");
    for (const { name, kind } of columns) {
      if (name === "number") line.append(numbered(trade));
      else {
        const value = told[name][trade];
        const tone = name === "pnl" || name === "pnl_pct" ? (value > 0 ? " gain" : value < 0 ? " pain" : "") : "";
        line.append(made("td", kind + tone, WRITTEN[kind](value, name, trade)));
      }
    }
    return line;
  }

  function numbered(trade) {
    const head = made("th");
    head.scope = "row";
    const button = head.appendChild(made("button", "", String(told.first + trade)));
    button.type = "button";
    button.title = words.show_trade;
    button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("trade", { detail: trade })));
    return head;
  }

  function show() {
    body.replaceChildren(...order.slice(first, first + told.each).map(row));
    const [from, to, all] = [first + 1, Math.min(first + told.each, count), count];
    pager.querySelector("output").textContent = filled(words.page_of, ...[from, to, all].map((n) => decimal(n, 0)));
    pager.querySelector("[data-turn='-1']").disabled = first === 0;
    pager.querySelector("[data-turn='1']").disabled = first + told.each >= count;
  }

  function sort(column) {
    falling = sorted === column.name ? !falling : column.kind === "money" || column.kind === "percent";
    sorted = column.name;
    const values = sorted === "number" ? [...order.keys()] : told[sorted];
    const key = column.kind === "symbol" || column.kind === "reason" ? (trade) => WRITTEN[column.kind](values[trade]) : (trade) => values[trade];
    order = [...Array(count).keys()].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) return (x === null) - (y === null) || a - b; // undefined comes last
      return (x < y ? -1 : x > y ? 1 : 0) * (falling ? -1 : 1) || a - b;
    });
    first = 0;
    heads.forEach((head, place) => {
      if (columns[place].name === sorted) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    show();
  }

  heads.forEach((head, place) => {
    const button = made("button", "", head.textContent);
    button.type = "button";
    button.addEventListener("click", () => sort(columns[place]));
    head.replaceChildren(button);
  });
  heads[0].setAttribute("aria-sort", "ascending");
  pager.hidden = count <= told.each;
  for (const button of pager.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      first += Number(button.dataset.turn) * told.each;
      show();
    });
  }
  for (const note of document.querySelectorAll(".scriptless")) note.hidden = true;
  show();
}
