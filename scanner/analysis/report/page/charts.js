// Lines over time, drawn by uPlot; each with its numbers as a table beside it.

const charts = [];

class Chart {
  constructor(place, name, summary, columns) {
    this.columns = columns; // of which the first are moments, in seconds
    this.canvas = element("div", { role: "img", "aria-label": `${name}. ${summary}`, class: "chart" });
    const details = element("details", {}, element("summary", {}, "The numbers"));
    place.append(element("figure", {}, this.canvas, element("figcaption", {}, summary), details));
    details.addEventListener("toggle", () => this.tabulate(details, name), { once: true });
    this.draw();
    new ResizeObserver(() => this.fit()).observe(this.canvas);
    charts.push(this);
  }

  tabulate(details, name) {
    const [times, ...lines] = this.columns;
    const shown = times.values.map((each) => moment(new Date(each * 1000).toISOString()));
    new Table(details, name, [{ title: times.title, kind: "text", values: shown }, ...lines]);
  }

  draw() {
    this.plot?.destroy();
    const [ink, grid, ...colors] = ["ink", "grid", "line-0", "line-1"].map(colorOf);
    const [, ...lines] = this.columns;
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const options = {
      width: Math.max(280, this.canvas.clientWidth), height: 260,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1000), "UTC"),
      cursor: { drag: { x: false, y: false } },
      legend: { markers: { width: 3 } },
      scales: Object.fromEntries(lines.map((line) => [line.scale, { range: rangeOf(line) }])),
      series: [
        { label: "UTC", value: "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}" },
        ...lines.map((line, number) => ({
          label: line.title, scale: line.scale, stroke: colors[number], width: 2,
          dash: number ? [6, 4] : undefined, points: { show: line.values.length < 40 },
          value: (_, value) => (value === null ? "–" : TEXTS[line.kind](value)),
        })),
      ],
      axes: [
        { ...axis, values: (_, ticks) => ticks.map((each) => stamp(each, ticks)) },
        ...lines
          .filter((line, number) => lines.findIndex((each) => each.scale === line.scale) === number)
          .map((line, number) => ({
            ...axis, scale: line.scale, size: 76, side: number ? 1 : 3,
            grid: number ? { show: false } : axis.grid,
            values: (_, ticks) => ticks.map((each) => (line.kind === "percent" ? `${each} %` : NUMBER.format(each))),
          })),
      ],
    };
    this.plot = new uPlot(options, this.columns.map((column) => column.values), this.canvas);
  }

  fit() {
    const width = Math.max(280, this.canvas.clientWidth);
    if (width !== this.plot.width) this.plot.setSize({ width, height: 260 });
  }
}

// A day where ticks are days apart, else a time of day (UTC).
function stamp(second, ticks) {
  const text = new Date(second * 1000).toISOString();
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  if (step >= 86400) return text.slice(0, 10);
  if (step >= 60) return text.slice(11, 16);
  return text.slice(11, step >= 1 ? 19 : 21);
}

function rangeOf(line) {
  if (line.kind === "percent") return [0, 100];
  return (_, least, most) => [0, most > 0 ? most * 1.08 : 1];
}

// Asked of an element: a canvas does not know the page's variables.
function colorOf(name) {
  const probe = element("span", { class: `color-${name}` });
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const redraw = () => charts.forEach((chart) => chart.draw());
