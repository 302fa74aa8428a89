// The widget of a live display (anywidget): the state of its rows, once for all its views.
const caudalModels = new Map();

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
    return () => { mine.views.delete(view); view.watch.disconnect(); };
  },
};
