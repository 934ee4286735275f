// Tells the values of a cell of the map under the pointer, or where the arrow keys lead.
const map = document.querySelector(".cells");
if (map) tell(map, data.cells);

function tell(map, told) {
  const cells = new Map([...map.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell]));
  const frame = map.parentElement, tip = frame.appendChild(made("div", "tip"));
  let marked = null, [column, row] = [0, 0];
  tip.hidden = true;
  tip.setAttribute("role", "status");

  function show(cell) {
    [column, row] = cell.dataset.cell.split(",").map(Number);
    marked?.classList.remove("marked");
    marked = cell;
    cell.classList.add("marked");
    const list = made("dl"), [first, second, objective] = told.names;
    list.append(made("dt", "", first), made("dd", "", told.across[column]));
    if (second) list.append(made("dt", "", second), made("dd", "", told.down[row]));
    list.append(made("dt", "", objective), made("dd", "", cell.dataset.value));
    tip.replaceChildren(list);
    tip.hidden = false;
    const box = cell.getBoundingClientRect(), around = frame.getBoundingClientRect();
    const right = box.right - around.left + 8;
    tip.style.left = `${right + tip.offsetWidth > around.width ? box.left - around.left - 8 - tip.offsetWidth : right}px`;
    tip.style.top = `${Math.max(0, box.top - around.top)}px`;
  }

  function hide() {
    tip.hidden = true;
    marked?.classList.remove("marked");
  }

  map.addEventListener("pointermove", (event) => event.target.dataset.cell && show(event.target));
  map.addEventListener("pointerleave", hide);
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", map.getAttribute("aria-label"));
  frame.addEventListener("blur", hide);
  frame.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const cell = step && cells.get(`${column + step[0]},${row + step[1]}`);
    if (!cell) return;
    event.preventDefault();
    show(cell);
  });
}
