// A displayed table: sorting, the choice of a chart, the strip of a live query.
// Takes its rows from the page (`adopt`) or from a widget (`mount`); knows no kernel.
const caudalDisplay = (() => {
  "use strict";
  const KINDS = ["bar", "line", "area", "scatter", "histogram", "pie"];
  const AGGREGATIONS = ["sum", "avg", "min", "max", "count"];
  const WHOLE_KINDS = ["bar", "line", "area", "pie"];
  const HEIGHT = 320, HISTORY = 60;
  // What readers chose, by display: an output that is drawn anew keeps it.
  const chosen = (window.caudalDisplayChoices = window.caudalDisplayChoices || {});

  function make(name, className, parent, text) {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  // Order of cells.

  // Two numbers of the same value as doubles, told apart by their digits.
  function compareDigits(a, b) {
    const parts = (text) => /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    const x = parts(a), y = parts(b);
    if (!x || !y) return 0;
    const places = Math.max((x[3] || "").length, (y[3] || "").length);
    const whole = (p) => BigInt(p[1] + p[2] + (p[3] || "").padEnd(places, "0"));
    const [m, n] = [whole(x), whole(y)];
    return m < n ? -1 : m > n ? 1 : 0;
  }

  // Spark's order: nulls first, NaN above every number.
  function compareCells(a, b, kind) {
    if (a === null || b === null) return (a !== null) - (b !== null);
    if (kind === "number") {
      const x = Number(a), y = Number(b);
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      return x < y ? -1 : x > y ? 1 : compareDigits(a, b);
    }
    if (caudalChart.isContinuous(kind)) {
      const x = caudalChart.place(a, kind), y = caudalChart.place(b, kind);
      if (x !== y && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    }
    return a < b ? -1 : a > b ? 1 : 0;
  }

  // A first choice of what to draw.

  function firstChoice(data) {
    const positions = data.columns.map((_, i) => i), kind = (i) => data.columns[i].kind;
    const distinct = (i) => new Set(data.rows.map((r) => r[i])).size;
    const numbers = positions.filter((i) => kind(i) === "number");
    const times = positions.filter((i) => kind(i) === "time" || kind(i) === "window");
    const texts = positions.filter((i) => kind(i) === "text" || kind(i) === "boolean");
    const key = times[0] ?? texts[0] ?? (numbers.length > 1 ? numbers[0] : positions[0]);
    const value = numbers.filter((i) => i !== key).pop();
    const group = texts.find((i) => i !== key && distinct(i) > 1 && distinct(i) <= 16);
    const many = key !== undefined && distinct(key) > 60 && caudalChart.isContinuous(kind(key));
    return {
      kind: many ? "line" : "bar", keys: key === undefined ? [] : [key],
      groups: group === undefined ? [] : [group], values: value === undefined ? [] : [value],
      aggregation: value === undefined ? "count" : "sum", stacked: true, bins: 10,
    };
  }

  // The rows after a change: others, or fewer at either end, some new, more at the end.
  function patch(rows, change) {
    if (change.rows) return change.rows.slice();
    if (change.drop) rows.splice(0, change.drop);
    if (change.length !== undefined && rows.length > change.length) rows.length = change.length;
    for (const [index, row] of change.set || []) rows[index] = row;
    if (change.append) rows.push(...change.append);
    return rows;
  }

  class View {
    constructor(root, data, key, onStop) {
      Object.assign(this, { root, data, key, onStop });
      this.choice = chosen[key] = chosen[key] ||
        { tab: data.chart ? "chart" : "table", sort: null, spec: null, isOwn: false, hidden: new Set() };
      this.find = (name) => root.querySelector(".caudal-" + name);
      this.body = root.querySelector("tbody");
      this.history = { input: [], processing: [], duration: [], state: [] };
      this.wireHeaders();
      this.bar = this.find("bar");
      this.chart = make("div", "caudal-plot", null);
      this.find("scroll").after(this.chart);
      this.buildBar();
      this.watch = new ResizeObserver(() => this.later());
      this.watch.observe(root);
      this.root.dataset.ready = "yes";
      this.redraw();
    }

    // Tabs and controls.

    // Made anew with each choice; who went there by keyboard stays where they were.
    buildBar() {
      const { activeElement } = document, held = this.bar.contains(activeElement) && activeElement.dataset.control;
      this.fillBar();
      if (held) this.bar.querySelector(`[data-control="${held}"]`)?.focus();
    }

    fillBar() {
      this.bar.replaceChildren();
      for (const tab of ["table", "chart"]) {
        const button = make("button", "caudal-tab", this.bar, tab === "table" ? "Table" : "Chart");
        button.type = "button";
        button.dataset.control = tab;
        button.setAttribute("aria-pressed", this.choice.tab === tab);
        button.onclick = () => { this.choice.tab = tab; this.buildBar(); this.redraw(); };
      }
      if (this.choice.tab !== "chart") return;
      const spec = this.spec(), change = (part) => {
        Object.assign(this.choice, { spec: { ...spec, ...part }, isOwn: true });
        this.choice.hidden.clear();
        this.buildBar();
        this.redraw();
      };
      this.select("Kind", KINDS, spec.kind, (kind) => change({ kind, ...(kind === "histogram" ? this.binned(spec) : {}) }));
      const named = (list) => list.map((i) => [i, this.data.columns[i].name]);
      const all = this.data.columns.map((_, i) => i);
      const numbers = all.filter((i) => caudalChart.isContinuous(this.data.columns[i].kind) &&
        (this.data.columns[i].kind === "number" || spec.kind === "histogram"));
      if (spec.kind !== "histogram") {
        this.pick("Keys", named(all), spec.keys, (keys) => change({ keys }));
        if (spec.kind !== "pie") this.pick("Groups", named(all), spec.groups, (groups) => change({ groups }));
      }
      const counts = spec.aggregation === "count" && !["histogram", "scatter"].includes(spec.kind);
      this.pick("Values", named(counts ? all : numbers), spec.values, (values) => change({ values }));
      if (["bar", "line", "area", "pie"].includes(spec.kind))
        this.select("Aggregation", AGGREGATIONS, spec.aggregation, (aggregation) => change({
          aggregation, values: aggregation === "count" ? spec.values : spec.values.filter((v) => numbers.includes(v)) }));
      if (spec.kind === "bar" || spec.kind === "area") {
        const box = make("input", "", make("label", "caudal-control", this.bar, "Stacked "));
        box.type = "checkbox"; box.checked = spec.stacked; box.dataset.control = "stacked";
        box.onchange = () => change({ stacked: box.checked });
      }
      if (spec.kind === "histogram") {
        const box = make("input", "", make("label", "caudal-control", this.bar, "Bins "));
        box.type = "number"; box.min = 1; box.max = 200; box.value = spec.bins; box.dataset.control = "bins";
        box.onchange = () => change({ bins: Number(box.value) });
      }
    }

    // What the reader chose; until then what fits the rows, which a stream has yet to bring.
    spec() {
      if (!this.choice.isOwn) this.choice.spec = Object.assign(firstChoice(this.data), this.data.chart || {});
      return this.choice.spec;
    }

    // What a histogram shows where no numbers are chosen yet.
    binned(spec) {
      const numbers = this.data.columns.map((_, i) => i).filter((i) => this.data.columns[i].kind === "number");
      return spec.values.length ? {} : { values: numbers.slice(-1) };
    }

    select(name, options, value, onChoice) {
      const list = make("select", "", make("label", "caudal-control", this.bar, name + " "));
      for (const option of options) make("option", "", list, option).value = option;
      list.value = value;
      list.dataset.control = name;
      list.onchange = () => onChoice(list.value);
    }

    // Several columns: a list of boxes under the names of those that are chosen.
    pick(name, options, values, onChoice) {
      const label = make("span", "caudal-control", this.bar, name + " ");
      const fold = make("details", "caudal-pick", label), names = new Map(options);
      fold.open = this.open === name;
      fold.ontoggle = () => { if (fold.open) this.open = name; else if (this.open === name) this.open = null; };
      const shown = make("summary", "", fold, values.map((v) => names.get(v) ?? "?").join(", ") || "none");
      shown.dataset.control = name;
      shown.setAttribute("aria-label", `${name}: ${shown.textContent}`);
      fold.onkeydown = (event) => { if (event.key === "Escape") { fold.open = false; shown.focus(); } };
      const list = make("div", "", fold);
      for (const [position, text] of options) {
        const line = make("label", "", list), box = make("input", "", line);
        box.type = "checkbox"; box.checked = values.includes(position); box.dataset.control = `${name} ${position}`;
        line.append(" " + text);
        box.onchange = () => onChoice(box.checked ? [...values, position] : values.filter((v) => v !== position));
      }
    }

    // The table.

    wireHeaders() {
      this.heads = [...this.root.querySelectorAll("thead th[data-kind]")];
      this.heads.forEach((head, i) => {
        head.tabIndex = 0;
        head.title = "Sort by this column";
        head.onclick = () => this.sortBy(i);
        head.onkeydown = (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          this.sortBy(i);
        };
      });
    }

    sortBy(column) {
      const { sort } = this.choice;
      if (!sort || sort.column !== column) this.choice.sort = { column, down: false };
      else this.choice.sort = sort.down ? null : { column, down: true };
      this.redraw();
    }

    order() {
      const order = this.data.rows.map((_, i) => i), { sort } = this.choice;
      if (!sort || sort.column >= this.data.columns.length) return order;
      const { column, down } = sort, { kind } = this.data.columns[column];
      const compare = (i, j) => compareCells(this.data.rows[i][column], this.data.rows[j][column], kind);
      return order.sort((i, j) => (down ? compare(j, i) : compare(i, j)) || i - j);
    }

    drawTable() {
      this.heads.forEach((head, i) => {
        const { sort } = this.choice, mine = sort && sort.column === i;
        head.setAttribute("aria-sort", mine ? (sort.down ? "descending" : "ascending") : "none");
      });
      const order = this.order(), lines = this.body.rows, scroll = this.find("scroll");
      // A reader who looks at the last rows of a stream goes on doing so.
      const follows = "grows" in this.root.dataset && !this.choice.sort &&
        scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 8;
      while (lines.length > order.length) this.body.deleteRow(-1);
      order.forEach((index, i) => {
        const line = lines[i] || this.newLine();
        this.fill(line, index + 1 + (this.data.first || 0), this.data.rows[index]);
      });
      if (follows) scroll.scrollTop = scroll.scrollHeight;
    }

    newLine() {
      const line = this.body.insertRow();
      make("th", "", line);
      for (const column of this.data.columns) make("td", column.kind === "number" ? "number" : "", line);
      return line;
    }

    fill(line, number, row) {
      if (line.cells[0].textContent !== String(number)) line.cells[0].textContent = number;
      for (let i = 0; i < row.length; i++) {
        const cell = line.cells[i + 1], isNull = row[i] === null, text = isNull ? "NULL" : row[i];
        if (cell.textContent !== text) cell.textContent = text;
        if (cell.classList.contains("null") !== isNull) cell.classList.toggle("null", isNull);
      }
    }

    // The chart.

    drawChart() {
      const width = Math.max(280, Math.min(this.root.clientWidth || 720, 1100));
      if (!this.plot) {
        this.plot = make("div", "", this.chart);
        this.legend = make("div", "caudal-legend", this.chart);
        this.said = make("div", "caudal-note", this.chart);
        this.tip = make("div", "caudal-tip", this.chart);
        this.plot.onmousemove = (event) => this.showTip(event);
        this.plot.onmouseleave = () => (this.tip.style.display = "none");
      }
      const before = JSON.stringify(this.choice.spec), spec = this.spec();
      if (JSON.stringify(spec) !== before) this.buildBar();
      const [data, drawn] = this.ofWhole(spec) || [this.data, spec];
      if (this.data.whole) this.find("rows").textContent = this.data.whole.notes[data === this.data ? 1 : 0];
      const answer = caudalChart.draw(this.plot, data, drawn, { width, height: HEIGHT }, this.choice.hidden);
      this.said.textContent = answer.said;
      this.plot.querySelector("svg")?.setAttribute("aria-label", this.chartSaid(spec));
      this.legend.replaceChildren();
      if (answer.legend.length > 1 || this.choice.hidden.size) for (const one of answer.legend) {
        const entry = make("button", "", this.legend), dot = make("i", "", entry);
        entry.type = "button";
        dot.style.background = one.colour;
        entry.append(one.name);
        entry.setAttribute("aria-pressed", !this.choice.hidden.has(one.name));
        entry.onclick = () => {
          if (!this.choice.hidden.delete(one.name)) this.choice.hidden.add(one.name);
          this.redraw();
        };
      }
    }

    // What the picture is, for those who do not see it.
    chartSaid(spec) {
      const names = (list) => list.map((i) => this.data.columns[i].name).join(", ");
      if (spec.kind === "histogram") return `histogram of ${names(spec.values)}`;
      const values = names(spec.values) || "rows", by = names([...spec.keys, ...(spec.kind === "pie" ? [] : spec.groups)]);
      return spec.kind === "scatter" ? `scatter of ${values} by ${by}` : `${spec.kind}: ${spec.aggregation} of ${values} by ${by}`;
    }

    // The chart's numbers over all rows, where the choice is still the one they were computed for.
    ofWhole(spec) {
      const { whole } = this.data;
      if (!whole) return null;
      const groups = (kind, of) => (kind === "pie" ? [] : of.groups);
      const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
      const { asked } = whole, counts = spec.values.length === 0;
      // Numbers a key serve all charts of them; bins and points only their own kind.
      const family = (kind) => (WHOLE_KINDS.includes(kind) ? "keys" : kind);
      if (family(spec.kind) !== family(asked.kind) || !same(spec.values, asked.values)) return null;
      if (whole.bins) return spec.bins === asked.bins ? [{ ...this.data, bins: whole.bins }, spec] : null;
      if (!same(spec.keys, asked.keys)) return null;
      if (!same(groups(spec.kind, spec), groups(asked.kind, asked))) return null;
      if (spec.kind !== "scatter" && !counts && spec.aggregation !== asked.aggregation) return null;
      return [{ columns: whole.columns, rows: whole.rows }, { ...spec, ...whole.spec, aggregation: "sum" }];
    }

    showTip(event) {
      const mark = event.target.closest("[data-tip]");
      this.tip.style.display = mark ? "block" : "none";
      if (!mark) return;
      this.tip.textContent = mark.getAttribute("data-tip");
      const place = this.chart.getBoundingClientRect(), x = event.clientX - place.left;
      this.tip.style.left = Math.min(x + 14, place.width - this.tip.offsetWidth - 4) + "px";
      this.tip.style.top = event.clientY - place.top + 14 + "px";
    }

    // The strip of a live query.

    drawStrip(strip) {
      const status = this.find("status");
      if (!status) return;
      this.find("strip").dataset.state = strip.state;
      status.textContent = strip.status;
      for (const name in strip.figures) {
        const slot = this.find(name), past = this.history[name];
        if (!slot) continue;
        slot.textContent = strip.figures[name].text;
        if (past && strip.state === "running") { past.push(strip.figures[name].value || 0); if (past.length > HISTORY) past.shift(); }
        const lane = slot.nextElementSibling;
        if (past && lane && past.length > 1) this.sparkline(lane, past);
      }
      this.find("hint").textContent = strip.hint;
      const button = this.find("stop");
      if (button) button.disabled = strip.state !== "running";
    }

    // The kernel is no longer there.
    lost() {
      const status = this.find("status").textContent.replace(/^● /, "■ ").replace(/· [^·]*$/, "· ended with the kernel");
      this.drawStrip({ state: "stopped", status, figures: {}, hint: "" });
    }

    sparkline(lane, values) {
      const high = Math.max(...values) || 1;
      const points = values.map((v, i) => `${60 - ((values.length - 1 - i) * 60) / (HISTORY - 1)},${15 - (14 * v) / high}`).join(" ");
      const line = lane.querySelector("polyline");
      if (line) line.setAttribute("points", points);
      else lane.innerHTML = `<svg width="60" height="16" aria-hidden="true"><polyline points="${points}"/></svg>`;
    }

    addStop() {
      const button = make("button", "caudal-stop", this.find("strip"), "Stop");
      button.type = "button";
      button.onclick = () => { button.disabled = true; this.onStop(); };
    }

    // Changes.

    apply(change) {
      this.data.rows = patch(this.data.rows, change);
      if (change.first !== undefined) this.data.first = change.first;
      if (change.note !== undefined) this.find("rows").textContent = change.note;
      if (change.strip) this.drawStrip(change.strip);
      this.later();
    }

    later() {
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => { this.waiting = false; this.redraw(); });
    }

    redraw() {
      const isChart = this.choice.tab === "chart";
      this.find("scroll").style.display = isChart ? "none" : "";
      this.chart.style.display = isChart ? "" : "none";
      if (isChart) this.drawChart(); else this.drawTable();
    }
  }

  // From the page: the table that is there, in a saved notebook too, is the data.
  function adopt(key) {
    for (const root of document.querySelectorAll(`[data-caudal="${key}"]:not([data-ready])`)) {
      const columns = [...root.querySelectorAll("thead th[data-kind]")].map((head) => ({
        name: head.querySelector("b").textContent, kind: head.dataset.kind,
      }));
      const rows = [...root.querySelectorAll("tbody tr")].map((line) =>
        [...line.querySelectorAll("td")].map((cell) => (cell.classList.contains("null") ? null : cell.textContent)));
      const first = Number(root.dataset.first || 0), { chart, whole } = root.dataset;
      const parsed = (text) => (text ? JSON.parse(text) : null);
      new View(root, { columns, rows, first, chart: parsed(chart), whole: parsed(whole) }, key);
    }
  }

  // From a widget: the frame of the page comes with it, the rows as they change.
  function mount(host, frame, state, onStop) {
    host.innerHTML = frame;
    const root = host.querySelector(".caudal");
    const data = { columns: state.columns, rows: state.rows.slice(), first: state.first, chart: state.chart };
    const view = new View(root, data, root.dataset.caudal, onStop);
    view.addStop();
    view.apply({ note: state.note, strip: state.strip });
    return view;
  }

  return { adopt, mount, patch };
})();
