// The widget of a live display (anywidget): the state of its rows, once for all its views.
const caudalModels = new Map();
// How many views there are of each: the page that the file keeps hides where there is one.
const caudalLive = (window.caudalLive = window.caudalLive || {});

function count(key, change) {
  caudalLive[key] = (caudalLive[key] || 0) + change;
  for (const page of document.querySelectorAll(`[data-caudal-kept="${key}"]`)) page.hidden = caudalLive[key] > 0;
}

export default {
  initialize({ model }) {
    const state = { ...model.get("state") };
    state.rows = state.rows.slice();
    const mine = { state, views: new Set() };
    caudalModels.set(model.get("key"), mine);
    model.on("msg:custom", (change) => {
      state.rows = caudalDisplay.patch(state.rows, change);
      for (const name of ["first", "note", "strip"]) if (change[name] !== undefined) state[name] = change[name];
      for (const view of mine.views) view.apply(change);
    });
    return () => caudalModels.delete(model.get("key"));
  },
  render({ model, el }) {
    const mine = caudalModels.get(model.get("key"));
    const view = caudalDisplay.mount(el, model.get("frame"), mine.state, () => model.send({ stop: true }));
    mine.views.add(view);
    count(model.get("key"), 1);
    // A kernel that is started anew or lost sends no last word.
    const heard = () => view.lost();
    model.on("comm_live_update", heard);
    return () => { model.off("comm_live_update", heard); mine.views.delete(view); view.watch.disconnect(); count(model.get("key"), -1); };
  },
};
