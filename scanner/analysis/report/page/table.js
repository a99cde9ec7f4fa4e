// A table that may have very many rows: only those in sight are elements.

const ROW = 30; // pixels, as in page.css
const AROUND = 8; // rows kept above and below those in sight
const PRINTED = 100; // rows that go to paper
const LETTER = 0.86; // a letter's usual width, of that of a digit
const tables = [];

const breadth = (text) => {
  const digits = text.length - text.replace(/\d/g, "").length;
  return digits + LETTER * (text.length - digits);
};

class Table {
  constructor(place, name, columns) {
    this.columns = columns;
    this.count = columns.length ? columns[0].values.length : 0;
    this.order = Array.from({ length: this.count }, (_, row) => row);
    this.matching = this.order;
    this.sorted = { column: null, ascending: true };
    this.first = 0;
    this.last = 0;
    this.build(place, name);
    tables.push(this);
  }

  build(place, name) {
    this.search = element("input", { type: "search", placeholder: "Search …", "aria-label": `Search: ${name}` });
    this.status = element("span", { role: "status", class: "muted" });
    this.body = element("tbody");
    this.heads = this.columns.map((column, number) => this.head(column, number));
    const widths = this.columns.map(() => element("col"));
    this.columns.forEach((column, number) => {
      widths[number].style.width = `${column.width ?? this.width(column)}ch`;
    });
    const total = this.columns.reduce((sum, column) => sum + (column.width ?? this.width(column)), 0);
    this.table = element(
      "table",
      { "aria-rowcount": this.count + 1 },
      element("caption", { class: "unseen" }, name),
      element("colgroup", {}, ...widths),
      element("thead", {}, element("tr", { "aria-rowindex": 1 }, ...this.heads)),
      this.body,
    );
    this.table.style.minWidth = `${total}ch`;
    this.view = element("div", { class: "view", role: "region", tabindex: 0, "aria-label": name }, this.table);
    place.append(element("div", { class: "tools" }, this.search, this.status), this.view);
    this.view.addEventListener("scroll", () => this.draw(), { passive: true });
    this.search.addEventListener("input", () => this.filter());
    new ResizeObserver(() => this.draw()).observe(this.view);
    this.filter();
  }

  head(column, number) {
    const button = element("button", { type: "button" }, element("span", { class: "title" }, visible(column.title)));
    button.addEventListener("click", () => this.sort(number));
    const style = `${isText(column.kind) ? "" : "right"} ${column.style ?? ""}`.trim();
    return element("th", { scope: "col", "aria-sort": "none", class: style || null }, button);
  }

  // An estimate from the first rows, in characters.
  width(column) {
    const shown = column.values.slice(0, 200).map((_, row) => breadth(this.text(column, row)));
    const least = { bar: 12, percent: 8, mark: 14 }[column.kind] ?? 6;
    return Math.min(36, Math.max(least, column.title.length + 1, ...shown) + 4);
  }

  value(column, row) {
    return column.names ? column.names[column.values[row]] : column.values[row];
  }

  text(column, row) {
    return (column.text ?? TEXTS[column.kind])(this.value(column, row));
  }

  // What a row is searched in, made once.
  haystack() {
    const searched = this.columns.filter((column) => isText(column.kind));
    this.texts ??= Array.from({ length: this.count }, (_, row) =>
      searched.map((column) => this.value(column, row) ?? "").join("\n").toLowerCase(),
    );
    return this.texts;
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const texts = words.length ? this.haystack() : [];
    this.matching = words.length
      ? this.order.filter((row) => words.every((word) => texts[row].includes(word)))
      : this.order;
    this.status.textContent = words.length
      ? `${NUMBER.format(this.matching.length)} of ${plural(this.count, "row")}`
      : plural(this.count, "row");
    this.table.setAttribute("aria-rowcount", this.matching.length + 1);
    this.view.scrollTop = 0;
    this.draw(true);
  }

  sort(number) {
    const column = this.columns[number];
    const same = this.sorted.column === number;
    const ascending = same ? !this.sorted.ascending : isText(column.kind);
    this.sorted = { column: number, ascending };
    const keys = this.keys(column);
    const sign = ascending ? 1 : -1;
    this.order = Array.from({ length: this.count }, (_, row) => row).sort((one, other) => {
      const left = keys[one];
      const right = keys[other];
      if (left === right) return one - other;
      if (left === null) return 1; // what is not known comes last, either way
      if (right === null) return -1;
      return left < right ? -sign : sign;
    });
    this.heads.forEach((head, each) => {
      const said = each === number ? (ascending ? "ascending" : "descending") : "none";
      head.setAttribute("aria-sort", said);
    });
    this.filter();
  }

  keys(column) {
    if (column.key) return column.values.map(column.key);
    const ranked = RANKS[column.kind];
    const key = (value) => {
      if (value === null || value === undefined) return null;
      if (ranked) return ranked.indexOf(value.toLowerCase());
      return typeof value === "string" ? value.toLowerCase() : value;
    };
    if (!column.names) return column.values.map(key);
    const names = column.names.map(key);
    return column.values.map((each) => names[each]);
  }

  draw(again = false) {
    const height = this.view.clientHeight || 480;
    const first = Math.max(0, Math.floor(this.view.scrollTop / ROW) - AROUND);
    const last = Math.min(this.matching.length, first + Math.ceil(height / ROW) + 2 * AROUND);
    if (again || first !== this.first || last !== this.last) this.show(first, last);
  }

  show(first, last) {
    [this.first, this.last] = [first, last];
    const rows = this.matching.slice(first, last).map((row, place) => this.row(row, first + place));
    if (!this.matching.length) rows.push(this.empty());
    this.body.replaceChildren(space(first), ...rows, space(this.matching.length - last));
    this.drawn?.();
  }

  empty() {
    const said = this.count ? "Nothing matches." : "Nothing here.";
    return element("tr", {}, element("td", { colspan: this.columns.length, class: "muted" }, said));
  }

  row(row, place) {
    const cells = this.columns.map((column, number) => this.cell(column, number, row, place));
    return element("tr", { "aria-rowindex": place + 2, class: place % 2 ? "odd" : null }, ...cells);
  }

  cell(column, number, row, place) {
    const made = number ? element("td") : element("th", { scope: "row" });
    if (column.draw) {
      column.draw(made, row, place, number);
      return made;
    }
    const value = this.value(column, row);
    const text = this.text(column, row);
    if (isText(column.kind)) made.title = text;
    else made.classList.add("right");
    if (column.kind === "mark") made.append(element("span", { class: `mark ${slug(value)}` }, text));
    else if (column.kind === "bar") made.append(this.bar(column, value), text);
    else made.append(text);
    if (value === null) made.classList.add("muted");
    return made;
  }

  bar(column, value) {
    column.most ??= Math.max(1, ...column.values);
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(45 * value) / column.most}%`;
    return bar;
  }

  // On paper there is no scrolling.
  print(isOn) {
    this.view.classList.toggle("whole", isOn);
    const last = Math.min(this.matching.length, PRINTED);
    if (!isOn) return this.draw(true);
    this.show(0, last);
    this.body.lastChild.remove();
    if (last < this.matching.length) {
      const said = `${plural(this.matching.length - last, "row")} more, not printed`;
      this.body.append(element("tr", {}, element("td", { colspan: this.columns.length }, said)));
    }
  }
}

const RANKS = {
  mark: [
    "complete", "unavailable", "truncated", "denied_scp", "denied", "throttled", "error", "not_attempted",
    "resolved", "suppressed", "unknown", "failed",
    "informational", "low", "medium", "high", "critical",
  ],
};

function space(rows) {
  const row = element("tr", { class: "space", "aria-hidden": "true" });
  row.style.height = `${rows * ROW}px`;
  return row;
}

addEventListener("beforeprint", () => tables.forEach((table) => table.print(true)));
addEventListener("afterprint", () => tables.forEach((table) => table.print(false)));
