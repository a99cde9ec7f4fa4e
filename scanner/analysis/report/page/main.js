// Puts the data of the page into its places.

const report = JSON.parse(byId("document").textContent);
const { run } = report;

function tiles() {
  const { accounts } = run;
  const shown = [
    ["Status", TEXTS.mark(run.status), slug(run.status)],
    ["Seen to the end", percentage(report.percent), report.percent === 100 ? "is-complete" : "is-partial"],
    ["Accounts entered", accounts?.entered === undefined ? "–" : `${NUMBER.format(accounts.entered)} of ${NUMBER.format(accounts.selected)}`],
    ["Resources", NUMBER.format(run.records)],
    ["Types found", NUMBER.format(report.types)],
    ["Tagged", percentage(report.tags.percent)],
    ["Failed findings", report.findings ? NUMBER.format(report.findings.failed) : "–", null, report.findings ? null : "not checked"],
    ["Requests", NUMBER.format(run.requests), null, plural(run.throttles, "throttle")],
  ];
  for (const [name, value, style, beside] of shown) {
    const more = beside ? [element("dd", { class: "muted" }, beside)] : [];
    byId("tiles").append(element("div", { class: style ?? null }, element("dt", {}, name), element("dd", {}, value), ...more));
  }
}

function heading() {
  document.title = `scanner report: ${visible(run.run_id)}`;
  write("run", run.run_id);
  const took = Date.parse(run.finished_at) - Date.parse(run.started_at);
  const long = Number.isFinite(took) ? `, ${duration(took)}` : "";
  write("when", `${moment(run.started_at)} to ${moment(run.finished_at)}${long}`);
  write("written", `Written by scanner ${report.written.by} at ${moment(report.written.at)}. This page loads nothing and sends nothing.`);
}

function table(id, name, { columns }) {
  return new Table(byId(id), name, columns);
}

function growth() {
  const { history } = report;
  const place = byId("growth-chart");
  if (history.length < 2) {
    place.append(element("p", { class: "muted" }, "This is the first finished run here: growth is told from the second one on."));
    return;
  }
  const [first, last] = [history[0], history[history.length - 1]];
  const summary =
    `${plural(history.length, "run")} since ${moment(new Date(first.at * 1000).toISOString())}: ` +
    `from ${NUMBER.format(first.records)} to ${plural(last.records, "resource")}. ` +
    "Where less was seen to the end, fewer resources need not mean that any are gone.";
  new Chart(place, "Resources over time", summary, [
    { title: "Run began", values: history.map((each) => each.at) },
    { title: "Resources", kind: "number", scale: "count", values: history.map((each) => each.records) },
    { title: "Seen to the end", kind: "percent", scale: "percent", values: history.map((each) => each.percent) },
  ]);
}

function pace() {
  const { at, requests, throttles } = report.pace;
  const most = Math.max(...requests);
  const summary = most
    ? `At most ${NUMBER.format(most)} requests and ${NUMBER.format(Math.max(...throttles))} throttles a second.`
    : "The ledger has no times of requests.";
  new Chart(byId("pace-chart"), "Requests over the run", summary, [
    { title: "Time", values: at },
    { title: "Requests a second", kind: "number", scale: "rate", values: requests },
    { title: "Throttles a second", kind: "number", scale: "rate", values: throttles },
  ]);
}

function tags() {
  const { resources, read, tagged, other, keys, types } = report.tags;
  const rest = other ? ` Rare keys are left out of the table; they were used ${NUMBER.format(other)} times.` : "";
  write("tagged", `${NUMBER.format(tagged)} of ${plural(read, "resource")} whose tags were read have any; of ${NUMBER.format(resources - read)} others tags were not read. Shares are of those that were read.${rest}`);
  table("tag-keys", "Keys of tags", keys);
  table("tag-types", "Tags by type", types);
}

function findings() {
  const { findings: found } = report;
  if (!found) {
    write("checked", "Nobody has checked this run: scanner check cis-aws-3, then write the report again.");
    return;
  }
  const left = found.left_out ? ` ${plural(found.left_out, "finding")} left out of the list.` : "";
  write("checked", `${NUMBER.format(found.failed)} failed, ${NUMBER.format(found.unknown)} unknown, ${NUMBER.format(found.suppressed)} suppressed, ${NUMBER.format(found.resolved)} resolved, in ${plural(found.checks, "check")}.${left}`);
  byId("controls").append(element("h3", {}, "By control"));
  table("controls", "Findings by control", found.controls);
  byId("found").append(element("h3", {}, "One by one"));
  table("found", "Findings", found.rows);
}

async function unpack() {
  const packed = Uint8Array.from(atob(byId("packed").textContent), (each) => each.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

async function inventory() {
  const left = run.records - report.shown;
  const rest = left > 0 ? ` ${NUMBER.format(left)} are left out, of each type its share: scanner query asks all.` : "";
  write("shown", `${plural(report.shown, "resource")}.${rest}`);
  table("rows", "Inventory", await unpack());
}

function resources() {
  const since = report.before ? `Change: since run ${report.before}, in numbers only; scanner diff says what changed and what nobody can know.` : "There is no earlier finished run to compare with.";
  write("compared", since);
  for (const [id, name] of [["types", "type"], ["services", "service"], ["accounts", "account"], ["regions", "region"]]) {
    table(id, `Resources by ${name}`, report.counts[id]);
  }
}

// Printed pages are light.
function themes() {
  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const said = () => {
    button.textContent = isDark() ? "Light colours" : "Dark colours";
    redraw();
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    said();
  });
  system.addEventListener("change", said);
  let before;
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    said();
  });
  addEventListener("afterprint", () => {
    if (before) document.documentElement.dataset.theme = before;
    else delete document.documentElement.dataset.theme;
    said();
  });
  said();
}

async function main() {
  heading();
  tiles();
  new Heat(report.heat);
  table("holes", "Why not everything was seen", report.holes);
  resources();
  growth();
  tags();
  findings();
  pace();
  table("scopes", "Slowest and most throttled scopes", report.scopes);
  themes();
  await inventory();
  document.documentElement.dataset.ready = "yes";
}

main().catch((error) => {
  byId("failure").hidden = false;
  write("failure", `The page could not be drawn whole: ${error.message}`);
  throw error;
});
