// The map of accounts and regions: a table whose cells are buttons that tell their reasons.

const LETTERS = {
  complete: "✓", unavailable: "U", truncated: "P", denied_scp: "S", denied: "D", throttled: "T",
  error: "E", not_attempted: "N",
};
const MEANINGS = {
  complete: "seen to the end", unavailable: "not there: region or service not enabled",
  truncated: "partly listed", denied_scp: "denied by an organization's policy", denied: "denied",
  throttled: "throttled", error: "error", not_attempted: "not attempted",
};
const SHORT = 4; // services that a reason names before it counts them

class Heat {
  constructor(map) {
    this.map = map;
    this.at = { place: 0, column: 2 };
    const { accounts, names, regions } = map;
    const columns = [
      { title: "Account", kind: "text", values: accounts, width: 17 },
      { title: "Name", kind: "text", values: names, width: 24 },
      ...regions.map((title, number) => this.column(title, number)),
    ];
    this.table = new Table(byId("heat"), "Coverage by account and region", columns);
    this.table.view.classList.add("heat");
    this.table.drawn = () => this.mark();
    this.table.body.addEventListener("click", (event) => this.choose(event.target.closest("button")));
    this.table.body.addEventListener("keydown", (event) => this.move(event));
    this.table.draw(true);
    this.legend();
  }

  column(title, number) {
    const values = this.map.cells.map((cells) => cells[number]);
    return {
      title, values, kind: "number", style: "tall", width: 7,
      key: (cell) => (cell ? (cell[0] + cell[1]) / cell[2] : null),
      text: () => "",
      draw: (place, row, at, column) => this.cell(place, values[row], row, at, column),
    };
  }

  cell(place, cell, row, at, column) {
    const where = `${visible(this.map.accounts[row])}, ${visible(this.map.regions[column - 2])}`;
    const status = cell ? this.status(cell) : "unplanned";
    const label = cell ? `${where}: ${this.share(cell)} seen, ${MEANINGS[status]}` : `${where}: not planned`;
    const button = element("button", {
      type: "button", tabindex: -1, class: `cell ${slug(status)}`, "aria-label": label, title: label,
      "data-row": row, "data-place": at, "data-column": column,
    }, cell ? this.sign(cell, status) : "·");
    place.classList.add("spot");
    place.append(button);
  }

  // What is settled to the end counts as complete, unless nothing at all is there.
  status([complete, unavailable, planned, worst]) {
    if (complete + unavailable < planned) return this.map.statuses[worst];
    return complete ? "complete" : "unavailable";
  }

  share([complete, unavailable, planned]) {
    return percentage(planned ? (100 * (complete + unavailable)) / planned : 100);
  }

  sign(cell, status) {
    const [complete, unavailable, planned] = cell;
    const settled = complete + unavailable;
    return settled === planned ? LETTERS[status] : `${LETTERS[status]} ${Math.floor((100 * settled) / planned)}`;
  }

  legend() {
    for (const [status, letter] of Object.entries(LETTERS)) {
      const sign = element("span", { class: `cell ${slug(status)}`, "aria-hidden": "true" }, letter);
      byId("legend").append(element("li", {}, sign, ` ${MEANINGS[status]}`));
    }
  }

  find({ place, column }) {
    return this.table.body.querySelector(`button[data-place="${place}"][data-column="${column}"]`);
  }

  // One cell is in the tab order; the focus outlives scrolling.
  mark() {
    const chosen = this.find(this.at) ?? this.table.body.querySelector("button");
    if (!chosen) return;
    chosen.tabIndex = 0;
    if (this.isMoving) chosen.focus({ preventScroll: true });
  }

  move(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    const button = event.target.closest("button");
    if (!step || !button) return;
    event.preventDefault();
    const place = Number(button.dataset.place) + step[0];
    const column = Number(button.dataset.column) + step[1];
    if (place < 0 || place >= this.table.matching.length) return;
    if (column < 2 || column >= this.table.columns.length) return;
    this.at = { place, column };
    this.reveal(place);
    this.isMoving = true;
    this.table.draw(true);
    this.isMoving = false;
    this.find(this.at)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  reveal(place) {
    const { view } = this.table;
    const head = this.table.table.tHead.offsetHeight;
    const [top, bottom] = [place * ROW, (place + 1) * ROW + head - view.clientHeight];
    if (view.scrollTop > top) view.scrollTop = top;
    if (view.scrollTop < bottom) view.scrollTop = bottom;
  }

  choose(button) {
    if (!button) return;
    const { row, place, column } = button.dataset;
    this.at = { place: Number(place), column: Number(column) };
    this.explain(Number(row), Number(column) - 2);
  }

  explain(row, number) {
    const { accounts, names, regions, cells } = this.map;
    const cell = cells[row][number];
    const where = [accounts[row], names[row], regions[number]].filter(Boolean).map(visible).join(" · ");
    const shown = [element("h3", {}, where)];
    if (cell) {
      const [complete, unavailable, planned, , records, why, more] = cell;
      const said = `${NUMBER.format(complete + unavailable)} of ${plural(planned, "look")} settled, ${plural(records, "resource")} found.`;
      shown.push(element("p", {}, said), this.reasons(this.map.why[why], more));
    } else {
      shown.push(element("p", {}, "The run did not plan to look here."));
    }
    byId("why").replaceChildren(...shown);
  }

  reasons(why, more) {
    const items = why.map(([number, services]) => {
      const [status, reason] = this.map.reasons[number];
      const named = services.slice(0, SHORT).map((each) => visible(this.map.services[each])).join(", ");
      const rest = services.length > SHORT ? ` and ${plural(services.length - SHORT, "other service")}` : "";
      const mark = element("span", { class: `mark ${slug(status)}` }, TEXTS.mark(status));
      return element("li", {}, mark, ` ${visible(reason) || MEANINGS[status]} (${named}${rest})`);
    });
    if (more) items.push(element("li", { class: "muted" }, `${plural(more, "look")} for further reasons`));
    return element("ul", { class: "reasons" }, ...items);
  }
}
