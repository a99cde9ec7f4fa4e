// How values become text and elements. Nothing of a run is ever parsed as HTML.

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

// Characters that no one sees, or that turn the text around them, are spelled out.
const visible = (text) =>
  String(text).replace(HIDDEN, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

const write = (id, text) => {
  byId(id).textContent = visible(text);
};

const plural = (count, one, many = `${one}s`) => `${NUMBER.format(count)} ${count === 1 ? one : many}`;

// Rounds down: only what is whole is 100 %.
const percentage = (value) =>
  value === null ? "–" : `${value === 100 ? 100 : (Math.floor(value * 10) / 10).toFixed(1)} %`;

function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const moment = (text) => (text ? text.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC") : "–");

const TEXTS = {
  text: (value) => (value === null ? "" : visible(value)),
  tags: (value) => (value === null ? "not read" : visible(value)),
  mark: (value) => visible(value).replaceAll("_", " "),
  number: (value) => NUMBER.format(value),
  bar: (value) => NUMBER.format(value),
  percent: percentage,
  ms: duration,
  change: (value) => {
    if (value === null) return "new";
    return value === 0 ? "0" : `${value > 0 ? "+" : "−"}${NUMBER.format(Math.abs(value))}`;
  },
};

const isText = (kind) => kind === "text" || kind === "tags" || kind === "mark";

// A word of a fixed list (a status, a severity) as the name of a style.
const slug = (value) => `is-${String(value).toLowerCase().replace(/[^a-z]+/g, "-")}`;
