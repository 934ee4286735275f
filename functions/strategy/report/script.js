// What the other scripts share: the data, and numbers and times as Python writes them.
const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words;
const THIN = "\u202f";
const mark = document.documentElement.lang === "es" ? "," : ".";

function decimal(value, digits, signed = false) {
  if (value === null || !Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  const [whole, part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (part ? mark + part : "");
  const before = !/[1-9]/.test(text) ? "" : value < 0 ? "−" : signed ? "+" : "";
  return before + grouped;
}

function percent(fraction, digits = 2, signed = false) {
  const text = decimal(fraction === null ? null : fraction * 100, digits, signed);
  return text === "–" ? text : `${text}${THIN}%`;
}

function significant(value, digits = 7) {
  if (value === null || !Number.isFinite(value)) return "–";
  const whole = value ? Math.floor(Math.log10(Math.abs(value))) + 1 : 1;
  const text = Math.abs(value).toFixed(Math.min(Math.max(digits - whole, 0), 8));
  return decimal(value, text.includes(".") ? text.replace(/0+$/, "").split(".")[1].length : 0);
}

function minute(seconds, clock = false) {
  const text = new Date(seconds * 1000).toISOString();
  return !clock && text.slice(11, 19) === "00:00:00" ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

function filled(sentence, ...values) {
  return values.reduce((text, value) => text.replace("{}", value), sentence);
}

function summed(steps) {
  let total = 0;
  return steps.map((step) => (total += step));
}

// The first place in a rising list whose value is not below this one.
function reached(list, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function made(tag, kind, text) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
}

// On a narrow page the latest months are in view.
for (const months of document.querySelectorAll(".heat")) months.parentElement.scrollLeft = months.parentElement.scrollWidth;

// A line across a chart and a small card beside it.
class Pointer {
  constructor(chart, height) {
    this.plot = chart.querySelector(".plot");
    this.line = chart.appendChild(made("div", "cursor"));
    this.tip = chart.appendChild(made("div", "tip"));
    this.tip.setAttribute("role", "status");
    this.line.style.height = `${height}px`;
    this.hide();
  }

  show(part, title, rows) {
    const list = made("dl");
    for (const [name, value] of rows) list.append(made("dt", "", name), made("dd", "", value));
    this.tip.replaceChildren(made("strong", "", title), list);
    this.line.hidden = this.tip.hidden = false;
    const width = this.plot.clientWidth, at = part * width;
    this.line.style.left = `${at}px`;
    const beside = at + 12 + this.tip.offsetWidth > width ? at - 12 - this.tip.offsetWidth : at + 12;
    this.tip.style.left = `${Math.max(0, beside)}px`;
  }

  hide() {
    this.line.hidden = this.tip.hidden = true;
  }
}
