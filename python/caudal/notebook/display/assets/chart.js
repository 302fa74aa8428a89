// Charts of a displayed table: rows and a choice of columns in, SVG out.
// Knows nothing of tables, of notebooks or of where the rows come from. Text reaches the page
// as text nodes and attributes only, never as markup.
const caudalChart = (() => {
  "use strict";
  // Okabe and Ito's colours, told apart by all readers; no yellow, which fades on white.
  const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a8a8a", "#9467bd"];
  const MOST_SERIES = 16, MOST_SLICES = 12, MOST_MARKS = 3000;
  const TOO_FAR = "These numbers are too far apart for one axis.";
  const SVG = "http://www.w3.org/2000/svg";
  const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const TIME_STEPS = [1, 10, 100, 1e3, 5e3, 15e3, 30e3, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,
    3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 91 * DAY, 365 * DAY];

  function svg(name, attributes, parent, text) {
    const node = document.createElementNS(SVG, name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  // Values.

  const isContinuous = (kind) => kind === "number" || kind === "time" || kind === "window";

  // The number that a cell stands for on an axis; a moment is what its clock shows, as UTC.
  function place(text, kind) {
    if (text === null) return NaN;
    if (kind === "number") return Number(text);
    if (kind === "window") {
      try { text = JSON.parse(text).start; } catch (_) { return NaN; }
    }
    const m = /^(-?\d{4,})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(\.\d+)?)?/.exec(text || "");
    if (!m) return NaN;
    const date = new Date(Date.UTC(2000, m[2] - 1, +m[3], +(m[4] || 0), +(m[5] || 0), +(m[6] || 0)));
    // Years by themselves: to the constructor those below 100 are of the 20th century.
    return date.setUTCFullYear(+m[1], m[2] - 1, +m[3]) + 1e3 * (m[7] || 0);
  }

  function showNumber(value) {
    if (!Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(2);
    return value.toLocaleString("en-US", { maximumFractionDigits: size >= 1000 ? 2 : 6 });
  }

  function showTick(value) {
    const size = Math.abs(value);
    for (const [unit, sign] of [[1e12, "T"], [1e9, "G"], [1e6, "M"]])
      if (size >= unit && size < 1e15) return showNumber(value / unit) + sign;
    return showNumber(value);
  }

  function showTime(ms, step) {
    const [day, clock] = new Date(ms).toISOString().split("T");
    if (step >= DAY) return day;
    if (step >= MINUTE) return `${day.slice(-5)} ${clock.slice(0, 5)}`;
    return clock.slice(0, step >= 1e3 ? 8 : 12);
  }

  // What the times of a chart differ in: days, minutes, or less.
  function timeStep(times) {
    if (times.every((t) => t % DAY === 0)) return DAY;
    return times.every((t) => t % MINUTE === 0) ? MINUTE : times.every((t) => t % 1e3 === 0) ? 1e3 : 1;
  }

  // Ticks.

  function numberTicks(low, high, wanted) {
    const rough = (high - low) / Math.max(wanted, 1) || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
      ticks.push(Number((i * step).toPrecision(12)));
    return ticks;
  }

  function timeTicks(low, high, wanted) {
    const rough = (high - low) / Math.max(wanted, 1) || 1;
    const step = TIME_STEPS.find((s) => s >= rough) || 365 * DAY * Math.ceil(rough / (365 * DAY));
    const ticks = [];
    for (let t = Math.ceil(low / step) * step; t <= high; t += step) ticks.push(t);
    return [ticks, step];
  }

  // From rows to series.

  const AGGREGATES = {
    sum: (v) => v.reduce((a, b) => a + b, 0),
    avg: (v) => v.reduce((a, b) => a + b, 0) / v.length,
    min: (v) => v.reduce((a, b) => Math.min(a, b)),
    max: (v) => v.reduce((a, b) => Math.max(a, b)),
    count: (v) => v.length,
  };

  function label(row, positions, columns) {
    return positions.map((p) => {
      const text = row[p];
      if (text === null) return "NULL";
      if (columns[p].kind !== "window") return text;
      try { const w = JSON.parse(text); return w.start + " – " + w.end; } catch (_) { return text; }
    }).join(" · ");
  }

  // The points of each series: a key's label, its place on the axis, and a number.
  function seriesOf(data, spec) {
    const { columns, rows } = data, values = spec.values.length ? spec.values : [-1];
    const isScatter = spec.kind === "scatter", single = spec.keys.length === 1 ? spec.keys[0] : -1;
    const kind = single >= 0 ? columns[single].kind : "text";
    const keys = new Map(), series = new Map();
    for (const row of rows) {
      const key = label(row, spec.keys, columns);
      const at = single >= 0 && isContinuous(kind) ? place(row[single], kind) : NaN;
      if (!keys.has(key)) keys.set(key, { key, at });
      const group = spec.groups.length && spec.kind !== "pie" ? label(row, spec.groups, columns) : "";
      for (const value of values) {
        const y = value < 0 ? 1 : place(row[value], columns[value].kind);
        const counted = value >= 0 && spec.aggregation === "count" && !isScatter;
        if (counted ? row[value] === null : !Number.isFinite(y)) continue;
        const what = value < 0 ? "rows" : columns[value].name;
        const id = group + "\u0000" + value;
        if (!series.has(id)) {
          const name = group && values.length > 1 ? group + " · " + what : group || what;
          series.set(id, { name, points: new Map(), marks: [] });
        }
        const one = series.get(id);
        if (isScatter) { one.marks.push({ key, at, y }); continue; }
        if (!one.points.has(key)) one.points.set(key, []);
        one.points.get(key).push(counted ? 1 : y);
      }
    }
    const aggregate = AGGREGATES[spec.values.length ? spec.aggregation : "count"];
    for (const one of series.values())
      for (const [key, list] of one.points) one.points.set(key, aggregate(list));
    let ordered = [...keys.values()];
    const continuous = isContinuous(kind) && ordered.some((k) => Number.isFinite(k.at));
    if (continuous) ordered = ordered.filter((k) => Number.isFinite(k.at)).sort((a, b) => a.at - b.at);
    return { keys: ordered, series: [...series.values()], kind: continuous ? kind : "text" };
  }

  function histogramOf(data, spec) {
    const columns = spec.values.map((p) => ({
      name: data.columns[p].name,
      values: data.rows.map((r) => place(r[p], data.columns[p].kind)).filter(Number.isFinite),
      kind: data.columns[p].kind,
    })).filter((c) => c.values.length);
    const all = columns.flatMap((c) => c.values);
    if (!all.length) return null;
    let low = AGGREGATES.min(all), high = AGGREGATES.max(all);
    if (low === high) { const room = Math.max(0.5, Math.abs(low) / 1e6); low -= room; high += room; }
    const count = Math.max(1, Math.min(200, Math.round(spec.bins) || 10));
    span(low, high);
    const edges = Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
    const series = columns.map((c) => {
      const counts = new Array(count).fill(0);
      for (const v of c.values) counts[Math.min(count - 1, Math.floor(((v - low) / (high - low)) * count))]++;
      return { name: c.name, counts };
    });
    return { edges, series, kind: columns[0].kind };
  }

  // Frames: the axes and what is drawn in them.

  function canvas(host, width, height) {
    const root = svg("svg", {
      viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "caudal-chart",
    }, host);
    return root;
  }

  function yAxis(root, box, low, high) {
    const ticks = numberTicks(low, high, 5);
    const y = (v) => box.bottom - ((v - low) / (high - low || 1)) * (box.bottom - box.top);
    for (const tick of ticks) {
      svg("line", { x1: box.left, x2: box.right, y1: y(tick), y2: y(tick), class: tick === 0 ? "zero" : "grid" }, root);
      svg("text", { x: box.left - 8, y: y(tick) + 4, "text-anchor": "end" }, root, showTick(tick));
    }
    return y;
  }

  function widthOfTicks(low, high) {
    return Math.max(24, ...numberTicks(low, high, 5).map((t) => 7 * showTick(t).length)) + 12;
  }

  const shorten = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

  // Labels under bands, as many as fit; slanted where they are long.
  function bandLabels(root, box, labels, centre) {
    const band = (box.right - box.left) / labels.length;
    const longest = Math.max(...labels.map((l) => Math.min(l.length, 20)));
    const flat = longest * 6.6 + 8 <= band;
    const every = Math.ceil((flat ? longest * 6.6 + 8 : 16) / band) || 1;
    labels.forEach((text, i) => {
      if (i % every) return;
      const x = centre(i), y = box.bottom + 16;
      const turn = flat ? { "text-anchor": "middle" } : { "text-anchor": "end", transform: `rotate(-35 ${x} ${y})` };
      svg("text", { x, y, ...turn }, root, shorten(text, flat ? 20 : Math.max(4, Math.min(20, Math.floor(x / 5.6)))));
    });
  }

  function bottomFor(labels, width) {
    const longest = Math.max(1, ...labels.map((l) => Math.min(l.length, 20)));
    return longest * 6.6 + 8 <= width / Math.max(labels.length, 1) ? 30 : 22 + longest * 3.9;
  }

  // The distance of an axis' ends, which the largest doubles do not have.
  function span(low, high) {
    if (!Number.isFinite(2 * (high - low))) throw TOO_FAR;
    return high - low;
  }

  function bounds(numbers, withZero) {
    let low = Infinity, high = -Infinity;
    for (const n of numbers) { if (n < low) low = n; if (n > high) high = n; }
    if (withZero) { low = Math.min(low, 0); high = Math.max(high, 0); }
    if (low === high) { if (high === 0) high = 1; else { low = Math.min(low, low - Math.abs(low) / 2); high += Math.abs(high) / 2; } }
    const room = span(low, high) * 0.05;
    return [withZero && low === 0 ? 0 : low - room, withZero && high === 0 ? 0 : high + room];
  }

  const colour = (i) => COLOURS[i % COLOURS.length];

  // The value of a key in a series, stacked on those before it where asked; null where there is none.
  function layers(table, series, isStacked) {
    const up = new Map(), down = new Map();
    return series.map((one) => table.keys.map(({ key }) => {
      if (!one.points.has(key)) return null;
      const value = one.points.get(key);
      if (!isStacked) return { from: 0, to: value, value };
      const side = value < 0 ? down : up, from = side.get(key) || 0;
      side.set(key, from + value);
      return { from, to: from + value, value };
    }));
  }

  function keyLabels(table) {
    if (table.kind !== "time" && table.kind !== "window") return table.keys.map((k) => k.key);
    const step = timeStep(table.keys.map((k) => k.at));
    return table.keys.map((k) => showTime(k.at, step));
  }

  function tipOf(table, series, i) {
    const lines = series.filter((s) => s.points.has(table.keys[i].key))
      .map((s) => `${s.name}: ${showNumber(s.points.get(table.keys[i].key))}`);
    return [table.keys[i].key, ...lines].join("\n");
  }

  function drawBars(root, size, table, series, spec) {
    const stack = layers(table, series, spec.stacked);
    const ends = stack.flat().filter(Boolean).flatMap((b) => [b.from, b.to]);
    const [low, high] = bounds(ends, true), labels = keyLabels(table);
    const box = { left: widthOfTicks(low, high), right: size.width - 8, top: 10 };
    box.bottom = size.height - bottomFor(labels, box.right - box.left);
    const y = yAxis(root, box, low, high), band = (box.right - box.left) / table.keys.length;
    const inner = Math.max(band * 0.8, Math.min(band, 1)), lanes = spec.stacked ? 1 : series.length;
    stack.forEach((bars, s) => bars.forEach((bar, i) => {
      if (!bar) return;
      const lane = spec.stacked ? 0 : s, top = y(Math.max(bar.from, bar.to));
      svg("rect", {
        x: box.left + i * band + (band - inner) / 2 + (lane * inner) / lanes, y: top,
        width: Math.max(inner / lanes - (lanes > 1 ? 0.5 : 0), 0.5),
        height: Math.max(Math.abs(y(bar.from) - y(bar.to)), 0.5), fill: series[s].colour,
        "data-tip": `${table.keys[i].key}\n${series[s].name}: ${showNumber(bar.value)}`,
      }, root);
    }));
    bandLabels(root, box, labels, (i) => box.left + (i + 0.5) * band);
  }

  // The horizontal axis of lines, areas and points: numbers and moments by distance, else bands.
  function xAxis(root, box, table) {
    if (table.kind === "text") {
      const band = (box.right - box.left) / table.keys.length;
      const index = new Map(table.keys.map((k, i) => [k.key, i]));
      bandLabels(root, box, table.keys.map((k) => k.key), (i) => box.left + (i + 0.5) * band);
      return (point) => box.left + (index.get(point.key) + 0.5) * band;
    }
    let low = table.keys[0].at, high = table.keys[table.keys.length - 1].at;
    if (low === high) { const room = Math.max(1, Math.abs(low) / 1e6); low -= room; high += room; }
    const distance = span(low, high);
    const x = (point) => box.left + 6 + ((point.at - low) / distance) * (box.right - box.left - 12);
    const wanted = Math.floor((box.right - box.left) / 90);
    const [ticks, step] = table.kind === "number" ? [numberTicks(low, high, wanted), 0] : timeTicks(low, high, wanted);
    for (const tick of ticks) {
      svg("line", { x1: x({ at: tick }), x2: x({ at: tick }), y1: box.bottom, y2: box.bottom + 4, class: "zero" }, root);
      const text = step ? showTime(tick, step) : showTick(tick);
      // The last one may have its tick at the very edge: it stays on the picture.
      const middle = Math.min(x({ at: tick }), box.right + 12 - 3.5 * text.length);
      svg("text", { x: middle, y: box.bottom + 17, "text-anchor": "middle" }, root, text);
    }
    return x;
  }

  function drawLines(root, size, table, series, spec) {
    const isArea = spec.kind === "area", stack = layers(table, series, isArea && spec.stacked);
    const ends = stack.flat().filter(Boolean).flatMap((b) => (isArea ? [b.from, b.to] : [b.to]));
    const [low, high] = bounds(ends, isArea || Math.min(...ends) >= 0);
    const box = { left: widthOfTicks(low, high), right: size.width - 12, top: 10 };
    box.bottom = size.height - (table.kind === "text" ? bottomFor(keyLabels(table), box.right - box.left) : 30);
    const y = yAxis(root, box, low, high), x = xAxis(root, box, table);
    stack.forEach((bars, s) => {
      const paint = series[s].colour, points = table.keys.map((k, i) => ({ x: x(k), bar: bars[i] }));
      const there = points.filter((p) => p.bar);
      const line = there.map((p, i) => `${i ? "L" : "M"}${p.x.toFixed(1)},${y(p.bar.to).toFixed(1)}`).join("");
      if (isArea) {
        const back = there.slice().reverse().map((p) => `L${p.x.toFixed(1)},${y(p.bar.from).toFixed(1)}`).join("");
        svg("path", { d: line + back + "Z", fill: paint, "fill-opacity": spec.stacked ? 0.55 : 0.3 }, root);
      }
      svg("path", { d: line, fill: "none", stroke: paint, "stroke-width": 2, "stroke-linejoin": "round" }, root);
      if (there.length <= 40)
        for (const p of there) svg("circle", { cx: p.x, cy: y(p.bar.to), r: 2.5, fill: paint }, root);
    });
    const centres = table.keys.map(x);
    centres.forEach((at, i) => {
      const from = i ? (centres[i - 1] + at) / 2 : box.left;
      const to = i + 1 < centres.length ? (centres[i + 1] + at) / 2 : box.right;
      svg("rect", {
        x: from, y: box.top, width: Math.max(to - from, 0.1), height: box.bottom - box.top,
        class: "hover", "data-tip": tipOf(table, series, i),
      }, root);
    });
  }

  function drawPoints(root, size, table, series, xName) {
    const marks = series.flatMap((s) => s.marks).filter((m) => table.kind === "text" || Number.isFinite(m.at));
    const [low, high] = bounds(marks.map((m) => m.y), false);
    const box = { left: widthOfTicks(low, high), right: size.width - 12, top: 10 };
    box.bottom = size.height - (table.kind === "text" ? bottomFor(keyLabels(table), box.right - box.left) : 30);
    const y = yAxis(root, box, low, high), x = xAxis(root, box, table);
    const dot = marks.length > 500 ? { r: 2, "fill-opacity": 0.55 } : { r: 3.5, "fill-opacity": 0.7 };
    for (const one of series) for (const mark of one.marks) {
      if (table.kind !== "text" && !Number.isFinite(mark.at)) continue;
      svg("circle", {
        cx: x(mark), cy: y(mark.y), ...dot, fill: one.colour,
        "data-tip": `${xName}: ${mark.key}\n${one.name}: ${showNumber(mark.y)}`,
      }, root);
    }
  }

  function drawHistogram(root, size, bins, series) {
    const [low, high] = bounds(series.flatMap((s) => s.counts), true);
    const box = { left: widthOfTicks(low, high), right: size.width - 12, top: 10, bottom: size.height - 30 };
    const y = yAxis(root, box, low, high), count = bins.edges.length - 1;
    const table = { kind: bins.kind, keys: [{ at: bins.edges[0] }, { at: bins.edges[count] }] };
    const x = xAxis(root, box, table), step = timeStep(bins.edges);
    const edge = (v) => (bins.kind === "number" ? showNumber(Number(v.toPrecision(6))) : showTime(v, step));
    for (let i = 0; i < count; i++) {
      let below = 0;
      for (const one of series) {
        const left = x({ at: bins.edges[i] }), right = x({ at: bins.edges[i + 1] });
        if (one.counts[i]) svg("rect", {
          x: left + 0.5, width: Math.max(right - left - 1, 0.5), y: y(below + one.counts[i]),
          height: y(below) - y(below + one.counts[i]), fill: one.colour,
          "data-tip": `${edge(bins.edges[i])} to ${edge(bins.edges[i + 1])}\n${one.name}: ${one.counts[i]}`,
        }, root);
        below += one.counts[i];
      }
    }
  }

  function drawPie(root, size, slices) {
    const total = slices.reduce((sum, s) => sum + s.value, 0);
    const r = size.height / 2 - 12, cx = size.width / 2, cy = size.height / 2;
    let from = -Math.PI / 2;
    for (const slice of slices) {
      const share = slice.value / total, to = from + share * 2 * Math.PI;
      const tip = `${slice.name}\n${showNumber(slice.value)} (${(100 * share).toFixed(1)} %)`;
      const at = (a, radius) => `${(cx + radius * Math.cos(a)).toFixed(2)},${(cy + radius * Math.sin(a)).toFixed(2)}`;
      if (share > 0.9999) svg("circle", { cx, cy, r, fill: slice.colour, "data-tip": tip }, root);
      else if (share > 0) svg("path", {
        d: `M${cx},${cy}L${at(from, r)}A${r},${r} 0 ${share > 0.5 ? 1 : 0} 1 ${at(to, r)}Z`,
        fill: slice.colour, class: "slice", "data-tip": tip,
      }, root);
      if (share > 0.05) {
        const [x, y] = at((from + to) / 2, r * 0.68).split(",");
        svg("text", { x, y: +y + 4, "text-anchor": "middle", class: "share" }, root, `${Math.round(100 * share)} %`);
      }
      from = to;
    }
  }

  function slicesOf(table, one) {
    const all = table.keys.filter((k) => one.points.has(k.key)).map((k) => ({ name: k.key, value: one.points.get(k.key) }));
    if (all.some((s) => s.value < 0)) return "A pie has no place for values below zero.";
    all.sort((a, b) => b.value - a.value);
    const rest = all.slice(MOST_SLICES), shown = all.slice(0, MOST_SLICES);
    if (rest.length) shown.push({ name: `${rest.length} more`, value: rest.reduce((s, r) => s + r.value, 0) });
    return shown.some((s) => s.value > 0) ? shown : "There is nothing above zero to draw.";
  }

  // Draws into `host`. Answers what there is to name in a legend and what to say below.
  function draw(host, data, spec, size, hidden) {
    try {
      return drawInto(host, data, spec, size, hidden);
    } catch (problem) {
      if (problem !== TOO_FAR) throw problem;
      host.replaceChildren();
      return { legend: [], said: TOO_FAR };
    }
  }

  function drawInto(host, data, spec, size, hidden) {
    host.replaceChildren();
    const nothing = (text) => ({ legend: [], said: text });
    const painted = (list) => list.map((s, i) => Object.assign(s, { colour: colour(i) }));
    const shown = (list) => list.filter((s) => !hidden.has(s.name));
    if (spec.kind === "histogram") {
      const bins = data.bins || (spec.values.length ? histogramOf(data, spec) : null);
      if (!bins) return nothing("A histogram needs a column of numbers with values in it.");
      const legend = painted(bins.series), drawn = shown(legend);
      if (drawn.length) drawHistogram(canvas(host, size.width, size.height), size, bins, drawn);
      return { legend, said: "" };
    }
    if (!spec.keys.length) return nothing("Choose a column of keys.");
    const table = seriesOf(data, spec);
    if (!table.keys.length || !table.series.length) return nothing("There is no number to draw.");
    if (spec.kind === "pie") {
      const slices = slicesOf(table, table.series[0]);
      if (typeof slices === "string") return nothing(slices);
      const drawn = shown(painted(slices));
      if (slices.length > MOST_SLICES) slices[MOST_SLICES].colour = "#bbbbbb";
      if (drawn.length) drawPie(canvas(host, size.width, size.height), size, drawn);
      const more = table.series.length - 1;
      return { legend: slices, said: more ? `A pie shows one series: ${more} more not drawn.` : "" };
    }
    const legend = painted(table.series.slice(0, MOST_SERIES)), drawn = shown(legend);
    const said = [];
    if (table.series.length > MOST_SERIES) said.push(`${table.series.length - MOST_SERIES} more series not drawn.`);
    if (table.keys.length * drawn.length > MOST_MARKS && spec.kind === "bar")
      return nothing("Too many bars to tell apart: choose a line, or a column with fewer keys.");
    if (drawn.length) {
      const root = canvas(host, size.width, size.height);
      if (spec.kind === "bar") drawBars(root, size, table, drawn, spec);
      else if (spec.kind === "scatter") drawPoints(root, size, table, drawn, data.columns[spec.keys[0]].name);
      else drawLines(root, size, table, drawn, spec);
    }
    return { legend, said: said.join(" ") };
  }

  return { draw, place, isContinuous, showNumber };
})();
